// 64 bytes a vector, one instruction a product.

#if defined(__x86_64__)

#include <immintrin.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,gfni"))), apply_to = function)

#define AFFINE static inline __attribute__((always_inline))

typedef __m512i vector;
typedef __m512i table;
typedef __m512i prepared;
enum { WIDTH = 64 };

AFFINE vector load(const uint8_t *from) { return _mm512_loadu_si512(from); }
AFFINE void store(uint8_t *to, vector value) { _mm512_storeu_si512(to, value); }
AFFINE void stream(uint8_t *to, vector value) { _mm512_stream_si512((void *)to, value); }
AFFINE __mmask64 first_bytes(size_t part) { return ~0ULL >> (64 - part); }
AFFINE vector load_part(const uint8_t *from, size_t part) { return _mm512_maskz_loadu_epi8(first_bytes(part), from); }
AFFINE void store_part(uint8_t *to, vector value, size_t part) {
    _mm512_mask_storeu_epi8(to, first_bytes(part), value);
}
AFFINE vector zero(void) { return _mm512_setzero_si512(); }
AFFINE vector all_of(uint8_t byte) { return _mm512_set1_epi8((char)byte); }
AFFINE vector xor2(vector a, vector b) { return _mm512_xor_si512(a, b); }
AFFINE vector or2(vector a, vector b) { return _mm512_or_si512(a, b); }
AFFINE vector xor3(vector a, vector b, vector c) { return _mm512_ternarylogic_epi64(a, b, c, 0x96); }
AFFINE table table_at(const uint8_t *bytes) {
    long long matrix;
    __builtin_memcpy(&matrix, bytes, 8);
    return _mm512_set1_epi64(matrix);
}
AFFINE prepared prepare(vector value) { return value; }
AFFINE vector add_times(vector sum, table times, prepared value) {
    return xor2(sum, _mm512_gf2p8affine_epi64_epi8(value, times, 0));
}
AFFINE vector add_two_times(vector sum, table a, prepared x, table b, prepared y) {
    return xor3(sum, _mm512_gf2p8affine_epi64_epi8(x, a, 0), _mm512_gf2p8affine_epi64_epi8(y, b, 0));
}
// The matrices of 2 and 4 over 0x11d.
AFFINE vector twice_plus(vector value, vector other) {
    return xor2(_mm512_gf2p8affine_epi64_epi8(value, _mm512_set1_epi64((long long)0x8001828488102040ULL), 0), other);
}
AFFINE vector four_and_twice_plus(vector value, vector one, vector other) {
    return xor3(
        _mm512_gf2p8affine_epi64_epi8(value, _mm512_set1_epi64(0x408041c2c4881020LL), 0),
        _mm512_gf2p8affine_epi64_epi8(one, _mm512_set1_epi64((long long)0x8001828488102040ULL), 0), other);
}
AFFINE int differs(vector value) { return _mm512_test_epi64_mask(value, value) != 0; }
AFFINE void fence(void) { _mm_sfence(); }
#define make_table cgf_affine_table
#define STEP_BIAS 0
#define IN_PAIRS(rows) 1
#define UNROLL(sums, horner, rows) 4
#define SPREAD_VECTORS 4

#include "kernel.h"

#pragma clang attribute pop

const cgf_operations cgf_avx512_gfni = CGF_OPERATIONS;

#endif
