// The instructions of the x86 kernels in portable C, by SIMDe, for machines that lack them. It stands before the
// compiler's own header of this name when kernels are compiled for emulation.

#ifndef EMULATED_IMMINTRIN_H
#define EMULATED_IMMINTRIN_H

#include <stdint.h>
#include <string.h>

#include <simde/x86/avx2.h>
#include <simde/x86/avx512.h>
#include <simde/x86/gfni.h>

// The compiler's own names of the types and of what is in its baseline stay.
#define __m256i simde__m256i
#define __m512i simde__m512i
#define __mmask64 uint64_t

#define _mm_shuffle_epi8 simde_mm_shuffle_epi8

#define _mm256_add_epi8 simde_mm256_add_epi8
#define _mm256_and_si256 simde_mm256_and_si256
#define _mm256_broadcastsi128_si256 simde_mm256_broadcastsi128_si256
#define _mm256_gf2p8affine_epi64_epi8 simde_mm256_gf2p8affine_epi64_epi8
#define _mm256_loadu_si256 simde_mm256_loadu_si256
#define _mm256_set1_epi64x simde_mm256_set1_epi64x
#define _mm256_set1_epi8 simde_mm256_set1_epi8
#define _mm256_setzero_si256 simde_mm256_setzero_si256
#define _mm256_shuffle_epi8 simde_mm256_shuffle_epi8
#define _mm256_srli_epi16 simde_mm256_srli_epi16
#define _mm256_storeu_si256 simde_mm256_storeu_si256
#define _mm256_xor_si256 simde_mm256_xor_si256
#define _mm256_or_si256 simde_mm256_or_si256

#define _mm512_add_epi8 simde_mm512_add_epi8
#define _mm512_and_si512 simde_mm512_and_si512
#define _mm512_broadcast_i32x4 simde_mm512_broadcast_i32x4
#define _mm512_gf2p8affine_epi64_epi8 simde_mm512_gf2p8affine_epi64_epi8
#define _mm512_loadu_si512 simde_mm512_loadu_si512
#define _mm512_set1_epi64 simde_mm512_set1_epi64
#define _mm512_set1_epi8 simde_mm512_set1_epi8
#define _mm512_setzero_si512 simde_mm512_setzero_si512
#define _mm512_shuffle_epi8 simde_mm512_shuffle_epi8
#define _mm512_srli_epi16 simde_mm512_srli_epi16
#define _mm512_storeu_si512 simde_mm512_storeu_si512
#define _mm512_ternarylogic_epi64 simde_mm512_ternarylogic_epi64
#define _mm512_test_epi64_mask simde_mm512_test_epi64_mask
#define _mm512_xor_si512 simde_mm512_xor_si512
#define _mm512_or_si512 simde_mm512_or_si512

// In SIMDe 0.7.4 the test of 256 bits is right only where both halves of each half agree.
static inline int emulated_testz(simde__m256i left, simde__m256i right) {
    uint64_t a[4], b[4];
    memcpy(a, &left, 32);
    memcpy(b, &right, 32);
    return ((a[0] & b[0]) | (a[1] & b[1]) | (a[2] & b[2]) | (a[3] & b[3])) == 0;
}

#define _mm256_testz_si256 emulated_testz

// What it has not. A streamed store stops the program at an address that the real one would fault at.
static inline void emulated_stream(void *to, const void *value, uintptr_t bytes) {
    if ((uintptr_t)to % bytes != 0) __builtin_trap();
    memcpy(to, value, bytes);
}

#undef _mm_stream_si128
#define _mm_stream_si128(to, value) emulated_stream((to), &(value), 16)
#define _mm256_stream_si256(to, value) emulated_stream((to), &(value), 32)
#define _mm512_stream_si512(to, value) emulated_stream((to), &(value), 64)

static inline simde__m512i emulated_maskz_loadu_epi8(uint64_t mask, const void *from) {
    uint8_t bytes[64];
    for (int byte = 0; byte < 64; byte++) bytes[byte] = mask >> byte & 1 ? ((const uint8_t *)from)[byte] : 0;
    return simde_mm512_loadu_si512(bytes);
}

static inline void emulated_mask_storeu_epi8(void *to, uint64_t mask, simde__m512i value) {
    uint8_t bytes[64];
    simde_mm512_storeu_si512(bytes, value);
    for (int byte = 0; byte < 64; byte++) {
        if (mask >> byte & 1) ((uint8_t *)to)[byte] = bytes[byte];
    }
}

#define _mm512_maskz_loadu_epi8 emulated_maskz_loadu_epi8
#define _mm512_mask_storeu_epi8 emulated_mask_storeu_epi8

#endif
