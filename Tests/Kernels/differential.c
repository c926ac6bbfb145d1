// Compares kernels of GF(2^8) with plain arithmetic, on random folds, pairs, spreads, copies and checksums, between guard
// pages. Built for this processor, for another, or with its instructions in emulation: see `test` beside this file.
//
//   differential [--as WORDS] [--run NAME,…] [--expect NAME,…] SEED RUNS
//
//   --as      how the kernels run, for the log
//   --run     these kernels, whatever the processor has; else all that it has
//   --expect  which the processor must have, no more and no fewer
//
// Each run has a seed of its own, SEED and what follows it, so that `differential SEED 1` repeats one.

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CGaloisField.h"
#include "streams.h"

enum { MOST_OUTPUTS = 48, MOST_STEPS = 256, ALL_KERNELS = 7 };

static const char *const names[ALL_KERNELS] = {
    [CGF_PORTABLE] = "portable", [CGF_SSSE3] = "ssse3",   [CGF_AVX2] = "avx2",
    [CGF_AVX2_GFNI] = "avx2-gfni", [CGF_AVX512] = "avx512", [CGF_AVX512_GFNI] = "avx512-gfni",
    [CGF_NEON] = "neon",
};
static bool chosen[ALL_KERNELS];

static struct {
    unsigned long folds, parts, plans, fixed, begun, compared, found, streamed, pairs, spreads, copies, checksums;
    unsigned long shapes[13];
} counts;

// What is being done, for whoever reads of a crash.
static char doing[300];
static unsigned long long seed_at_work;

static void say_where(int number) {
    const char words[] = "differential: touched what it must not, or stopped, in ";
    if (write(2, words, sizeof words - 1) < 0 || write(2, doing, strlen(doing)) < 0 || write(2, "\n", 1) < 0) _exit(4);
    signal(number, SIG_DFL);
    raise(number);
}

static int differs(const char *what) {
    fprintf(stderr, "differential: %s in %s\n", what, doing);
    return 1;
}

#define DOING(kernel, ...) \
    do { \
        const int written = snprintf(doing, sizeof doing, "seed %llu, %s: ", seed_at_work, names[kernel]); \
        snprintf(doing + written, sizeof doing - (size_t)written, __VA_ARGS__); \
    } while (0)

#define EACH_KERNEL(kernel) for (cgf_kernel kernel = 0; kernel < ALL_KERNELS; kernel++) if (chosen[kernel])

// MARK: Folds

static struct {
    int sums, horner, rows;
} const shapes[13] = {{1, 0, 0}, {1, 1, 0}, {1, 1, 1}, {1, 1, 2}, {1, 0, 1}, {1, 0, 2}, {1, 0, 3},
                      {0, 0, 1}, {0, 0, 2}, {0, 0, 3}, {0, 0, 4}, {0, 0, 5}, {0, 0, 6}};

/// What a fold gives, whether it is written or compared, and what its stream holds before.
typedef struct {
    stream stream;
    bool isStored;
    int bit;
} output;

static uint8_t before[MOST_OUTPUTS][MOST_BYTES];
static uint8_t tables[MOST_STEPS * 6 * CGF_TABLE_BYTES];
static uint8_t coefficients[MOST_STEPS * 6];

static void make_tables(cgf_kernel kernel, int polynomial, size_t count) {
    for (size_t index = 0; index < count; index++) {
        cgf_table(kernel, products_of(polynomial, coefficients[index]), tables + index * CGF_TABLE_BYTES);
    }
}

static uint8_t some_coefficient(randomness *random) {
    const size_t kind = below(random, 8);
    return (uint8_t)(kind < 2 ? kind : below(random, 256));
}

static size_t some_groups(randomness *random, size_t steps, uint32_t *ends) {
    const size_t most = steps < 20 ? steps : 20;
    const size_t groups = below(random, 3) ? 1 + below(random, most < 4 ? most : 4) : 1 + below(random, most);
    size_t at = 0;
    for (size_t group = 0; group < groups; group++) {
        // At least one source for each group that is left, and often as many for each.
        const size_t spare = steps - at - (groups - group);
        at += steps % groups == 0 && groups <= 4 ? steps / groups : 1 + below(random, spare + 1);
        ends[group] = (uint32_t)(group + 1 == groups ? steps : at);
    }
    return groups;
}

