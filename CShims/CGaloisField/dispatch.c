// What this processor has, and the way from a kernel's name to its operations.

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include "kernels.h"

#if defined(__x86_64__)

enum { SSSE3 = 1 << 0, AVX2 = 1 << 1, AVX512 = 1 << 2, GFNI = 1 << 3, CRC32C = 1 << 4 };

static unsigned long long saved_registers(void) {
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (unsigned long long)high << 32 | low;
}

/// The instruction sets that the processor has and whose registers the system saves (Intel SDM volume 1, 14.3 and
/// 15.2).
static int features(void) {
    unsigned a, b, c, d;
    int found = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
    if (c & bit_SSSE3) found |= SSSE3;
    if ((c & bit_SSE4_2) && (c & bit_PCLMUL)) found |= CRC32C;
    const unsigned long long saved = c & bit_OSXSAVE ? saved_registers() : 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return found;
    if ((saved & 0x6) == 0x6) {
        if (b & bit_AVX2) found |= AVX2;
        if (c & bit_GFNI) found |= GFNI;
    }
    const unsigned wide = bit_AVX512F | bit_AVX512BW | bit_AVX512VL;
    if ((saved & 0xe6) == 0xe6 && (b & wide) == wide) found |= AVX512;
    return found;
}

static int found_features(void) {
    // Racing threads find the same, so the last to write is as good as the first.
    static int known = -1;
    int found = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (found < 0) {
        found = features();
        __atomic_store_n(&known, found, __ATOMIC_RELAXED);
    }
    return found;
}

bool cgf_has_crc32c(void) { return found_features() & CRC32C; }

bool cgf_supported(cgf_kernel kernel) {
    const int found = found_features();
    switch (kernel) {
    case CGF_PORTABLE: return true;
    case CGF_SSSE3: return found & SSSE3;
    case CGF_AVX2: return found & AVX2;
    case CGF_AVX2_GFNI: return (found & (AVX2 | GFNI)) == (AVX2 | GFNI);
    case CGF_AVX512: return found & AVX512;
    case CGF_AVX512_GFNI: return (found & (AVX512 | GFNI)) == (AVX512 | GFNI);
    case CGF_NEON: return false;
    }
    return false;
}

static const cgf_operations *operations(cgf_kernel kernel) {
    switch (kernel) {
    case CGF_SSSE3: return &cgf_ssse3;
    case CGF_AVX2: return &cgf_avx2;
    case CGF_AVX2_GFNI: return &cgf_avx2_gfni;
    case CGF_AVX512: return &cgf_avx512;
    case CGF_AVX512_GFNI: return &cgf_avx512_gfni;
    case CGF_PORTABLE:
    case CGF_NEON: break;
    }
    return &cgf_portable;
}

#else

bool cgf_has_crc32c(void) {
#if defined(__aarch64__) && defined(__linux__)
    return getauxval(AT_HWCAP) & HWCAP_CRC32;
#else
    return false;
#endif
}

bool cgf_supported(cgf_kernel kernel) {
#if defined(__aarch64__)
    if (kernel == CGF_NEON) return true;
#endif
    return kernel == CGF_PORTABLE;
}

static const cgf_operations *operations(cgf_kernel kernel) {
#if defined(__aarch64__)
    if (kernel == CGF_NEON) return &cgf_neon;
#endif
    (void)kernel;
    return &cgf_portable;
}

#endif

// MARK: Caches

#if defined(__x86_64__)

static bool isIntel(void) {
    unsigned a, b, c, d;
    return __get_cpuid(0, &a, &b, &c, &d) && b == signature_INTEL_ebx;
}

