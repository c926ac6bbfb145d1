// Kernels of GF(2^8): sums of multiples of byte streams, for every instruction set that has a fast way to them.
//
// Nothing here checks its arguments or decides anything about codes: StorageMath does both. Every function takes the
// kernel to use, which must be one that cgf_supported() knows on this processor, and gives the same bytes with each.
// Streams may begin at any address and have any length; what is written overlaps nothing else that a call is given.

#ifndef CGALOISFIELD_H
#define CGALOISFIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    CGF_PORTABLE = 0,
    CGF_SSSE3 = 1,
    CGF_AVX2 = 2,
    CGF_AVX2_GFNI = 3,
    CGF_AVX512 = 4,
    CGF_AVX512_GFNI = 5,
    CGF_NEON = 6,
} cgf_kernel;

/// Whether this processor, and the system on it, run the kernel.
bool cgf_supported(cgf_kernel kernel);

/// This processor's data caches: bytes, and lines that may lie at one address modulo the bytes of a way; 0 where
/// unknown.
typedef struct {
    size_t level1, level1_ways, level2, level3;
    /// Bytes of a working set above which this processor writes faster past its caches than through them.
    size_t streaming_threshold;
} cgf_caches;

/// Asks the processor each time.
cgf_caches cgf_cache_sizes(void);

/// Bytes of the table of a coefficient: room for the largest kernel's.
#define CGF_TABLE_BYTES 32

/// Lays out the multiplication with a constant as the kernel takes it.
///
/// @param products  the products of the constant with 0 to 255
/// @param table     CGF_TABLE_BYTES bytes
void cgf_table(cgf_kernel kernel, const uint8_t products[256], uint8_t *table);

/// The most groups of a fold.
#define CGF_MOST_GROUPS 56

/// The most streams of a fold whose kernel is made for its shape.
#define CGF_MOST_FIXED 20

/// How results are written.
typedef enum {
    CGF_STORE = 0,    ///< through the caches
    CGF_STREAM = 1,   ///< past the caches, with the sources fetched ahead
    CGF_COMPARE = 2,  ///< not at all: compared with what is there
} cgf_mode;

/// Sources and what is calculated of them in one pass:
///  - the exclusive or of each group of consecutive sources;
///  - the sum of 2^(steps - 1 - i) times source i, over 0x11d (Horner's scheme);
///  - sums of multiples by tables.
typedef struct {
    /// How many sources, 1 or more, and where they begin; NULL, in a pair alone, stands for a lost source, which
    /// counts as zeros.
    size_t steps;
    const uint8_t *const *sources;
    /// Groups of sources: group g ends before step ends[g], the last at `steps`. 1 at least, also where no sum is
    /// asked; CGF_MOST_GROUPS at most, as a comparison has a bit for each.
    size_t groups;
    const uint32_t *ends;
    /// The exclusive or of each group, NULL for one that is not wanted; NULL where none is.
    uint8_t *const *sums;
    /// The Horner sum; NULL where it is not wanted.
    uint8_t *horner;
    /// How many sums by tables, 0 to 6; beside group sums and a Horner sum 2, beside group sums alone 3.
    size_t rows;
    /// The tables, CGF_TABLE_BYTES each, those of source 0 first.
    const uint8_t *tables;
    uint8_t *const *products;
    /// Sums that were begun before, which are continued: the first group's, the Horner sum and those by tables; all
    /// NULL where they begin here. Not together with `most_alike`.
    const uint8_t *begun_sum;
    const uint8_t *begun_horner;
    const uint8_t *const *begun_products;
    /// Whether the last group's sum, the Horner sum and those by tables will be continued: they are written through the
    /// caches, in whatever mode.
    bool continues;
    /// How many sources that begin at one address modulo 4096 are read side by side; more are read in parts. 0: any.
    size_t most_alike;
} cgf_fold;

/// Calculates over `length` bytes of each stream.
/// With CGF_COMPARE, bit g says that the sum of group g differs from what is there, bit `groups` the Horner sum, the
/// bits after it the sums by tables; else 0.
uint64_t cgf_run(cgf_kernel kernel, const cgf_fold *fold, size_t length, cgf_mode mode);