/// Groups of one size, as many kernels have a shape of their own for.
static size_t even_groups(size_t steps, size_t groups, uint32_t *ends) {
    for (size_t group = 0; group < groups; group++) ends[group] = (uint32_t)(steps / groups * (group + 1));
    return groups;
}

static int try_fold(randomness *random) {
    // Now and then a shape that storage uses.
    static const size_t sizes[] = {2, 3, 4, 4, 4, 5, 6, 6, 6, 8, 10, 12, 17};
    const bool isCommon = below(random, 4) == 0;
    const size_t size = sizes[below(random, 13)], evenGroups = (size == 4 || size == 6) && below(random, 2) ? 2 : 1;
    const size_t shape = isCommon ? below(random, 2) : below(random, 13);
    const int hasSums = shapes[shape].sums, hasHorner = shapes[shape].horner;
    const size_t rows = (size_t)shapes[shape].rows;
    const int polynomial = below(random, 4) == 0;
    static const size_t limits[6] = {3, 8, 8, 24, 24, MOST_STEPS};
    const size_t steps = isCommon ? evenGroups * size : 1 + below(random, limits[below(random, 6)]);
    const size_t length = some_length(random, steps <= 12);
    const layout layout = some_layout(random);
    const cgf_mode mode = (cgf_mode)below(random, 3);
    const bool isBegun = below(random, 5) == 0, continues = below(random, 6) == 0;
    const bool isPlan = !isBegun && !continues && below(random, 2), isPrepared = isPlan && below(random, 4);
    const size_t mostAlike = isBegun || continues || below(random, 2) ? 0 : below(random, 9);

    uint32_t ends[MOST_STEPS];
    const size_t groups = isCommon ? even_groups(steps, evenGroups, ends) : some_groups(random, steps, ends);
    static stream sources[MOST_STEPS];
    const uint8_t *starts[MOST_STEPS];
    for (size_t step = 0; step < steps; step++) {
        sources[step] = place_stream(random, length, layout, false);
        starts[step] = sources[step].bytes;
    }

    static output outputs[MOST_OUTPUTS];
    size_t count = 0;
    uint8_t *sums[64] = {0}, *products[6], *horner = NULL;
#define OUTPUT(last, number) \
    (outputs[count] = (output){place_stream(random, length, layout, true), mode != CGF_COMPARE || (continues && (last)), \
                               (int)(number)}, \
     outputs[count++].stream.bytes)
    size_t sumOf[64], hornerAt = 0, rowsAt = 0;
    for (size_t group = 0; hasSums && group < groups; group++) {
        sumOf[group] = count;
        if (isCommon || below(random, 4)) sums[group] = OUTPUT(group + 1 == groups, group);
    }
    if (hasHorner) {
        hornerAt = count;
        horner = OUTPUT(true, groups);
    }
    rowsAt = count;
    for (size_t row = 0; row < rows; row++) products[row] = OUTPUT(true, groups + 1 + row);

    // Sums that were begun lie in streams of their own, or where they are continued.
    const bool isInPlace = mode != CGF_COMPARE && below(random, 2);
    stream begun[2 + 6];
    const uint8_t *begunSum = NULL, *begunHorner = NULL, *begunRows[6];
    if (isBegun) {
        for (size_t index = 0; index < 2 + rows; index++) begun[index] = place_stream(random, length, layout, false);
        const bool sameSum = isInPlace && groups == 1 && sums[0];
        if (sameSum) begun[0] = outputs[sumOf[0]].stream;
        if (isInPlace && hasHorner) begun[1] = outputs[hornerAt].stream;
        for (size_t row = 0; isInPlace && row < rows; row++) begun[2 + row] = outputs[rowsAt + row].stream;
        if (hasSums) begunSum = begun[0].bytes;
        if (hasHorner) begunHorner = begun[1].bytes;
        for (size_t row = 0; row < rows; row++) begunRows[row] = begun[2 + row].bytes;
    }

    for (size_t index = 0; index < steps * rows; index++) coefficients[index] = some_coefficient(random);
    for (size_t index = 0; index < count; index++) memcpy(before[index], outputs[index].stream.bytes, length);

    // Plain arithmetic, byte by byte.
    const uint8_t *const twice = products_of(0, 2);
    for (size_t byte = 0; byte < length; byte++) {
        uint8_t sum = begunSum ? begunSum[byte] : 0, doubled = begunHorner ? begunHorner[byte] : 0;
        size_t step = 0;
        for (size_t group = 0; group < groups; group++) {
            for (; step < ends[group]; step++) {
                sum ^= starts[step][byte];
                doubled = twice[doubled] ^ starts[step][byte];
            }
            if (sums[group]) outputs[sumOf[group]].stream.expected[byte] = sum;
            sum = 0;
        }
        if (hasHorner) outputs[hornerAt].stream.expected[byte] = doubled;
    }
    for (size_t row = 0; row < rows; row++) {
        uint8_t *expected = outputs[rowsAt + row].stream.expected;
        if (isBegun) memmove(expected, begunRows[row], length); else memset(expected, 0, length);
        for (size_t step = 0; step < steps; step++) {
            const uint8_t *times = products_of(polynomial, coefficients[step * rows + row]);
            for (size_t byte = 0; byte < length; byte++) expected[byte] ^= times[starts[step][byte]];
        }
    }
    // What is compared is there already, with a byte changed now and then, and stays as it is.
    uint64_t mismatches = 0;
    for (size_t index = 0; index < count; index++) {
        if (outputs[index].isStored) continue;
        uint8_t *expected = outputs[index].stream.expected;
        if (length > 0 && below(random, 3) == 0) {
            const size_t places[4] = {0, length - 1, length / 2, below(random, length)};
            expected[places[below(random, 4)]] ^= (uint8_t)(1 << below(random, 8));
            mismatches |= 1ULL << outputs[index].bit;
        }
        memcpy(before[index], expected, length);
    }

    const cgf_fold fold = {
        .steps = steps, .sources = starts, .groups = groups, .ends = ends, .sums = hasSums ? sums : NULL,
        .horner = horner, .rows = rows, .tables = tables, .products = products, .begun_sum = begunSum,
        .begun_horner = begunHorner, .begun_products = isBegun && rows ? begunRows : NULL, .continues = continues,
        .most_alike = mostAlike,
    };
    // The same with streams by number, in an order of their own.
    static intptr_t offsets[MOST_STREAMS];
    uint16_t order[MOST_STEPS], sumNumbers[64], productNumbers[6];
    const size_t at = below(random, 3) ? 0 : below(random, 10000);
    uint8_t *const base = sources[0].bytes;
    uint16_t number = 0;
#define NUMBER(bytes) (offsets[number] = (bytes) - base - (intptr_t)at, number++)
    for (size_t step = 0; step < steps; step++) order[step] = NUMBER(starts[step]);
    for (size_t group = 0; group < groups; group++) sumNumbers[group] = sums[group] ? NUMBER(sums[group]) : CGF_NONE;
    for (size_t row = 0; row < rows; row++) productNumbers[row] = NUMBER(products[row]);
    cgf_plan plan = {
        .steps = steps, .order = order, .groups = groups, .ends = ends, .sums = hasSums ? sumNumbers : NULL,
        .horner = horner ? NUMBER(horner) : CGF_NONE, .rows = rows, .products = productNumbers, .tables = tables,
        .most_alike = mostAlike,
    };

    size_t alike = 0;
    for (size_t step = 0; step < steps; step++) alike += (((uintptr_t)starts[step] ^ (uintptr_t)starts[0]) & 4032) == 0;
    const bool inParts = mostAlike > 0 && alike > mostAlike;
    counts.folds++;
    counts.shapes[shape]++;
    counts.parts += inParts;
    counts.plans += isPlan;
    counts.begun += isBegun;
    counts.compared += mode == CGF_COMPARE;
    counts.found += (unsigned long)__builtin_popcountll(mismatches);
    counts.streamed += mode == CGF_STREAM;

    EACH_KERNEL(kernel) {
        DOING(kernel, "fold of %zu sources in %zu groups (%d sums, %d Horner, %zu rows, mode %d, begun %d, continued %d, "
              "at most %zu alike, in parts %d), %zu bytes", steps, groups, hasSums, hasHorner, rows, (int)mode, isBegun,
              continues, mostAlike, inParts, length);
        make_tables(kernel, polynomial, steps * rows);
        for (size_t index = 0; index < count; index++) reset_stream(&outputs[index].stream, before[index]);
        plan.fixed = NULL;
        if (isPrepared) cgf_prepare(kernel, &plan);
        counts.fixed += plan.fixed != NULL;
        const uint64_t found = isPlan ? cgf_run_plan(kernel, &plan, base, offsets, at, length, mode)
                                      : cgf_run(kernel, &fold, length, mode);
        for (size_t index = 0; index < count; index++) {
            if (!is_as_expected(&outputs[index].stream)) {
                return differs(outputs[index].isStored ? "wrong bytes" : "a comparison wrote");
            }
        }
        if (found != mismatches) return differs("another set of mismatches");
        for (size_t step = 0; step < steps; step++) {
            if (!is_as_expected(&sources[step])) return differs("a source changed");
        }
    }
    return 0;
}

