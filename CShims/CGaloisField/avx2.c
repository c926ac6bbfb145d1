// 32 bytes a vector, products by looking up halves of bytes.

#if defined(__x86_64__)

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#include "avx2.h"

AFFINE vector repeat(const uint8_t *bytes) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)bytes));
}
AFFINE vector shuffle(vector bytes, vector places) { return _mm256_shuffle_epi8(bytes, places); }
AFFINE vector low_half(vector value) { return _mm256_and_si256(value, all_of(0x0f)); }
AFFINE vector high_half(vector value) { return _mm256_and_si256(_mm256_srli_epi16(value, 4), all_of(0x0f)); }

#include "halves.h"

// Twice a byte is its sum with itself, xor 0x1d where bit 7 was set. The shuffle gives 0x1d where it was not: one
// instruction, and the difference, 0x1d a step, is mended once at the end.
AFFINE vector twice_plus(vector value, vector other) {
    return xor3(_mm256_add_epi8(value, value), shuffle(all_of(0x1d), value), other);
}
AFFINE vector four_and_twice_plus(vector value, vector one, vector other) {
    return twice_plus(twice_plus(value, one), other);
}
#define STEP_BIAS 1
#define IN_PAIRS(rows) ((rows) == 0)
#define UNROLL(sums, horner, rows) ((rows) == 0 ? 4 : (sums) + (horner) + (rows) <= 4 ? 2 : 1)
#define SPREAD_VECTORS 2

#include "kernel.h"

#pragma clang attribute pop

const cgf_operations cgf_avx2 = CGF_OPERATIONS;

#endif
