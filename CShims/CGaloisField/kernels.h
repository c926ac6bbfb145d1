// What each instruction set's file gives to the dispatch.

#ifndef CGALOISFIELD_KERNELS_H
#define CGALOISFIELD_KERNELS_H

#include "CGaloisField.h"

typedef uint64_t (*cgf_fixed)(uint8_t *const *streams, size_t length, cgf_mode mode);

typedef struct {
    uint64_t (*run)(const cgf_fold *, size_t, cgf_mode);
    void (*run_pair)(const cgf_fold *, const cgf_pair *, size_t, cgf_mode);
    void (*spread)(
        const uint8_t *, const uint8_t *, size_t, size_t, const uint8_t *, uint8_t *const *, size_t);
    void (*copy)(const uint8_t *, size_t, uint8_t *const *, size_t, cgf_mode);
    void (*table)(const uint8_t *products, uint8_t *table);
    /// The function of a fixed shape, NULL where there is none, and the bytes that it goes forward by.
    cgf_fixed (*fixed)(bool horner, size_t groups, size_t size);
    size_t fixed_bytes;
} cgf_operations;

#define CGF_OPERATIONS \
    { .run = run, .run_pair = run_pair, .spread = spread, .copy = copy, .table = make_table, \
      .fixed = fixed_shape, .fixed_bytes = FIXED_BYTES }

extern const cgf_operations cgf_portable;
extern const cgf_operations cgf_ssse3;
extern const cgf_operations cgf_avx2;
extern const cgf_operations cgf_avx2_gfni;
extern const cgf_operations cgf_avx512;
extern const cgf_operations cgf_avx512_gfni;
extern const cgf_operations cgf_neon;

/// The table of a coefficient for kernels that look up halves of bytes: products of 0 to 15, then of 0, 16, … 240.
static inline void cgf_halves_table(const uint8_t *products, uint8_t *table) {
    for (int half = 0; half < 16; half++) {
        table[half] = products[half];
        table[16 + half] = products[half << 4];
    }
}

/// The table of a coefficient for GF2P8AFFINEQB: a matrix of bits, byte 7 - i of which masks the bits of the source
/// whose parity is bit i of the product (Intel SDM volume 2).
static inline void cgf_affine_table(const uint8_t *products, uint8_t *table) {
    for (int output = 0; output < 8; output++) {
        uint8_t mask = 0;
        for (int input = 0; input < 8; input++) mask |= (uint8_t)((products[1 << input] >> output & 1) << input);
        table[7 - output] = mask;
    }
    for (int rest = 8; rest < CGF_TABLE_BYTES; rest++) table[rest] = 0;
}

#endif
