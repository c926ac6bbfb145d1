// 16 bytes a vector, products by looking up halves of bytes.

#if defined(__x86_64__)

#include <tmmintrin.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("ssse3"))), apply_to = function)

#define AFFINE static inline __attribute__((always_inline))

typedef __m128i vector;
enum { WIDTH = 16 };

AFFINE vector load(const uint8_t *from) { return _mm_loadu_si128((const void *)from); }
AFFINE void store(uint8_t *to, vector value) { _mm_storeu_si128((void *)to, value); }
AFFINE void stream(uint8_t *to, vector value) { _mm_stream_si128((void *)to, value); }
AFFINE vector zero(void) { return _mm_setzero_si128(); }
AFFINE vector all_of(uint8_t byte) { return _mm_set1_epi8((char)byte); }
AFFINE vector xor2(vector a, vector b) { return _mm_xor_si128(a, b); }
AFFINE vector or2(vector a, vector b) { return _mm_or_si128(a, b); }
AFFINE vector xor3(vector a, vector b, vector c) { return xor2(xor2(a, b), c); }
AFFINE int differs(vector value) { return _mm_movemask_epi8(_mm_cmpeq_epi8(value, zero())) != 0xffff; }
AFFINE void fence(void) { _mm_sfence(); }

#include "part.h"

AFFINE vector repeat(const uint8_t *bytes) { return load(bytes); }
AFFINE vector shuffle(vector bytes, vector places) { return _mm_shuffle_epi8(bytes, places); }
AFFINE vector low_half(vector value) { return _mm_and_si128(value, all_of(0x0f)); }
AFFINE vector high_half(vector value) { return _mm_and_si128(_mm_srli_epi16(value, 4), all_of(0x0f)); }

#include "halves.h"

// As with AVX2: the shuffle gives 0x1d where bit 7 was not set, and the difference is mended at the end.
AFFINE vector twice_plus(vector value, vector other) {
    return xor3(_mm_add_epi8(value, value), shuffle(all_of(0x1d), value), other);
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

const cgf_operations cgf_ssse3 = CGF_OPERATIONS;

#endif
