// Folds of the shapes that storage uses most. A part of kernel.h.

/// The shapes that storage uses most: exclusive ors of GROUPS groups of SIZE sources, and a Horner sum over all, with
/// every pointer in a register. A pointer that is read again in each pass may have to wait for the stores of the one
/// before. The streams are the sources, then the sums of the groups, then the Horner sum.
INLINE uint64_t over_fixed(
    uint8_t *const *streams, size_t length, cgf_mode mode, const int HORNER, const int GROUPS, const int SIZE) {
    enum { MOST = CGF_MOST_FIXED };
    // The first source is taken as it is, so one step fewer adds to the sum.
    const vector bias = HORNER && STEP_BIAS ? bias_after(GROUPS * SIZE - 1) : zero();
    const uint8_t *from[MOST];
    uint8_t *to[2];
    EACH(step, GROUPS * SIZE) from[step] = streams[step];
    EACH(group, GROUPS) to[group] = streams[GROUPS * SIZE + group];
    uint8_t *const horner_to = HORNER ? streams[GROUPS * SIZE + GROUPS] : NULL;
    const size_t width = 4 * WIDTH, passes = length / width;
    const bool down = mode == CGF_STORE && runs_down(from[0], from[GROUPS * SIZE - 1], to[0]);
    const bool ahead = mode == CGF_STREAM;
    // Of a comparison: the bits in which each sum was another.
    vector differences[3] = {zero(), zero(), zero()};
    for (size_t index = 0; index < passes; index++) {
        const size_t at = (down ? passes - 1 - index : index) * width;
        vector horner[4];
        EACH(group, GROUPS) {
            vector sum[4];
            EACH(half, SIZE / 2) {
                const uint8_t *const first = from[group * SIZE + 2 * half] + at;
                const uint8_t *const second = from[group * SIZE + 2 * half + 1] + at;
                if (ahead) {
                    fetch(first, 4);
                    fetch(second, 4);
                }
                EACH(u, 4) {
                    const vector one = load(first + u * WIDTH), other = load(second + u * WIDTH);
                    sum[u] = half == 0 ? xor2(one, other) : xor3(sum[u], one, other);
                    if (HORNER) {
                        horner[u] = group + half == 0 ? twice_plus(one, other)
                                                      : four_and_twice_plus(horner[u], one, other);
                    }
                }
            }
            if (SIZE % 2) {
                const uint8_t *const last = from[group * SIZE + SIZE - 1] + at;
                if (ahead) fetch(last, 4);
                EACH(u, 4) {
                    const vector one = load(last + u * WIDTH);
                    sum[u] = xor2(sum[u], one);
                    if (HORNER) horner[u] = twice_plus(horner[u], one);
                }
            }
            give(to[group] + at, sum, mode, &differences[group]);
        }
        if (HORNER) {
            if (STEP_BIAS) EACH(u, 4) horner[u] = xor2(horner[u], bias);
            give(horner_to + at, horner, mode, &differences[2]);
        }
    }
    if (mode == CGF_STREAM) fence();
    uint64_t mismatches = 0;
    if (mode == CGF_COMPARE) {
        EACH(group, GROUPS) mismatches |= (uint64_t)differs(differences[group]) << group;
        if (HORNER) mismatches |= (uint64_t)differs(differences[2]) << GROUPS;
    }
    return mismatches;
}

#define FIXED_SHAPES(SHAPE) \
    SHAPE(0, 1, 2) SHAPE(0, 1, 3) SHAPE(0, 1, 4) SHAPE(0, 1, 5) SHAPE(0, 1, 6) SHAPE(0, 1, 8) SHAPE(0, 1, 10) \
    SHAPE(0, 1, 12) SHAPE(0, 1, 17) \
    SHAPE(1, 1, 2) SHAPE(1, 1, 4) SHAPE(1, 1, 6) SHAPE(1, 1, 8) SHAPE(1, 2, 4) SHAPE(1, 2, 6)

#define SHAPE(horner, groups, size) \
    static uint64_t fixed_##horner##_##groups##_##size(uint8_t *const *streams, size_t length, cgf_mode mode) { \
        switch (mode) { \
        case CGF_STORE: return over_fixed(streams, length, CGF_STORE, horner, groups, size); \
        case CGF_STREAM: return over_fixed(streams, length, CGF_STREAM, horner, groups, size); \
        case CGF_COMPARE: return over_fixed(streams, length, CGF_COMPARE, horner, groups, size); \
        } \
        return 0; \
    }
FIXED_SHAPES(SHAPE)
#undef SHAPE

/// Bytes of a stream that fixed shapes go forward by.
enum { FIXED_BYTES = 4 * WIDTH };

static cgf_fixed fixed_shape(bool horner, size_t groups, size_t size) {
    if (groups > 2 || size > CGF_MOST_FIXED - 3) return NULL;
    switch ((int)horner | (int)groups << 1 | (int)size << 3) {
#define SHAPE(horner, groups, size) \
    case horner | groups << 1 | size << 3: return fixed_##horner##_##groups##_##size;
        FIXED_SHAPES(SHAPE)
#undef SHAPE
    }
    return NULL;
}

/// Calculates whole passes of a fixed shape; how many bytes of each stream it did.
static size_t run_fixed(const cgf_fold *fold, size_t length, cgf_mode mode, uint64_t *mismatches) {
    if (!fold->sums || fold->rows > 0 || fold->groups > 2 || fold->continues) return 0;
    if (fold->begun_sum || fold->begun_horner) return 0;
    const size_t size = fold->ends[0], groups = fold->groups;
    if (fold->steps != groups * size || !fold->sums[0] || !fold->sums[groups - 1]) return 0;
    const cgf_fixed shape = fixed_shape(fold->horner != NULL, groups, size);
    if (!shape || (mode == CGF_STREAM && bytes_to_line(fold) != 0)) return 0;
    const size_t whole = length - length % FIXED_BYTES;
    uint8_t *streams[CGF_MOST_FIXED];
    // Sources are not written to.
    for (size_t step = 0; step < fold->steps; step++) streams[step] = (uint8_t *)fold->sources[step];
    for (size_t group = 0; group < groups; group++) streams[fold->steps + group] = fold->sums[group];
    streams[fold->steps + groups] = fold->horner;
    *mismatches = shape(streams, whole, mode);
    return whole;
}
