// 32 bytes a vector, products by looking up halves of bytes.

#if defined(__x86_64__)

#include <immintrin.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#define AFFINE static inline __attribute__((always_inline))

typedef __m256i vector;
typedef struct {
    __m256i low, high;
} table;
typedef struct {
    __m256i low, high;
} prepared;
enum { WIDTH = 32 };

AFFINE vector load(const uint8_t *from) { return _mm256_loadu_si256((const void *)from); }
AFFINE void store(uint8_t *to, vector value) { _mm256_storeu_si256((void *)to, value); }
AFFINE void stream(uint8_t *to, vector value) { _mm256_stream_si256((void *)to, value); }
AFFINE vector zero(void) { return _mm256_setzero_si256(); }
AFFINE vector all_of(uint8_t byte) { return _mm256_set1_epi8((char)byte); }
AFFINE vector xor2(vector a, vector b) { return _mm256_xor_si256(a, b); }
AFFINE vector or2(vector a, vector b) { return _mm256_or_si256(a, b); }
AFFINE vector xor3(vector a, vector b, vector c) { return xor2(xor2(a, b), c); }
AFFINE table table_at(const uint8_t *bytes) {
    return (table){
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)bytes)),
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)(bytes + 16)))};
}
AFFINE prepared prepare(vector value) {
    const vector mask = all_of(0x0f);
    return (prepared){_mm256_and_si256(value, mask), _mm256_and_si256(_mm256_srli_epi16(value, 4), mask)};
}
AFFINE vector add_times(vector sum, table times, prepared value) {
    return xor3(sum, _mm256_shuffle_epi8(times.low, value.low), _mm256_shuffle_epi8(times.high, value.high));
}
AFFINE vector add_two_times(vector sum, table a, prepared x, table b, prepared y) {
    return add_times(add_times(sum, a, x), b, y);
}
// Twice a byte is its sum with itself, xor 0x1d where bit 7 was set. The shuffle gives 0x1d where it was not: one
// instruction, and the difference, 0x1d a step, is mended once at the end.
AFFINE vector twice_plus(vector value, vector other) {
    return xor3(_mm256_add_epi8(value, value), _mm256_shuffle_epi8(all_of(0x1d), value), other);
}
AFFINE vector four_and_twice_plus(vector value, vector one, vector other) {
    return twice_plus(twice_plus(value, one), other);
}
AFFINE int differs(vector value) { return !_mm256_testz_si256(value, value); }
AFFINE void fence(void) { _mm_sfence(); }
#define make_table cgf_halves_table
#define STEP_BIAS 1
#define IN_PAIRS(rows) ((rows) == 0)
#define UNROLL(sums, horner, rows) ((rows) == 0 ? 4 : (sums) + (horner) + (rows) <= 4 ? 2 : 1)
#define SPREAD_VECTORS 2

#include "part.h"
#include "kernel.h"

#pragma clang attribute pop

const cgf_operations cgf_avx2 = CGF_OPERATIONS;

#endif
