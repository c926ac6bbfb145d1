// 32 bytes a vector, one instruction a product: processors with GFNI and no AVX-512.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,gfni"))), apply_to = function)

#include "avx2.h"

typedef vector table;
typedef vector prepared;

AFFINE table table_at(const uint8_t *bytes) {
    long long matrix;
    __builtin_memcpy(&matrix, bytes, 8);
    return _mm256_set1_epi64x(matrix);
}
AFFINE prepared prepare(vector value) { return value; }
AFFINE vector add_times(vector sum, table times, prepared value) {
    return xor2(sum, _mm256_gf2p8affine_epi64_epi8(value, times, 0));
}
AFFINE vector add_two_times(vector sum, table a, prepared x, table b, prepared y) {
    return add_times(add_times(sum, a, x), b, y);
}
// The matrix of 2 over 0x11d.
AFFINE vector twice_plus(vector value, vector other) {
    return xor2(_mm256_gf2p8affine_epi64_epi8(value, _mm256_set1_epi64x((long long)0x8001828488102040ULL), 0), other);
}
AFFINE vector four_and_twice_plus(vector value, vector one, vector other) {
    return twice_plus(twice_plus(value, one), other);
}
#define make_table cgf_affine_table
#define STEP_BIAS 0
// Sixteen registers: accumulators, the sources at hand and a matrix or two.
#define IN_PAIRS(rows) ((rows) <= 1)
#define UNROLL(sums, horner, rows) ((sums) + (horner) + (rows) <= 2 ? 4 : (sums) + (horner) + (rows) <= 4 ? 2 : 1)
#define SPREAD_VECTORS 4

#include "kernel.h"

#pragma clang attribute pop

const cgf_operations cgf_avx2_gfni = CGF_OPERATIONS;

#endif
