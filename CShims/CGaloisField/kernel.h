// The kernels, written once over the operations that each instruction set's file defines before it includes this one:
//
//   vector, WIDTH           a vector and its bytes
//   table, prepared         what a coefficient and a vector of sources are turned into before they meet
//   load, store, stream     whole vectors at any address; `stream` at one that WIDTH divides
//   load_part, store_part   the first bytes of a vector, 1 to WIDTH; what is loaded beyond them is zero
//   zero, xor2, xor3        sums
//   table_at, prepare       a table from its bytes; a vector made ready for tables
//   add_times               a sum plus a table times a prepared vector
//   twice_plus              twice a vector plus another, over 0x11d; STEP_BIAS where each such step adds 0x1d besides
//   four_and_twice_plus     two such steps
//   differs                 whether any bit of a vector is set
//   fence                   makes streamed stores visible in order
//   IN_PAIRS(rows)          whether two sources are taken at a time beside that many sums by tables
//   UNROLL(sums, horner, rows)  vectors a pass for that many accumulators
//
// Every loop over vectors of a pass has a constant count and is unrolled whole, so that accumulators stay in registers.

#include <string.h>

#include "kernels.h"

#define INLINE static inline __attribute__((always_inline))
#define EACH(index, count) _Pragma("clang loop unroll(full)") for (int index = 0; index < (count); index++)

/// How far ahead of a pass streamed calls fetch their sources: the best of 512 to 4096 that was measured.
enum { AHEAD = 1024 };

enum { MOST_ROWS = 6, MOST_VECTORS = 4 };

INLINE vector take(const uint8_t *from, size_t part) { return part ? load_part(from, part) : load(from); }

INLINE void fetch(const uint8_t *from, int vectors) {
    EACH(u, vectors) {
        if (u * WIDTH % 64 == 0) __builtin_prefetch(from + AHEAD + u * WIDTH, 0, 3);
    }
}

/// Writes or compares a vector; 1 where it is compared and differs.
INLINE int put(uint8_t *to, vector value, cgf_mode mode, size_t part) {
    if (mode == CGF_COMPARE) {
        if (!part) return differs(xor2(value, load(to)));
        uint8_t bytes[WIDTH];
        store(bytes, value);
        return memcmp(bytes, to, part) != 0;
    }
    if (part) {
        store_part(to, value, part);
    } else if (mode == CGF_STREAM) {
        stream(to, value);
    } else {
        store(to, value);
    }
    return 0;
}

