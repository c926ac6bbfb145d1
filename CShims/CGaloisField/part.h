// The ends of streams, for instruction sets without masked access: through a vector in memory.

AFFINE vector load_part(const uint8_t *from, size_t part) {
    uint8_t bytes[WIDTH] = {0};
    __builtin_memcpy(bytes, from, part);
    return load(bytes);
}

AFFINE void store_part(uint8_t *to, vector value, size_t part) {
    uint8_t bytes[WIDTH];
    store(bytes, value);
    __builtin_memcpy(to, bytes, part);
}
