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

static void run_pair(const cgf_fold *fold, const cgf_pair *pair, size_t length, cgf_mode mode) {
    enum { VECTORS = 2 + 2 * (UNROLL(1, 1, 1) == 4) };
    // The lost two, and the ends of groups, part the sources.
    const uint8_t *sources[256];
    segment segments[68];
    size_t taken = 0, count = 0, group = 0;
    for (size_t step = 0; step < fold->steps; step++) {
        const bool sums = group == pair->group;
        if (fold->sources[step]) {
            sources[taken++] = fold->sources[step];
        } else {
            segments[count++] = (segment){taken, sums, true};
        }
        if (step + 1 == fold->ends[group]) {
            segments[count++] = (segment){taken, sums, false};
            group++;
        }
    }
    const table left = table_at(pair->tables), right = table_at(pair->tables + CGF_TABLE_BYTES);
    const vector bias = bias_after(fold->steps);
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