/// One pass at `at`: `vectors` vectors of each stream, or the first `part` bytes of one. SUMS, HORNER and ROWS are
/// constants: what of the fold there is.
INLINE uint64_t pass(
    const cgf_fold *fold, vector bias, size_t at, size_t part, cgf_mode mode, bool ahead, const int PLAIN,
    const int SUMS, const int HORNER, const int ROWS, const int vectors) {
    vector sum[MOST_VECTORS], horner[MOST_VECTORS], row[MOST_ROWS][MOST_VECTORS];
    uint64_t mismatches = 0;
    EACH(u, vectors) {
        sum[u] = horner[u] = zero();
        EACH(r, ROWS) row[r][u] = zero();
    }
    if (!PLAIN && SUMS && fold->begun_sum) EACH(u, vectors) sum[u] = take(fold->begun_sum + at + u * WIDTH, part);
    if (!PLAIN && HORNER && fold->begun_horner) EACH(u, vectors) horner[u] = take(fold->begun_horner + at + u * WIDTH, part);
    if (!PLAIN && ROWS && fold->begun_products) {
        EACH(r, ROWS) EACH(u, vectors) row[r][u] = take(fold->begun_products[r] + at + u * WIDTH, part);
    }
    const uint8_t *const *sources = fold->sources;
    const uint8_t *tables = fold->tables;
    size_t step = 0;
    for (size_t group = 0; group < fold->groups; group++) {
        const size_t end = fold->ends[group];
        while (step < end) {
            const uint8_t *const first = sources[step] + at;
            if (IN_PAIRS(ROWS) && step + 1 < end) {
                const uint8_t *const second = sources[step + 1] + at;
                if (ahead) {
                    fetch(first, vectors);
                    fetch(second, vectors);
                }
                vector one[MOST_VECTORS], other[MOST_VECTORS];
                EACH(u, vectors) {
                    one[u] = take(first + u * WIDTH, part);
                    other[u] = take(second + u * WIDTH, part);
                    if (SUMS) sum[u] = xor3(sum[u], one[u], other[u]);
                    if (HORNER) horner[u] = four_and_twice_plus(horner[u], one[u], other[u]);
                }
                if (ROWS) {
                    prepared left[MOST_VECTORS], right[MOST_VECTORS];
                    EACH(u, vectors) {
                        left[u] = prepare(one[u]);
                        right[u] = prepare(other[u]);
                    }
                    EACH(r, ROWS) {
                        const table here = table_at(tables + r * CGF_TABLE_BYTES);
                        const table next = table_at(tables + (ROWS + r) * CGF_TABLE_BYTES);
                        EACH(u, vectors) row[r][u] = add_two_times(row[r][u], here, left[u], next, right[u]);
                    }
                }
                tables += 2 * ROWS * CGF_TABLE_BYTES;
                step += 2;
                continue;
            }
            if (ahead) fetch(first, vectors);
            vector one[MOST_VECTORS];
            EACH(u, vectors) {
                one[u] = take(first + u * WIDTH, part);
                if (SUMS) sum[u] = xor2(sum[u], one[u]);
                if (HORNER) horner[u] = twice_plus(horner[u], one[u]);
            }
            if (ROWS) {
                prepared left[MOST_VECTORS];
                EACH(u, vectors) left[u] = prepare(one[u]);
                EACH(r, ROWS) {
                    const table here = table_at(tables + r * CGF_TABLE_BYTES);
                    EACH(u, vectors) row[r][u] = add_times(row[r][u], here, left[u]);
                }
            }
            tables += ROWS * CGF_TABLE_BYTES;
            step++;
        }
        if (!SUMS) continue;
        if (fold->sums[group]) {
            const cgf_mode how = !PLAIN && fold->continues && group + 1 == fold->groups ? CGF_STORE : mode;
            uint8_t *const to = fold->sums[group] + at;
            int differ = 0;
            EACH(u, vectors) differ |= put(to + u * WIDTH, sum[u], how, part);
            mismatches |= (uint64_t)differ << group;
        }
        EACH(u, vectors) sum[u] = zero();
    }
    if (HORNER && STEP_BIAS) EACH(u, vectors) horner[u] = xor2(horner[u], bias);
    if (!PLAIN && fold->continues) mode = CGF_STORE;
    if (HORNER) {
        uint8_t *const to = fold->horner + at;
        int differ = 0;
        EACH(u, vectors) differ |= put(to + u * WIDTH, horner[u], mode, part);
        mismatches |= (uint64_t)differ << fold->groups;
    }
    EACH(r, ROWS) {
        uint8_t *const to = fold->products[r] + at;
        int differ = 0;
        EACH(u, vectors) differ |= put(to + u * WIDTH, row[r][u], mode, part);
        mismatches |= (uint64_t)differ << (fold->groups + 1 + r);
    }
    return mismatches;
}

/// What the steps of a Horner sum have added besides, where each adds 0x1d.
INLINE vector bias_after(size_t steps) {
    uint8_t bias = 0;
    // The powers of 2 repeat after 255 and so, at the latest, does this.
    for (size_t step = 0; STEP_BIAS && step < steps; step++) {
        bias = (uint8_t)(bias << 1 ^ (bias & 0x80 ? 0x1d : 0) ^ 0x1d);
    }
    return all_of(bias);
}

/// The bytes to the first address at which all outputs can be streamed, SIZE_MAX where there is none.
INLINE size_t line_of_both(size_t head, const uint8_t *output) {
    const size_t distance = -(uintptr_t)output & 63;
    return head == distance || head == 64 ? distance : SIZE_MAX;
}

static size_t bytes_to_line(const cgf_fold *fold) {
    // 64 stands for any.
    size_t head = 64;
    for (size_t group = 0; fold->sums && group < fold->groups - fold->continues; group++) {
        if (fold->sums[group]) head = line_of_both(head, fold->sums[group]);
    }
    if (fold->continues) return head == 64 ? 0 : head;
    if (fold->horner) head = line_of_both(head, fold->horner);
    for (size_t row = 0; row < fold->rows; row++) head = line_of_both(head, fold->products[row]);
    return head;
}

INLINE const uint8_t *first_output(const cgf_fold *fold) {
    if (fold->horner) return fold->horner;
    if (fold->rows > 0) return fold->products[0];
    for (size_t group = 0; group < fold->groups; group++) {
        if (fold->sums[group]) return fold->sums[group];
    }
    return NULL;
}

