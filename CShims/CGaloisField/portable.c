// 8 bytes a vector, in plain C: a 64-bit word is eight elements side by side.

#include "kernels.h"

#define AFFINE static inline __attribute__((always_inline))

typedef uint64_t vector;
// The coefficient's products with 1, 2, 4, … 128.
typedef struct {
    uint64_t products[8];
} table;
// The bits of the source, each in the lowest place of its byte.
typedef struct {
    uint64_t bits[8];
} prepared;
enum { WIDTH = 8 };

AFFINE vector load(const uint8_t *from) {
    vector value;
    __builtin_memcpy(&value, from, WIDTH);
    return value;
}
AFFINE void store(uint8_t *to, vector value) { __builtin_memcpy(to, &value, WIDTH); }
AFFINE void stream(uint8_t *to, vector value) { store(to, value); }
AFFINE vector zero(void) { return 0; }
AFFINE vector all_of(uint8_t byte) { return byte * 0x0101010101010101ULL; }
AFFINE vector xor2(vector a, vector b) { return a ^ b; }
AFFINE vector or2(vector a, vector b) { return a | b; }
AFFINE vector xor3(vector a, vector b, vector c) { return a ^ b ^ c; }
AFFINE vector twice_plus(vector value, vector other) {
    const uint64_t carries = value >> 7 & 0x0101010101010101ULL;
    return ((value & 0x7f7f7f7f7f7f7f7fULL) << 1) ^ carries * 0x1d ^ other;
}
// The products of the coefficient with the bits of a source add up to the product, over any polynomial.
AFFINE table table_at(const uint8_t *bytes) {
    table times;
    for (int bit = 0; bit < 8; bit++) times.products[bit] = bytes[bit];
    return times;
}
AFFINE prepared prepare(vector value) {
    prepared ready;
    for (int bit = 0; bit < 8; bit++) ready.bits[bit] = value >> bit & 0x0101010101010101ULL;
    return ready;
}
AFFINE vector add_times(vector sum, table times, prepared value) {
    for (int bit = 0; bit < 8; bit++) sum ^= value.bits[bit] * times.products[bit];
    return sum;
}
AFFINE vector add_two_times(vector sum, table a, prepared x, table b, prepared y) {
    return add_times(add_times(sum, a, x), b, y);
}
AFFINE vector four_and_twice_plus(vector value, vector one, vector other) {
    return twice_plus(twice_plus(value, one), other);
}
AFFINE int differs(vector value) { return value != 0; }
AFFINE void fence(void) {}
#define STEP_BIAS 0
#define IN_PAIRS(rows) ((rows) == 0)
#define UNROLL(sums, horner, rows) ((rows) == 0 ? 4 : 1)
#define SPREAD_VECTORS 1

static void make_table(const uint8_t *products, uint8_t *table) {
    for (int bit = 0; bit < CGF_TABLE_BYTES; bit++) table[bit] = bit < 8 ? products[1 << bit] : 0;
}

#include "part.h"
#include "kernel.h"

const cgf_operations cgf_portable = CGF_OPERATIONS;