/// CPUID's deterministic cache parameters: leaf 4 of Intel's processors, 0x8000001d of AMD's.
static cgf_caches read_caches(void) {
    cgf_caches found = {0};
    const unsigned leaf = isIntel() ? 4 : 0x8000001d;
    for (unsigned index = 0; index < 16; index++) {
        unsigned a, b, c, d;
        if (!__get_cpuid_count(leaf, index, &a, &b, &c, &d) || (a & 31) == 0) break;
        const size_t ways = (b >> 22) + 1, partitions = (b >> 12 & 1023) + 1, line = (b & 4095) + 1;
        const size_t bytes = ways * partitions * line * ((size_t)c + 1);
        const unsigned level = a >> 5 & 7, isInstructions = (a & 31) == 2;
        if (isInstructions) continue;
        if (level == 1) {
            found.level1 = bytes;
            found.level1_ways = ways;
        } else if (level == 2) {
            found.level2 = bytes;
        } else if (level == 3) {
            found.level3 = bytes;
        }
    }
    return found;
}

#else

static bool isIntel(void) { return false; }

static cgf_caches read_caches(void) { return (cgf_caches){0}; }

#endif

cgf_caches cgf_cache_sizes(void) {
    cgf_caches found = read_caches();
    // Server processors of Intel since Skylake have a large second cache and a last one behind a mesh, which a core
    // writes no faster than memory: measured. Elsewhere the last cache is worth filling as long as a working set fits
    // in it.
    if (isIntel() && found.level2 >= 1 << 20) {
        found.streaming_threshold = found.level2;
    } else {
        found.streaming_threshold = found.level3 ? found.level3 / 2 : 8 << 20;
    }
    return found;
}

// MARK: Operations

void cgf_table(cgf_kernel kernel, const uint8_t products[256], uint8_t *table) {
    operations(kernel)->table(products, table);
}

uint64_t cgf_run(cgf_kernel kernel, const cgf_fold *fold, size_t length, cgf_mode mode) {
    return operations(kernel)->run(fold, length, mode);
}

void cgf_run_pair(cgf_kernel kernel, const cgf_fold *fold, const cgf_pair *pair, size_t length, cgf_mode mode) {
    operations(kernel)->run_pair(fold, pair, length, mode);
}

void cgf_prepare(cgf_kernel kernel, cgf_plan *plan) {
    plan->fixed = NULL;
    const size_t groups = plan->groups, steps = plan->steps, size = plan->ends[0];
    // Where sources may have to be read in parts, the addresses decide.
    const bool maybeInParts = plan->most_alike > 0 && steps > plan->most_alike;
    if (plan->is_pair || plan->rows > 0 || !plan->sums || maybeInParts) return;
    if (groups > 2 || steps != groups * size || steps + groups + 1 > CGF_MOST_FIXED) return;
    size_t count = 0;
    for (size_t step = 0; step < steps; step++) plan->fixed_streams[count++] = plan->order[step];
    for (size_t group = 0; group < groups; group++) plan->fixed_streams[count++] = plan->sums[group];
    for (size_t index = 0; index < count; index++) {
        if (plan->fixed_streams[index] == CGF_NONE) return;
    }
    if (plan->horner != CGF_NONE) plan->fixed_streams[count++] = plan->horner;
    plan->fixed_count = (uint32_t)count;
    plan->fixed_bytes = (uint32_t)operations(kernel)->fixed_bytes;
    plan->fixed = operations(kernel)->fixed(plan->horner != CGF_NONE, groups, size);
}

static uint64_t run_any(
    cgf_kernel kernel, const cgf_plan *plan, uint8_t *base, const intptr_t *offsets, size_t at, size_t length,
    cgf_mode mode);

uint64_t cgf_run_plan(
    cgf_kernel kernel, const cgf_plan *plan, uint8_t *base, const intptr_t *offsets, size_t at, size_t length,
    cgf_mode mode) {
    // What goes past the caches has to begin at a line, which the way of any shape sees to.
    if (!plan->fixed || mode == CGF_STREAM) return run_any(kernel, plan, base, offsets, at, length, mode);
    // Nothing else is looked at: of a small stripe a call is a large part.
    const size_t rest = length & (plan->fixed_bytes - 1);
    uint8_t *streams[CGF_MOST_FIXED];
#pragma clang loop vectorize(disable) unroll(disable)
    for (size_t index = 0; index < plan->fixed_count; index++) {
        streams[index] = base + offsets[plan->fixed_streams[index]] + at;
    }
    if (rest == 0) return plan->fixed(streams, length, mode);
    const uint64_t found = plan->fixed(streams, length - rest, mode);
    return found | run_any(kernel, plan, base, offsets, at + length - rest, rest, mode);
}