/// Whether to go from the end to the beginning. A load waits for a store before it whose address is the same in its low
/// 12 bits, as long as the processor cannot tell them apart (Intel's optimization manual: 4 KiB aliasing). Going up, that
/// is so where an output lies a little above a source, modulo 4096; going down, where it lies a little below.
INLINE bool runs_down(const uint8_t *first, const uint8_t *last, const uint8_t *output) {
    enum { SOON = 2048 };
    int up = 0, down = 0;
    const uint8_t *const ends[2] = {first, last};
    EACH(end, 2) {
        const size_t distance = ((uintptr_t)output - (uintptr_t)ends[end]) & 4095;
        up += distance != 0 && distance <= SOON;
        down += distance != 0 && distance >= 4096 - SOON;
    }
    return up > down;
}

INLINE uint64_t over_length(
    const cgf_fold *fold, size_t done, size_t length, cgf_mode mode, const int SUMS, const int HORNER, const int ROWS,
    const int vectors) {
    const vector bias = HORNER && STEP_BIAS ? bias_after(fold->steps) : zero();
    const bool ahead = mode == CGF_STREAM;
    uint64_t mismatches = 0;
    size_t at = done;
    if (mode == CGF_STREAM && at == 0) {
        const size_t head = bytes_to_line(fold);
        if (head == SIZE_MAX) {
            mode = CGF_STORE;
        } else {
            const size_t limit = head < length ? head : length;
            while (at < limit) {
                const size_t part = limit - at < WIDTH ? limit - at : WIDTH;
                pass(fold, bias, at, part, CGF_STORE, false, 0, SUMS, HORNER, ROWS, 1);
                at += part;
            }
        }
    }
    const bool isWhole = !fold->begun_sum && !fold->begun_horner && !fold->begun_products && !fold->continues;
    if (mode == CGF_STORE && !ahead && isWhole) {
        // What most calls are, without the branches of the others.
        const size_t step = (size_t)vectors * WIDTH, passes = (length - at) / step;
        const bool down = runs_down(fold->sources[0], fold->sources[fold->steps - 1], first_output(fold));
        for (size_t index = 0; index < passes; index++) {
            const size_t from = at + (down ? passes - 1 - index : index) * step;
            pass(fold, bias, from, 0, CGF_STORE, false, 1, SUMS, HORNER, ROWS, vectors);
        }
        at += passes * step;
    }
    if (mode == CGF_STREAM && isWhole) {
        for (; length - at >= (size_t)vectors * WIDTH; at += (size_t)vectors * WIDTH) {
            pass(fold, bias, at, 0, CGF_STREAM, true, 1, SUMS, HORNER, ROWS, vectors);
        }
    }
    for (; length - at >= (size_t)vectors * WIDTH; at += (size_t)vectors * WIDTH) {
        mismatches |= pass(fold, bias, at, 0, mode, ahead, 0, SUMS, HORNER, ROWS, vectors);
    }
    while (at < length) {
        const size_t part = length - at < WIDTH ? length - at : WIDTH;
        mismatches |= pass(
            fold, bias, at, part, mode == CGF_COMPARE ? mode : CGF_STORE, false, 0, SUMS, HORNER, ROWS, 1);
        at += part;
    }
    if (mode == CGF_STREAM) fence();
    return mismatches;
}

#define SHAPE(sums, horner, rows) \
    static __attribute__((noinline)) uint64_t fold_##sums##_##horner##_##rows( \
        const cgf_fold *fold, size_t done, size_t length, cgf_mode mode) { \
        return over_length(fold, done, length, mode, sums, horner, rows, UNROLL(sums, horner, rows)); \
    }
SHAPE(1, 0, 0)
SHAPE(1, 1, 0)
SHAPE(1, 1, 1)
SHAPE(1, 1, 2)
SHAPE(1, 0, 1)
SHAPE(1, 0, 2)
SHAPE(1, 0, 3)
SHAPE(0, 0, 1)
SHAPE(0, 0, 2)
SHAPE(0, 0, 3)
SHAPE(0, 0, 4)
SHAPE(0, 0, 5)
SHAPE(0, 0, 6)
#undef SHAPE

