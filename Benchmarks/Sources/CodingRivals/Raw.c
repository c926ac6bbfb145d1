#include <stdlib.h>
#include <string.h>

#include "CGaloisField.h"
#include "CodingRivals.h"

enum { MOST_DATA = 64, MOST_LOCAL = 4, MOST_TABLES = 2 };

struct raw_encoding {
    cgf_kernel kernel;
    cgf_fold fold;
    const uint8_t *sources[MOST_DATA];
    uint8_t *sums[MOST_LOCAL], *products[MOST_TABLES];
    uint32_t ends[MOST_LOCAL];
    uint8_t tables[MOST_DATA * MOST_TABLES * CGF_TABLE_BYTES];
};

static const struct {
    const char *name;
    cgf_kernel kernel;
} names[] = {
    {"portable", CGF_PORTABLE}, {"ssse3", CGF_SSSE3},     {"avx2", CGF_AVX2},
    {"avx512", CGF_AVX512},     {"avx2-gfni", CGF_AVX2_GFNI}, {"avx512-gfni", CGF_AVX512_GFNI},
    {"neon", CGF_NEON},
};

raw_encoding *raw_encoding_make(
    const char *kernel, size_t data, size_t local, size_t powers, const uint8_t *matrix, const uint8_t *products,
    uint8_t *const *streams, size_t most_alike) {
    const size_t groups = local ? local : 1;
    if (data < 2 || data > MOST_DATA || groups > MOST_LOCAL || data % groups || powers < 1 ||
        powers - 1 > MOST_TABLES) {
        return NULL;
    }
    size_t known = 0;
    while (known < sizeof names / sizeof *names && strcmp(names[known].name, kernel)) known++;
    if (known == sizeof names / sizeof *names || !cgf_supported(names[known].kernel)) return NULL;
    raw_encoding *made = aligned_alloc(64, (sizeof *made + 63) & ~(size_t)63);
    if (!made) return NULL;
    memset(made, 0, sizeof *made);
    made->kernel = names[known].kernel;
    // From the last to the first, so that doubling gives the row of powers; the last group is then the first.
    for (size_t step = 0; step < data; step++) made->sources[step] = streams[data - 1 - step];
    for (size_t group = 0; group < groups; group++) {
        made->ends[group] = (uint32_t)((group + 1) * data / groups);
        made->sums[group] = streams[data + groups - 1 - group];
    }
    const size_t rows = powers - 1;
    for (size_t row = 0; row < rows; row++) {
        made->products[row] = streams[data + groups + 1 + row];
        for (size_t step = 0; step < data; step++) {
            const uint8_t coefficient = matrix[(groups + 1 + row) * data + data - 1 - step];
            cgf_table(
                made->kernel, products + (size_t)coefficient * 256,
                made->tables + (step * rows + row) * CGF_TABLE_BYTES);
        }
    }
    made->fold = (cgf_fold){
        .steps = data,
        .sources = made->sources,
        .groups = groups,
        .ends = made->ends,
        .sums = made->sums,
        .horner = streams[data + groups],
        .rows = rows,
        .tables = made->tables,
        .products = made->products,
        .most_alike = most_alike,
    };
    return made;
}

void raw_encoding_free(raw_encoding *encoding) { free(encoding); }

void raw_encode(const raw_encoding *encoding, size_t length, bool past_caches, size_t times) {
    for (size_t time = 0; time < times; time++) {
        cgf_run(encoding->kernel, &encoding->fold, length, past_caches ? CGF_STREAM : CGF_STORE);
    }
}
