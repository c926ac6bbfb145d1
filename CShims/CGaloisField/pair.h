// Two lost streams from two syndromes. A part of kernel.h.

/// Consecutive sources of a pair: how many, whether they count in the sum, and whether a lost one follows.
typedef struct {
    size_t end;
    bool sums, gap;
} segment;

INLINE void pair_segment(
    const uint8_t *const *sources, size_t from, size_t end, size_t at, size_t part, bool ahead, vector *sum,
    vector *horner, const int SUMS, const int vectors) {
    for (; from + 1 < end; from += 2) {
        const uint8_t *const first = sources[from] + at, *const second = sources[from + 1] + at;
        if (ahead) {
            fetch(first, vectors);
            fetch(second, vectors);
        }
        EACH(u, vectors) {
            const vector one = take(first + u * WIDTH, part), other = take(second + u * WIDTH, part);
            if (SUMS) sum[u] = xor3(sum[u], one, other);
            horner[u] = four_and_twice_plus(horner[u], one, other);
        }
    }
    if (from < end) {
        const uint8_t *const last = sources[from] + at;
        if (ahead) fetch(last, vectors);
        EACH(u, vectors) {
            const vector one = take(last + u * WIDTH, part);
            if (SUMS) sum[u] = xor2(sum[u], one);
            horner[u] = twice_plus(horner[u], one);
        }
    }
}

INLINE void pair_pass(
    const uint8_t *const *sources, const segment *segments, size_t count, const cgf_pair *pair, table left, table right,
    vector bias, size_t at, size_t part, cgf_mode mode, bool ahead, const int vectors) {
    vector sum[4], horner[4];
    EACH(u, vectors) {
        sum[u] = take(pair->sum + at + u * WIDTH, part);
        horner[u] = zero();
    }
    size_t from = 0;
    for (size_t index = 0; index < count; index++) {
        const segment here = segments[index];
        if (here.sums) {
            pair_segment(sources, from, here.end, at, part, ahead, sum, horner, 1, vectors);
        } else {
            pair_segment(sources, from, here.end, at, part, ahead, sum, horner, 0, vectors);
        }
        if (here.gap) EACH(u, vectors) horner[u] = twice_plus(horner[u], zero());
        from = here.end;
    }
    uint8_t *const first = pair->first + at, *const second = pair->second + at;
    EACH(u, vectors) {
        vector t = xor2(horner[u], take(pair->horner + at + u * WIDTH, part));
        if (STEP_BIAS) t = xor2(t, bias);
        horner[u] = add_two_times(zero(), left, prepare(sum[u]), right, prepare(t));
    }
    EACH(u, vectors) put(first + u * WIDTH, horner[u], mode, part);
    EACH(u, vectors) put(second + u * WIDTH, xor2(sum[u], horner[u]), mode, part);
}

/// The pairs that storage loses most: of what is left, IN sources of the sum, then OUT others, none lost between them, with
/// every pointer in a register.
INLINE void over_pair(
    const uint8_t *const *sources, const cgf_pair *pair, table left, table right, vector bias, size_t passes,
    const int IN, const int OUT) {
    enum { MOST = 10 };
    const uint8_t *from[MOST];
    EACH(step, IN + OUT) from[step] = sources[step];
    const uint8_t *const s = pair->sum, *const t = pair->horner;
    uint8_t *const first = pair->first, *const second = pair->second;
    const size_t width = 4 * WIDTH;
    const bool down = runs_down(IN + OUT ? from[0] : s, IN + OUT ? from[IN + OUT - 1] : t, first);
    for (size_t index = 0; index < passes; index++) {
        const size_t at = (down ? passes - 1 - index : index) * width;
        vector sum[4], horner[4];
        EACH(u, 4) sum[u] = load(s + at + u * WIDTH);
        EACH(half, (IN + OUT) / 2) {
            const uint8_t *const a = from[2 * half] + at, *const b = from[2 * half + 1] + at;
            EACH(u, 4) {
                const vector one = load(a + u * WIDTH), other = load(b + u * WIDTH);
                if (2 * half < IN) sum[u] = xor3(sum[u], one, other);
                horner[u] = half == 0 ? twice_plus(one, other) : four_and_twice_plus(horner[u], one, other);
            }
        }
        EACH(u, 4) {
            vector syndrome = load(t + at + u * WIDTH);
            if (IN + OUT) syndrome = xor2(syndrome, horner[u]);
            if (IN + OUT && STEP_BIAS) syndrome = xor2(syndrome, bias);
            horner[u] = add_two_times(zero(), left, prepare(sum[u]), right, prepare(syndrome));
        }
        EACH(u, 4) store(first + at + u * WIDTH, horner[u]);
        EACH(u, 4) store(second + at + u * WIDTH, xor2(sum[u], horner[u]));
    }
}