/// The shapes that storage uses most: exclusive ors of GROUPS groups of SIZE sources, and a Horner sum over all, with
/// every pointer in a register. A pointer that is read again in each pass may have to wait for the stores of the one
/// before.
INLINE void over_fixed(
    const cgf_fold *fold, size_t length, cgf_mode mode, const int HORNER, const int GROUPS, const int SIZE) {
    enum { MOST = 17 };
    // The first source is taken as it is, so one step fewer adds to the sum.
    const vector bias = HORNER && STEP_BIAS ? bias_after(fold->steps - 1) : zero();
    const uint8_t *from[MOST];
    uint8_t *to[2], *const horner_to = fold->horner;
    EACH(step, GROUPS * SIZE) from[step] = fold->sources[step];
    EACH(group, GROUPS) to[group] = fold->sums[group];
    const size_t width = 4 * WIDTH, passes = length / width;
    const bool down = mode == CGF_STORE && runs_down(from[0], from[GROUPS * SIZE - 1], to[0]), ahead = mode == CGF_STREAM;
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
            EACH(u, 4) put(to[group] + at + u * WIDTH, sum[u], mode, 0);
        }
        if (HORNER) {
            EACH(u, 4) {
                if (STEP_BIAS) horner[u] = xor2(horner[u], bias);
                put(horner_to + at + u * WIDTH, horner[u], mode, 0);
            }
        }
    }
    if (mode == CGF_STREAM) fence();
}

#define FIXED_SHAPES(SHAPE) \
    SHAPE(0, 1, 2) SHAPE(0, 1, 3) SHAPE(0, 1, 4) SHAPE(0, 1, 5) SHAPE(0, 1, 6) SHAPE(0, 1, 8) SHAPE(0, 1, 10) \
    SHAPE(0, 1, 12) SHAPE(0, 1, 17) \
    SHAPE(1, 1, 2) SHAPE(1, 1, 4) SHAPE(1, 1, 6) SHAPE(1, 1, 8) SHAPE(1, 2, 4) SHAPE(1, 2, 6)

#define SHAPE(horner, groups, size) \
    static __attribute__((noinline)) void fixed_##horner##_##groups##_##size( \
        const cgf_fold *fold, size_t length, cgf_mode mode) { \
        if (mode == CGF_STORE) { \
            over_fixed(fold, length, CGF_STORE, horner, groups, size); \
        } else { \
            over_fixed(fold, length, CGF_STREAM, horner, groups, size); \
        } \
    }
FIXED_SHAPES(SHAPE)
#undef SHAPE

/// Calculates whole passes of a fixed shape; how many bytes of each stream it did.
static size_t run_fixed(const cgf_fold *fold, size_t length, cgf_mode mode) {
    if (mode == CGF_COMPARE || !fold->sums || fold->rows > 0 || fold->groups > 2 || fold->continues) return 0;
    if (fold->begun_sum || fold->begun_horner) return 0;
    if (mode == CGF_STREAM && bytes_to_line(fold) != 0) return 0;
    const size_t size = fold->ends[0], groups = fold->groups;
    if (size > 17 || fold->steps != groups * size || !fold->sums[0] || !fold->sums[groups - 1]) return 0;
    const size_t whole = length - length % (4 * WIDTH);
    switch ((fold->horner ? 1 : 0) | (int)groups << 1 | (int)size << 3) {
#define SHAPE(horner, groups, size) \
    case horner | groups << 1 | size << 3: fixed_##horner##_##groups##_##size(fold, whole, mode); return whole;
        FIXED_SHAPES(SHAPE)
#undef SHAPE
    }
    return 0;
}

static uint64_t run_whole(const cgf_fold *fold, size_t length, cgf_mode mode) {
    const size_t done = run_fixed(fold, length, mode);
    if (done == length) return 0;
    switch ((fold->sums ? 1 : 0) | (fold->horner ? 2 : 0) | (int)fold->rows << 2) {
#define SHAPE(sums, horner, rows) \
    case sums | horner << 1 | rows << 2: return fold_##sums##_##horner##_##rows(fold, done, length, mode);
        SHAPE(1, 0, 0)
        SHAPE(1, 1, 0)
        SHAPE(1, 1, 1)
        SHAPE(1, 1, 2)
        SHAPE(1, 0, 1)
        SHAPE(1, 0, 2)
        SHAPE(1, 0, 3)
        SHAPE(0, 0, 1)
        SHAPE(0, 0, 2)
        SHAPE(0, 0, 3)
        SHAPE(0, 0, 4)
        SHAPE(0, 0, 5)
        SHAPE(0, 0, 6)
#undef SHAPE
    }
    // No other shape is built by StorageMath; to write nothing would be to claim parities that are not there.
    __builtin_trap();
}

