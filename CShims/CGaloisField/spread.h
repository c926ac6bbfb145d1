// One stream added, or copied, to several. A part of kernel.h.

INLINE void spread_pass(
    const uint8_t *old, const uint8_t *now, size_t count, size_t plain, const uint8_t *tables,
    uint8_t *const *destinations, size_t at, size_t part, const int vectors) {
    vector change[MOST_VECTORS];
    prepared ready[MOST_VECTORS];
    EACH(u, vectors) {
        change[u] = take(now + at + u * WIDTH, part);
        if (old) change[u] = xor2(change[u], take(old + at + u * WIDTH, part));
        ready[u] = prepare(change[u]);
    }
    for (size_t index = 0; index < count; index++) {
        uint8_t *to = destinations[index] + at;
        if (index < plain) {
            EACH(u, vectors) {
                put(to + u * WIDTH, xor2(take(to + u * WIDTH, part), change[u]), CGF_STORE, part);
            }
        } else {
            const table times = table_at(tables + (index - plain) * CGF_TABLE_BYTES);
            EACH(u, vectors) {
                put(to + u * WIDTH, add_times(take(to + u * WIDTH, part), times, ready[u]), CGF_STORE, part);
            }
        }
    }
}

static void spread(
    const uint8_t *old, const uint8_t *now, size_t count, size_t plain, const uint8_t *tables,
    uint8_t *const *destinations, size_t length) {
    size_t at = 0;
    for (; length - at >= SPREAD_VECTORS * WIDTH; at += SPREAD_VECTORS * WIDTH) {
        spread_pass(old, now, count, plain, tables, destinations, at, 0, SPREAD_VECTORS);
    }
    while (at < length) {
        const size_t part = length - at < WIDTH ? length - at : WIDTH;
        spread_pass(old, now, count, plain, tables, destinations, at, part, 1);
        at += part;
    }
}

enum { ONE_BY_ONE = 12 << 10 };

INLINE size_t copy_passes(
    const uint8_t *source, uint8_t *const *destinations, size_t at, size_t length, cgf_mode mode, bool ahead,
    const int COUNT) {
    // Kept out of memory, where each store might be to one of them for all the compiler knows.
    uint8_t *to[4];
    EACH(index, COUNT) to[index] = destinations[index];
    for (; length - at >= 4 * WIDTH; at += 4 * WIDTH) {
        vector bytes[4];
        if (ahead) fetch(source + at, 4);
        EACH(u, 4) bytes[u] = load(source + at + u * WIDTH);
        EACH(index, COUNT) EACH(u, 4) put(to[index] + at + u * WIDTH, bytes[u], mode, 0);
    }
    return at;
}

/// All whole passes, to up to four destinations at a time; where they ended.
static size_t copy_whole(
    const uint8_t *source, size_t count, uint8_t *const *destinations, size_t at, size_t length, cgf_mode mode,
    bool ahead) {
    size_t end = at;
    for (; count > 0; destinations += count < 4 ? count : 4, count -= count < 4 ? count : 4) {
        switch (count) {
        case 1: end = copy_passes(source, destinations, at, length, mode, ahead, 1); break;
        case 2: end = copy_passes(source, destinations, at, length, mode, ahead, 2); break;
        case 3: end = copy_passes(source, destinations, at, length, mode, ahead, 3); break;
        default: end = copy_passes(source, destinations, at, length, mode, ahead, 4); break;
        }
    }
    return end;
}

static void copy(const uint8_t *source, size_t count, uint8_t *const *destinations, size_t length, cgf_mode mode) {
    size_t at = 0;
    const bool ahead = mode == CGF_STREAM;
    if (mode == CGF_STREAM) {
        size_t head = -(uintptr_t)destinations[0] & 63;
        for (size_t index = 1; index < count; index++) {
            if ((-(uintptr_t)destinations[index] & 63) != head) mode = CGF_STORE;
        }
        if (mode == CGF_STREAM) {
            at = head < length ? head : length;
            for (size_t index = 0; index < count; index++) memcpy(destinations[index], source, at);
        }
    }
    // Where source and destination fit in the first cache and all of them do not, one after the other is faster.
    if (mode == CGF_STORE && length >= ONE_BY_ONE && length < 4 * ONE_BY_ONE) {
        for (size_t index = 0; index < count; index++) memcpy(destinations[index], source, length);
        return;
    }
    at = copy_whole(source, count, destinations, at, length, mode, ahead);
    for (size_t index = 0; index < count; index++) memcpy(destinations[index] + at, source + at, length - at);
    if (mode == CGF_STREAM) fence();
}
