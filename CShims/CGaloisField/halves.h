// Products by looking up halves of bytes: what the kernels that shuffle share, over `repeat`, 16 bytes in each lane
// of a vector, `shuffle`, the bytes at places, `low_half` and `high_half`.

typedef struct {
    vector low, high;
} table;
typedef struct {
    vector low, high;
} prepared;

AFFINE table table_at(const uint8_t *bytes) { return (table){repeat(bytes), repeat(bytes + 16)}; }
AFFINE prepared prepare(vector value) { return (prepared){low_half(value), high_half(value)}; }
AFFINE vector add_times(vector sum, table times, prepared value) {
    return xor3(sum, shuffle(times.low, value.low), shuffle(times.high, value.high));
}
AFFINE vector add_two_times(vector sum, table a, prepared x, table b, prepared y) {
    return add_times(add_times(sum, a, x), b, y);
}

#define make_table cgf_halves_table