/// In how many parts of its sources a fold is calculated: those at one address modulo 4096 contend for the same lines of
/// the first cache, and where it has room for fewer of them, none stays until it is read on.
INLINE size_t parts_of(const cgf_fold *fold) {
    const size_t most = fold->most_alike;
    if (most == 0 || fold->steps <= most) return 1;
    size_t alike = 0;
    for (size_t step = 0; step < fold->steps; step++) {
        alike += (((uintptr_t)fold->sources[step] ^ (uintptr_t)fold->sources[0]) & 4032) == 0;
    }
    return alike <= most ? 1 : (fold->steps + most - 1) / most;
}

enum { STRIP = 2048 };

/// Strip by strip, and in each one part of the sources after the other, with the sums on the way in the first cache.
static uint64_t run_in_parts(const cgf_fold *fold, size_t length, cgf_mode mode, size_t parts) {
    _Alignas(64) uint8_t scratch[2 + MOST_ROWS][STRIP];
    uint64_t mismatches = 0;
    for (size_t at = 0; at < length; at += STRIP) {
        const size_t count = length - at < STRIP ? length - at : STRIP;
        size_t group = 0;
        for (size_t part = 0; part < parts; part++) {
            const size_t from = fold->steps * part / parts, to = fold->steps * (part + 1) / parts;
            const bool isLast = part + 1 == parts;
            // The groups that lie in the part, whole or not.
            size_t last = group;
            while (fold->ends[last] < to) last++;
            // Where the last is whole, one of no sources follows it, which is what will be continued.
            const bool isCut = fold->ends[last] > to || isLast;
            const size_t whole = last - group + 1, groups = isCut ? whole : whole + 1;
            const uint8_t *sources[256];
            uint8_t *sums[64], *rows[MOST_ROWS];
            uint32_t ends[64];
            const uint8_t *begun[MOST_ROWS];
            for (size_t step = from; step < to; step++) sources[step - from] = fold->sources[step] + at;
            for (size_t index = 0; index < whole; index++) {
                const size_t end = fold->ends[group + index];
                ends[index] = (uint32_t)((end < to ? end : to) - from);
                uint8_t *sum = fold->sums ? fold->sums[group + index] : NULL;
                sums[index] = end > to ? scratch[0] : sum ? sum + at : NULL;
            }
            if (!isCut) {
                ends[whole] = (uint32_t)(to - from);
                sums[whole] = NULL;
            }
            for (size_t row = 0; row < fold->rows; row++) {
                begun[row] = scratch[2 + row];
                rows[row] = isLast ? fold->products[row] + at : scratch[2 + row];
            }
            const bool isMidGroup = from > 0 && from > (group ? fold->ends[group - 1] : 0);
            const cgf_fold piece = {
                .steps = to - from,
                .sources = sources,
                .groups = groups,
                .ends = ends,
                .sums = fold->sums ? sums : NULL,
                .horner = !fold->horner ? NULL : isLast ? fold->horner + at : scratch[1],
                .rows = fold->rows,
                .tables = fold->tables + from * fold->rows * CGF_TABLE_BYTES,
                .products = rows,
                .begun_sum = isMidGroup && fold->sums ? scratch[0] : NULL,
                .begun_horner = part > 0 && fold->horner ? scratch[1] : NULL,
                .begun_products = part > 0 && fold->rows ? begun : NULL,
                .continues = !isLast,
            };
            const uint64_t differ = run_whole(&piece, count, mode);
            const uint64_t ofSums = (1ULL << groups) - 1;
            mismatches |= (differ & ofSums) << group | differ >> groups << fold->groups;
            group = fold->ends[last] == to ? last + 1 : last;
        }
    }
    return mismatches;
}

static uint64_t run(const cgf_fold *fold, size_t length, cgf_mode mode) {
    const size_t parts = parts_of(fold);
    return parts > 1 ? run_in_parts(fold, length, mode, parts) : run_whole(fold, length, mode);
}

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
    at = copy_whole(source, count, destinations, at, length, mode, ahead);
    for (size_t index = 0; index < count; index++) memcpy(destinations[index] + at, source + at, length - at);
    if (mode == CGF_STREAM) fence();
}
