// 16 bytes a vector, products by looking up halves of bytes: every 64-bit ARM processor.

#if defined(__aarch64__)

#include <arm_neon.h>

#include "kernels.h"

#define AFFINE static inline __attribute__((always_inline))

typedef uint8x16_t vector;
enum { WIDTH = 16 };

AFFINE vector load(const uint8_t *from) { return vld1q_u8(from); }
AFFINE void store(uint8_t *to, vector value) { vst1q_u8(to, value); }
#if defined(__clang__)
AFFINE void stream(uint8_t *to, vector value) { __builtin_nontemporal_store(value, (vector *)(void *)to); }
#else
AFFINE void stream(uint8_t *to, vector value) { vst1q_u8(to, value); }
#endif
AFFINE vector zero(void) { return vdupq_n_u8(0); }
AFFINE vector all_of(uint8_t byte) { return vdupq_n_u8(byte); }
AFFINE vector xor2(vector a, vector b) { return veorq_u8(a, b); }
AFFINE vector or2(vector a, vector b) { return vorrq_u8(a, b); }
AFFINE vector xor3(vector a, vector b, vector c) { return veorq_u8(veorq_u8(a, b), c); }
AFFINE int differs(vector value) { return vmaxvq_u8(value) != 0; }
AFFINE void fence(void) { __asm__ volatile("dmb ishst" ::: "memory"); }

#include "part.h"

AFFINE vector repeat(const uint8_t *bytes) { return load(bytes); }
AFFINE vector shuffle(vector bytes, vector places) { return vqtbl1q_u8(bytes, places); }
AFFINE vector low_half(vector value) { return vandq_u8(value, all_of(0x0f)); }
AFFINE vector high_half(vector value) { return vshrq_n_u8(value, 4); }

#include "halves.h"

AFFINE vector twice_plus(vector value, vector other) {
    const vector carries = vreinterpretq_u8_s8(vshrq_n_s8(vreinterpretq_s8_u8(value), 7));
    return xor3(vshlq_n_u8(value, 1), vandq_u8(carries, all_of(0x1d)), other);
}
AFFINE vector four_and_twice_plus(vector value, vector one, vector other) {
    return twice_plus(twice_plus(value, one), other);
}
#define STEP_BIAS 0
#define IN_PAIRS(rows) 1
#define UNROLL(sums, horner, rows) ((rows) == 0 ? 4 : 2)
#define SPREAD_VECTORS 4

#include "kernel.h"

const cgf_operations cgf_neon = CGF_OPERATIONS;

#endif
