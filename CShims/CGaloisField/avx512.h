// 64 bytes a vector: what both kernels with AVX-512 share.

#include <immintrin.h>

#include "kernels.h"

#define AFFINE static inline __attribute__((always_inline))

typedef __m512i vector;
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
AFFINE int differs(vector value) { return _mm512_test_epi64_mask(value, value) != 0; }
AFFINE void fence(void) { _mm_sfence(); }
