// The kernels, written once over the operations that each instruction set's file defines before it includes this one:
//
//   vector, WIDTH           a vector and its bytes
//   table, prepared         what a coefficient and a vector of sources are turned into before they meet
//   load, store, stream     whole vectors at any address; `stream` at one that WIDTH divides
//   load_part, store_part   the first bytes of a vector, 1 to WIDTH; what is loaded beyond them is zero
//   zero, xor2, xor3, or2   sums, and the bits that either has
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

/// Writes or compares all vectors of a stream; 1 where they are compared and any differs.
INLINE int put_all(uint8_t *to, const vector *values, cgf_mode mode, size_t part, int vectors) {
    if (mode == CGF_COMPARE && !part) {
        vector differences = zero();
        EACH(u, vectors) differences = or2(differences, xor2(values[u], load(to + u * WIDTH)));
        return differs(differences);
    }
    int differ = 0;
    EACH(u, vectors) differ |= put(to + u * WIDTH, values[u], mode, part);
    return differ;
}

/// Writes four vectors of a stream, or adds to `differences` the bits in which they are not what is there.
INLINE void give(uint8_t *to, const vector *values, cgf_mode mode, vector *differences) {
    EACH(u, 4) {
        if (mode == CGF_COMPARE) {
            *differences = or2(*differences, xor2(values[u], load(to + u * WIDTH)));
        } else {
            put(to + u * WIDTH, values[u], mode, 0);
        }
    }
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
    if (!PLAIN && HORNER && fold->begun_horner) {
        EACH(u, vectors) horner[u] = take(fold->begun_horner + at + u * WIDTH, part);
    }
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
            const int differ = put_all(to, sum, how, part, vectors);
            mismatches |= (uint64_t)differ << group;
        }
        EACH(u, vectors) sum[u] = zero();
    }
    if (HORNER && STEP_BIAS) EACH(u, vectors) horner[u] = xor2(horner[u], bias);
    if (!PLAIN && fold->continues) mode = CGF_STORE;
    if (HORNER) {
        uint8_t *const to = fold->horner + at;
        const int differ = put_all(to, horner, mode, part, vectors);
        mismatches |= (uint64_t)differ << fold->groups;
    }
    EACH(r, ROWS) {
        uint8_t *const to = fold->products[r] + at;
        const int differ = put_all(to, row[r], mode, part, vectors);
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

/// Of outputs of which some are `head` bytes before a line of the caches, 64 for none yet, and one more: the bytes to
/// the line, SIZE_MAX where they are not the same.
INLINE size_t line_of_both(size_t head, const uint8_t *output) {
    const size_t distance = -(uintptr_t)output & 63;
    return head == distance || head == 64 ? distance : SIZE_MAX;
}

/// The bytes to the first address at which all outputs can be streamed, SIZE_MAX where there is none.
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
/// 12 bits, as long as the processor cannot tell them apart (Intel's optimization manual: 4 KiB aliasing). Going up,
/// that is so where an output lies a little above a source, modulo 4096; going down, where it lies a little below.
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
    if (mode == CGF_COMPARE && isWhole) {
        for (; length - at >= (size_t)vectors * WIDTH; at += (size_t)vectors * WIDTH) {
            mismatches |= pass(fold, bias, at, 0, CGF_COMPARE, false, 1, SUMS, HORNER, ROWS, vectors);
        }
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

/// What of a fold there may be: group sums, a Horner sum, sums by tables.
#define SHAPES(SHAPE) \
    SHAPE(1, 0, 0) SHAPE(1, 1, 0) SHAPE(1, 1, 1) SHAPE(1, 1, 2) SHAPE(1, 0, 1) SHAPE(1, 0, 2) SHAPE(1, 0, 3) \
    SHAPE(0, 0, 1) SHAPE(0, 0, 2) SHAPE(0, 0, 3) SHAPE(0, 0, 4) SHAPE(0, 0, 5) SHAPE(0, 0, 6)

#define SHAPE(sums, horner, rows) \
    static __attribute__((noinline)) uint64_t fold_##sums##_##horner##_##rows( \
        const cgf_fold *fold, size_t done, size_t length, cgf_mode mode) { \
        return over_length(fold, done, length, mode, sums, horner, rows, UNROLL(sums, horner, rows)); \
    }
SHAPES(SHAPE)
#undef SHAPE

#include "fixed.h"

static uint64_t run_whole(const cgf_fold *fold, size_t length, cgf_mode mode) {
    uint64_t mismatches = 0;
    const size_t done = run_fixed(fold, length, mode, &mismatches);
    if (done == length) return mismatches;
    switch ((fold->sums ? 1 : 0) | (fold->horner ? 2 : 0) | (int)fold->rows << 2) {
#define SHAPE(sums, horner, rows) \
    case sums | horner << 1 | rows << 2: return mismatches | fold_##sums##_##horner##_##rows(fold, done, length, mode);
        SHAPES(SHAPE)
#undef SHAPE
    }
    // No other shape is built by StorageMath; to write nothing would be to claim parities that are not there.
    __builtin_trap();
}

#include "parts.h"

#include "pair.h"

#include "spread.h"