/// What is left of 2+2, 4+2, 6+2 and of local codes with groups of 4 and 6, by IN and OUT.
#define PAIR_SHAPES(SHAPE) SHAPE(0, 0) SHAPE(2, 0) SHAPE(4, 0) SHAPE(6, 0) SHAPE(2, 4) SHAPE(4, 6)

#define SHAPE(in, out) \
    static __attribute__((noinline)) void pair_##in##_##out( \
        const uint8_t *const *sources, const cgf_pair *pair, table left, table right, size_t passes) { \
        over_pair( \
            sources, pair, left, right, in + out && STEP_BIAS ? bias_after(in + out - 1) : zero(), passes, in, out); \
    }
PAIR_SHAPES(SHAPE)
#undef SHAPE

/// Stores whole passes of a fixed shape; how many bytes of each stream it did.
static size_t run_fixed_pair(
    const uint8_t *const *sources, const segment *segments, size_t count, const cgf_pair *pair, table left, table right,
    size_t length) {
    size_t in = 0, out = 0;
    if (count > 0) {
        if (count > 2 || segments[0].gap || segments[count - 1].gap || !segments[0].sums) return 0;
        in = segments[0].end;
        if (count == 2) {
            if (segments[1].sums) return 0;
            out = segments[1].end - in;
        }
    }
    if (in > 6 || out > 6) return 0;
    const size_t passes = length / (4 * WIDTH);
    switch (in | out << 3) {
#define SHAPE(in, out) \
    case in | out << 3: pair_##in##_##out(sources, pair, left, right, passes); return passes * 4 * WIDTH;
        PAIR_SHAPES(SHAPE)
#undef SHAPE
    }
    return 0;
}

static void run_pair(const cgf_fold *fold, const cgf_pair *pair, size_t length, cgf_mode mode) {
    enum { VECTORS = 2 + 2 * (UNROLL(1, 1, 1) == 4) };
    // The lost two, and the ends of groups, part the sources.
    const uint8_t *sources[256];
    segment segments[68];
    size_t taken = 0, count = 0, group = 0, before = 0;
    for (size_t step = 0; step < fold->steps; step++) {
        const bool sums = group == pair->group;
        if (fold->sources[step]) {
            sources[taken++] = fold->sources[step];
        } else if (taken == 0) {
            // Nothing is doubled yet.
            before++;
        } else {
            segments[count++] = (segment){taken, sums, true};
        }
        if (step + 1 == fold->ends[group]) {
            if (taken > (count ? segments[count - 1].end : 0)) segments[count++] = (segment){taken, sums, false};
            group++;
        }
    }
    const table left = table_at(pair->tables), right = table_at(pair->tables + CGF_TABLE_BYTES);
    const vector bias = bias_after(fold->steps - before);
    const bool ahead = mode == CGF_STREAM;
    size_t at = 0;
    if (mode == CGF_STREAM) {
        const size_t head = line_of_both(line_of_both(64, pair->first), pair->second);
        if (head == SIZE_MAX) mode = CGF_STORE;
        const size_t limit = head == SIZE_MAX ? 0 : head < length ? head : length;
        while (at < limit) {
            const size_t part = limit - at < WIDTH ? limit - at : WIDTH;
            pair_pass(sources, segments, count, pair, left, right, bias, at, part, CGF_STORE, false, 1);
            at += part;
        }
    } else {
        at = run_fixed_pair(sources, segments, count, pair, left, right, length);
    }
    const size_t width = VECTORS * WIDTH, passes = (length - at) / width, from = at;
    if (mode == CGF_STORE) {
        const bool down = taken > 0 && runs_down(sources[0], sources[taken - 1], pair->first);
        for (size_t index = 0; index < passes; index++) {
            const size_t place = from + (down ? passes - 1 - index : index) * width;
            pair_pass(sources, segments, count, pair, left, right, bias, place, 0, CGF_STORE, ahead, VECTORS);
        }
    } else {
        for (size_t index = 0; index < passes; index++) {
            pair_pass(
                sources, segments, count, pair, left, right, bias, from + index * width, 0, CGF_STREAM, ahead, VECTORS);
        }
    }
    at = from + passes * width;
    while (at < length) {
        const size_t part = length - at < WIDTH ? length - at : WIDTH;
        pair_pass(sources, segments, count, pair, left, right, bias, at, part, CGF_STORE, false, 1);
        at += part;
    }
    if (mode == CGF_STREAM) fence();
}