#define STREAM(number) (base + offsets[number] + at)

static uint64_t run_any(
    cgf_kernel kernel, const cgf_plan *plan, uint8_t *base, const intptr_t *offsets, size_t at, size_t length,
    cgf_mode mode) {
    // As many as a code over bytes has symbols.
    enum { MOST = 256 };
    const uint8_t *sources[MOST];
    uint8_t *sums[CGF_MOST_GROUPS], *products[8];
    if (plan->steps > MOST || plan->groups > CGF_MOST_GROUPS || plan->rows > 6) __builtin_trap();
    for (size_t step = 0; step < plan->steps; step++) {
        sources[step] = plan->order[step] == CGF_NONE ? NULL : STREAM(plan->order[step]);
    }
    if (plan->sums) {
        for (size_t group = 0; group < plan->groups; group++) {
            sums[group] = plan->sums[group] == CGF_NONE ? NULL : STREAM(plan->sums[group]);
        }
    }
    for (size_t row = 0; row < plan->rows; row++) products[row] = STREAM(plan->products[row]);
    const cgf_fold fold = {
        .steps = plan->steps,
        .sources = sources,
        .groups = plan->groups,
        .ends = plan->ends,
        .sums = plan->sums ? sums : NULL,
        .horner = plan->horner == CGF_NONE ? NULL : STREAM(plan->horner),
        .rows = plan->rows,
        .tables = plan->tables,
        .products = products,
        .most_alike = plan->most_alike,
    };
    if (!plan->is_pair) return cgf_run(kernel, &fold, length, mode);
    const cgf_pair pair = {
        .group = plan->pair_group,
        .sum = STREAM(plan->pair_sum),
        .horner = STREAM(plan->pair_horner),
        .tables = plan->tables,
        .first = STREAM(plan->pair_first),
        .second = STREAM(plan->pair_second),
    };
    cgf_run_pair(kernel, &fold, &pair, length, mode);
    return 0;
}

#undef STREAM

void cgf_run_plans(
    cgf_kernel kernel, const cgf_plan *const *plans, size_t count, uint8_t *base, const intptr_t *offsets, size_t from,
    size_t to, size_t strip, cgf_mode mode) {
    while (from < to) {
        const size_t length = to - from < strip ? to - from : strip;
        for (size_t index = 0; index < count; index++) {
            cgf_run_plan(kernel, plans[index], base, offsets, from, length, mode);
        }
        from += length;
    }
}

void cgf_spread(
    cgf_kernel kernel, const uint8_t *old, const uint8_t *new_, size_t count, size_t plain, const uint8_t *tables,
    uint8_t *const *destinations, size_t length) {
    operations(kernel)->spread(old, new_, count, plain, tables, destinations, length);
}

void cgf_spread_to(
    cgf_kernel kernel, const uint8_t *old, const uint8_t *new_, size_t count, size_t plain, const uint8_t *tables,
    const uint16_t *destinations, uint8_t *base, const intptr_t *offsets, size_t at, size_t length) {
    uint8_t *streams[256];
    if (count > 256) __builtin_trap();
    for (size_t index = 0; index < count; index++) streams[index] = base + offsets[destinations[index]] + at;
    operations(kernel)->spread(old, new_, count, plain, tables, streams, length);
}

void cgf_copy(
    cgf_kernel kernel, const uint8_t *source, size_t count, uint8_t *const *destinations, size_t length,
    cgf_mode mode) {
    operations(kernel)->copy(source, count, destinations, length, mode);
}
