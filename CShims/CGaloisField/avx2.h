// 32 bytes a vector: what both kernels with AVX2 share.

#include <immintrin.h>

#include "kernels.h"

#define AFFINE static inline __attribute__((always_inline))

typedef __m256i vector;
enum { WIDTH = 32 };

AFFINE vector load(const uint8_t *from) { return _mm256_loadu_si256((const void *)from); }
AFFINE void store(uint8_t *to, vector value) { _mm256_storeu_si256((void *)to, value); }
AFFINE void stream(uint8_t *to, vector value) { _mm256_stream_si256((void *)to, value); }
AFFINE vector zero(void) { return _mm256_setzero_si256(); }
AFFINE vector all_of(uint8_t byte) { return _mm256_set1_epi8((char)byte); }
AFFINE vector xor2(vector a, vector b) { return _mm256_xor_si256(a, b); }
AFFINE vector or2(vector a, vector b) { return _mm256_or_si256(a, b); }
AFFINE vector xor3(vector a, vector b, vector c) { return xor2(xor2(a, b), c); }
AFFINE int differs(vector value) { return !_mm256_testz_si256(value, value); }
AFFINE void fence(void) { _mm_sfence(); }

#include "part.h"
