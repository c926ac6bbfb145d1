// 64 bytes a vector, one instruction a product.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,gfni"))), apply_to = function)

#include "avx512.h"

typedef vector table;
typedef vector prepared;

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
#define make_table cgf_affine_table
#define STEP_BIAS 0
#define IN_PAIRS(rows) 1
#define UNROLL(sums, horner, rows) 4
#define SPREAD_VECTORS 4

#include "kernel.h"

#pragma clang attribute pop

const cgf_operations cgf_avx512_gfni = CGF_OPERATIONS;

#endif