// MARK: Pairs

static int try_pair(randomness *random) {
    // Now and then the first two of a group that storage uses.
    const bool isCommon = below(random, 3) == 0;
    const size_t inside = 2 + 2 * below(random, 4), outside = below(random, 2) * inside;
    const size_t steps = isCommon ? inside + outside : 3 + below(random, below(random, 4) ? 14 : 120);
    const size_t length = some_length(random, steps < 12);
    const layout layout = some_layout(random);
    const cgf_mode mode = (cgf_mode)below(random, 2);
    const bool isPlan = below(random, 2), isPrepared = isPlan && below(random, 2);
    uint32_t ends[MOST_STEPS];
    const size_t groups = isCommon ? even_groups(steps, outside ? 2 : 1, ends) : some_groups(random, steps, ends);
    const size_t group = isCommon ? 0 : below(random, groups);
    static stream sources[MOST_STEPS];
    const uint8_t *starts[MOST_STEPS];
    for (size_t step = 0; step < steps; step++) {
        sources[step] = place_stream(random, length, layout, false);
        starts[step] = sources[step].bytes;
    }
    for (size_t none = isCommon ? 0 : below(random, 4); none > 0; none--) starts[below(random, steps)] = NULL;
    if (isCommon) starts[0] = starts[1] = NULL;
    const stream sum = place_stream(random, length, layout, false), horner = place_stream(random, length, layout, false);
    stream first = place_stream(random, length, layout, true), second = place_stream(random, length, layout, true);
    memcpy(before[0], first.bytes, length);
    memcpy(before[1], second.bytes, length);
    for (size_t index = 0; index < 2; index++) coefficients[index] = some_coefficient(random);
    const uint8_t *const twice = products_of(0, 2);
    for (size_t byte = 0; byte < length; byte++) {
        uint8_t s = sum.bytes[byte], t = 0;
        for (size_t step = 0; step < steps; step++) {
            const uint8_t source = starts[step] ? starts[step][byte] : 0;
            if (step < ends[group] && (group == 0 || step >= ends[group - 1])) s ^= source;
            t = twice[t] ^ source;
        }
        t ^= horner.bytes[byte];
        first.expected[byte] = products_of(0, coefficients[0])[s] ^ products_of(0, coefficients[1])[t];
        second.expected[byte] = s ^ first.expected[byte];
    }

    const cgf_fold fold = {.steps = steps, .sources = starts, .groups = groups, .ends = ends, .tables = tables};
    const cgf_pair pair = {group, sum.bytes, horner.bytes, tables, first.bytes, second.bytes};
    static intptr_t offsets[MOST_STREAMS];
    uint16_t order[MOST_STEPS], number = 0;
    uint8_t *const base = sum.bytes;
    const size_t at = below(random, 100);
    for (size_t step = 0; step < steps; step++) order[step] = starts[step] ? NUMBER(starts[step]) : CGF_NONE;
    cgf_plan plan = {
        .steps = steps, .order = order, .groups = groups, .ends = ends, .horner = CGF_NONE, .tables = tables,
        .most_alike = below(random, 9), .is_pair = true, .pair_group = group,
    };
    plan.pair_sum = NUMBER(sum.bytes);
    plan.pair_horner = NUMBER(horner.bytes);
    plan.pair_first = NUMBER(first.bytes);
    plan.pair_second = NUMBER(second.bytes);
    counts.pairs++;

    EACH_KERNEL(kernel) {
        DOING(kernel, "pair of %zu sources in %zu groups, mode %d, %zu bytes", steps, groups, (int)mode, length);
        make_tables(kernel, 0, 2);
        plan.fixed = NULL;
        if (isPrepared) cgf_prepare(kernel, &plan);
        reset_stream(&first, before[0]);
        reset_stream(&second, before[1]);
        if (isPlan) cgf_run_plan(kernel, &plan, base, offsets, at, length, mode);
        else cgf_run_pair(kernel, &fold, &pair, length, mode);
        if (!is_as_expected(&first) || !is_as_expected(&second)) return differs("wrong bytes");
        if (!is_as_expected(&sum) || !is_as_expected(&horner)) return differs("a syndrome changed");
        for (size_t step = 0; step < steps; step++) {
            if (!is_as_expected(&sources[step])) return differs("a source changed");
        }
    }
    return 0;
}

