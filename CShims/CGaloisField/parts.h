// Folds of which the sources are read in parts, where the first cache has not room for all. A part of kernel.h.

/// In how many parts of its sources a fold is calculated: those at one address modulo 4096 contend for the same lines
/// of the first cache, and where it has room for fewer of them, none stays until it is read on.
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
