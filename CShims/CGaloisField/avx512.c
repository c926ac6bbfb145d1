// 64 bytes a vector, products by looking up halves of bytes: AVX-512 without GFNI.

#if defined(__x86_64__)

#include <immintrin.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)

#define AFFINE static inline __attribute__((always_inline))

typedef __m512i vector;
typedef struct {
    __m512i low, high;
} table;
typedef struct {
    __m512i low, high;
} prepared;
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
    return (table){
        _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)bytes)),
        _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)(bytes + 16)))};
}
AFFINE prepared prepare(vector value) {
    const vector mask = all_of(0x0f);
    return (prepared){_mm512_and_si512(value, mask), _mm512_and_si512(_mm512_srli_epi16(value, 4), mask)};
}
AFFINE vector add_times(vector sum, table times, prepared value) {
    return xor3(sum, _mm512_shuffle_epi8(times.low, value.low), _mm512_shuffle_epi8(times.high, value.high));
}
AFFINE vector add_two_times(vector sum, table a, prepared x, table b, prepared y) {
    return add_times(add_times(sum, a, x), b, y);
}
// As with AVX2: the shuffle gives 0x1d where bit 7 was not set, and the difference is mended at the end.
AFFINE vector twice_plus(vector value, vector other) {
    return xor3(_mm512_add_epi8(value, value), _mm512_shuffle_epi8(all_of(0x1d), value), other);
}
AFFINE vector four_and_twice_plus(vector value, vector one, vector other) {
    return twice_plus(twice_plus(value, one), other);
}
AFFINE int differs(vector value) { return _mm512_test_epi64_mask(value, value) != 0; }
AFFINE void fence(void) { _mm_sfence(); }
#define make_table cgf_halves_table
#define STEP_BIAS 1
#define IN_PAIRS(rows) 1
#define UNROLL(sums, horner, rows) ((sums) + (horner) + (rows) <= 4 ? 4 : 2)
#define SPREAD_VECTORS 4

#include "kernel.h"

#pragma clang attribute pop

const cgf_operations cgf_avx512 = CGF_OPERATIONS;

#endif