// MARK: Spreads, copies, checksums

/// A spread or a copy: one stream, with what it was before, and those that take it.
static int try_outwards(randomness *random, bool isCopy) {
    const size_t count = 1 + below(random, isCopy ? 4 : 12), length = some_length(random, true);
    const layout layout = some_layout(random);
    const cgf_mode mode = isCopy ? (cgf_mode)below(random, 2) : CGF_STORE;
    const size_t plain = below(random, count + 1);
    const int polynomial = (int)below(random, 2);
    const stream source = place_stream(random, length, layout, false), old = place_stream(random, length, layout, false);
    const bool hasOld = below(random, 3);
    stream destinations[12];
    uint8_t *starts[12];
    for (size_t index = 0; index < count; index++) {
        destinations[index] = place_stream(random, length, layout, true);
        starts[index] = destinations[index].bytes;
        memcpy(before[index], starts[index], length);
        if (index >= plain) coefficients[index - plain] = some_coefficient(random);
        const uint8_t *const times = products_of(polynomial, index < plain ? 1 : coefficients[index - plain]);
        for (size_t byte = 0; byte < length; byte++) {
            const uint8_t change = source.bytes[byte] ^ (hasOld ? old.bytes[byte] : 0);
            if (isCopy) destinations[index].expected[byte] = source.bytes[byte];
            else destinations[index].expected[byte] ^= times[change];
        }
    }
    if (isCopy) counts.copies++; else counts.spreads++;
    EACH_KERNEL(kernel) {
        DOING(kernel, "%s to %zu streams, %zu plain, old %d, mode %d, %zu bytes", isCopy ? "copy" : "spread", count, plain,
              hasOld, (int)mode, length);
        make_tables(kernel, polynomial, count - plain);
        for (size_t index = 0; index < count; index++) reset_stream(&destinations[index], before[index]);
        if (isCopy) cgf_copy(kernel, source.bytes, count, starts, length, mode);
        else cgf_spread(kernel, hasOld ? old.bytes : NULL, source.bytes, count, plain, tables, starts, length);
        for (size_t index = 0; index < count; index++) {
            if (!is_as_expected(&destinations[index])) return differs("wrong bytes");
        }
        if (!is_as_expected(&source) || !is_as_expected(&old)) return differs("a source changed");
    }
    return 0;
}