/// Two streams from two syndromes: s is `sum` plus the exclusive or of the group `group`, t is `horner` plus the Horner
/// sum; the first is table 0 times s plus table 1 times t, the second is s plus the first.
typedef struct {
    size_t group;
    const uint8_t *sum, *horner;
    const uint8_t *tables;
    uint8_t *first, *second;
} cgf_pair;

/// Calculates over `length` bytes of each stream; the sums of the fold are not written. `mode` is not CGF_COMPARE.
void cgf_run_pair(cgf_kernel kernel, const cgf_fold *fold, const cgf_pair *pair, size_t length, cgf_mode mode);

/// A fold, or a pair, over streams that are known by number: what stays the same from stripe to stripe.
typedef struct {
    size_t steps;
    /// The streams that are taken, in order; CGF_NONE, in a pair alone, for a lost one.
    const uint16_t *order;
    size_t groups;
    const uint32_t *ends;
    /// The stream of each group's sum, CGF_NONE for one that is not wanted; NULL where none is.
    const uint16_t *sums;
    /// The stream of the Horner sum, or CGF_NONE.
    uint16_t horner;
    size_t rows;
    const uint16_t *products;
    const uint8_t *tables;
    size_t most_alike;
    /// For a pair: whether it is one, the group, the two syndromes' streams and the two that come of them.
    bool is_pair;
    size_t pair_group;
    uint16_t pair_sum, pair_horner, pair_first, pair_second;
    /// What cgf_prepare found: the function of the plan's shape, NULL for none, the bytes that it goes forward by, and
    /// the streams that it takes.
    uint64_t (*fixed)(uint8_t *const *streams, size_t length, cgf_mode mode);
    uint32_t fixed_bytes, fixed_count;
    uint16_t fixed_streams[CGF_MOST_FIXED];
} cgf_plan;

#define CGF_NONE 0xffff

/// Finds once what a call would find each time: how the kernel does a plan of this shape. The plan is then of this
/// kernel alone. A plan that was not prepared is done all the same.
void cgf_prepare(cgf_kernel kernel, cgf_plan *plan);

/// Where streams lie: those of number i at base + offsets[i].
/// Calculates `length` bytes of each from byte `at`; what is given back is as of cgf_run, 0 for a pair.
uint64_t cgf_run_plan(
    cgf_kernel kernel, const cgf_plan *plan, uint8_t *base, const intptr_t *offsets, size_t at, size_t length,
    cgf_mode mode);

/// All of several plans, strip by strip, from byte `from` to byte `to` of each stream. `mode` is not CGF_COMPARE.
void cgf_run_plans(
    cgf_kernel kernel, const cgf_plan *const *plans, size_t count, uint8_t *base, const intptr_t *offsets, size_t from,
    size_t to, size_t strip, cgf_mode mode);

/// Adds (old xor new) times each coefficient to the destinations; `old` may be NULL for zeros.
/// The first `plain` destinations take it as it is, the others times their table.
void cgf_spread(
    cgf_kernel kernel, const uint8_t *old, const uint8_t *new_, size_t count, size_t plain, const uint8_t *tables,
    uint8_t *const *destinations, size_t length);

/// The same for streams that are known by number: adds to stream destinations[i], from byte `at` of each.
void cgf_spread_to(
    cgf_kernel kernel, const uint8_t *old, const uint8_t *new_, size_t count, size_t plain, const uint8_t *tables,
    const uint16_t *destinations, uint8_t *base, const intptr_t *offsets, size_t at, size_t length);

/// Copies one stream to several in one pass.
void cgf_copy(
    cgf_kernel kernel, const uint8_t *source, size_t count, uint8_t *const *destinations, size_t length, cgf_mode mode);

/// Whether this processor has instructions for CRC-32C.
bool cgf_has_crc32c(void);

/// Continues a CRC-32C (Castagnoli) over more bytes, from all ones; the checksum is what it ends with, inverted.
///
/// @param plainly  without the processor's instructions for it
uint32_t cgf_crc32c(bool plainly, uint32_t state, const uint8_t *bytes, size_t length);

#ifdef __cplusplus
}
#endif
#endif