static int try_checksum(randomness *random) {
    const size_t length = some_length(random, true);
    const stream bytes = place_stream(random, length, some_layout(random), false);
    const uint32_t state = below(random, 2) ? 0xffffffff : (uint32_t)next(random);
    const uint32_t expected = plain_crc32c(state, bytes.bytes, length);
    const size_t cut = below(random, length + 1);
    counts.checksums++;
    for (int plainly = 0; plainly < 2; plainly++) {
        DOING(CGF_PORTABLE, "checksum of %zu bytes, plainly %d", length, plainly);
        if (cgf_crc32c(plainly, state, bytes.bytes, length) != expected) return differs("wrong checksum");
        const uint32_t part = cgf_crc32c(plainly, state, bytes.bytes, cut);
        if (cgf_crc32c(plainly, part, bytes.bytes + cut, length - cut) != expected) return differs("wrong checksum of two parts");
    }
    return 0;
}

// MARK: The whole

static int try_seed(uint64_t seed) {
    randomness random = {seed};
    seed_at_work = seed;
    next(&random);
    release_streams();
    switch (below(&random, 10)) {
    case 0: return try_outwards(&random, false);
    case 1: return try_outwards(&random, true);
    case 2: return try_checksum(&random);
    case 3: case 4: return try_pair(&random);
    default: return try_fold(&random);
    }
}

static int usage(void) {
    fprintf(stderr, "usage: differential [--as WORDS] [--run NAME,...] [--expect NAME,...] SEED RUNS\n");
    return 64;
}

/// Marks the kernels of a list; false where one is unknown.
static bool mark(const char *list, bool *marked) {
    while (*list) {
        const size_t length = strcspn(list, ",");
        int kernel = 0;
        while (kernel < ALL_KERNELS && (strlen(names[kernel]) != length || strncmp(names[kernel], list, length))) kernel++;
        if (kernel == ALL_KERNELS) return false;
        marked[kernel] = true;
        list += length + (list[length] == ',');
    }
    return true;
}

int main(int argc, char **argv) {
    const char *how = "natively";
    bool expected[ALL_KERNELS] = {0}, isGiven = false, expects = false;
    int at = 1;
    for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        if (!strcmp(argv[at], "--as")) how = argv[at + 1];
        else if (!strcmp(argv[at], "--run") && mark(argv[at + 1], chosen)) isGiven = true;
        else if (!strcmp(argv[at], "--expect") && mark(argv[at + 1], expected)) expects = true;
        else return usage();
    }
    if (argc - at != 2) return usage();
    const uint64_t seed = strtoull(argv[at], NULL, 10), runs = strtoull(argv[at + 1], NULL, 10);
    for (cgf_kernel kernel = 0; kernel < ALL_KERNELS; kernel++) {
        const bool has = cgf_supported(kernel);
        if (expects && has != expected[kernel]) {
            fprintf(stderr, "differential: this processor %s %s\n", has ? "has" : "has not", names[kernel]);
            return 1;
        }
        if (!isGiven) chosen[kernel] = has;
    }
    if (prepare_streams()) return fprintf(stderr, "differential: no memory\n"), 2;
    // A sanitizer has words of its own for it.
    if (!getenv("ASAN_OPTIONS")) {
        signal(SIGSEGV, say_where);
        signal(SIGILL, say_where);
        signal(SIGBUS, say_where);
    }
    EACH_KERNEL(kernel) {
        if (!has_own_table(kernel)) return fprintf(stderr, "differential: not the table of %s\n", names[kernel]), 1;
    }
    for (uint64_t run = 0; run < runs; run++) {
        if (try_seed(seed + run)) return 1;
    }
    printf("kernels %s:", how);
    EACH_KERNEL(kernel) printf(" %s", names[kernel]);
    printf(
        "\n  no difference in %lu folds (%lu in parts, %lu planned, %lu times of a fixed shape, %lu begun before, %lu streamed, "
        "%lu compared with %lu changes found), %lu pairs, %lu spreads, %lu copies, %lu checksums (%s); seeds %llu to %llu\n",
        counts.folds, counts.parts, counts.plans, counts.fixed, counts.begun, counts.streamed, counts.compared, counts.found,
        counts.pairs, counts.spreads, counts.copies, counts.checksums, cgf_has_crc32c() ? "with an instruction" : "plain",
        (unsigned long long)seed, (unsigned long long)(seed + runs - 1));
    // Enough runs meet everything: else the draw is broken.
    bool all = counts.parts && counts.fixed && counts.begun && counts.streamed && counts.found && counts.pairs && counts.copies;
    for (int shape = 0; shape < 13; shape++) all = all && counts.shapes[shape];
    if (runs >= 1000 && !all) return fprintf(stderr, "differential: some case was never met\n"), 1;
    return 0;
}
