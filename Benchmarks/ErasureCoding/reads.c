// How fast one core reads k streams and writes their exclusive or, by other ways than StorageMath's kernels and the limit
// of bench-ec take: whether what stops a repair of one shard is the way or the memory. For AVX-512.
//
//   clang -O2 -o reads Benchmarks/ErasureCoding/reads.c && ./reads [rounds]
//
// Prints, for each size and k, GB/s of bytes read by each way: of all rounds, which take the ways in turn, the figure that
// an eighth is better than, so that other work on the machine counts for little.

#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TARGET __attribute__((target("avx512f")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define EACH(index, count) _Pragma("clang loop unroll(full)") for (int index = 0; index < (count); index++)

typedef unsigned char byte;

/// LINES vectors of each stream a pass, upwards or downwards, fetched AHEAD bytes before into the cache of LEVEL, stored
/// through the caches or past them.
INLINE void passes(
    const byte *const *sources, byte *to, size_t length, const int K, const int LINES, const int DOWN, const int AHEAD,
    const int LEVEL, const int PAST) {
    const byte *from[16];
    EACH(k, K) from[k] = sources[k];
    const size_t width = LINES * 64, count = length / width;
    for (size_t pass = 0; pass < count; pass++) {
        const size_t at = (DOWN ? count - 1 - pass : pass) * width;
        __m512i sum[8];
        EACH(k, K) EACH(u, LINES) {
            const byte *const here = from[k] + at + u * 64;
            if (AHEAD && LEVEL == 1) _mm_prefetch((const char *)here + AHEAD, _MM_HINT_T0);
            if (AHEAD && LEVEL == 2) _mm_prefetch((const char *)here + AHEAD, _MM_HINT_T1);
            const __m512i vector = _mm512_loadu_si512(here);
            sum[u] = k ? _mm512_xor_si512(sum[u], vector) : vector;
        }
        EACH(u, LINES) {
            if (PAST) {
                _mm512_stream_si512((__m512i *)(to + at + u * 64), sum[u]);
            } else {
                _mm512_storeu_si512(to + at + u * 64, sum[u]);
            }
        }
    }
    if (PAST) _mm_sfence();
}

/// Two streams after the other in strips, with the sums on the way in the first cache: few streams at a time.
INLINE void strips(const byte *const *sources, byte *to, size_t length, const int K, const int STRIP, const int PAST) {
    static _Alignas(64) byte sums[8192];
    for (size_t at = 0; at < length; at += STRIP) {
        for (int k = 0; k < K; k += 2) {
            const byte *const a = sources[k] + at, *const b = sources[k + 1] + at;
            for (int place = 0; place < STRIP; place += 256) {
                EACH(u, 4) {
                    const int here = place + u * 64;
                    __m512i sum = _mm512_xor_si512(_mm512_loadu_si512(a + here), _mm512_loadu_si512(b + here));
                    if (k) sum = _mm512_xor_si512(sum, _mm512_load_si512(sums + here));
                    if (k + 2 < K) {
                        _mm512_store_si512(sums + here, sum);
                    } else if (PAST) {
                        _mm512_stream_si512((__m512i *)(to + at + here), sum);
                    } else {
                        _mm512_storeu_si512(to + at + here, sum);
                    }
                }
            }
        }
    }
    if (PAST) _mm_sfence();
}

#define WAYS(K, WAY) \
    WAY(K, up, "up", passes, 4, 0, 0, 0, 0) WAY(K, down, "down", passes, 4, 1, 0, 0, 0) \
    WAY(K, up8, "8 lines", passes, 8, 0, 0, 0, 0) WAY(K, up2, "2 lines", passes, 2, 0, 0, 0, 0) \
    WAY(K, t512, "L1 512", passes, 4, 0, 512, 1, 0) WAY(K, t1k, "L1 1Ki", passes, 4, 0, 1024, 1, 0) \
    WAY(K, t2k, "L1 2Ki", passes, 4, 0, 2048, 1, 0) WAY(K, s2k, "L2 2Ki", passes, 4, 0, 2048, 2, 0) \
    WAY(K, s4k, "L2 4Ki", passes, 4, 0, 4096, 2, 0) WAY(K, s8k, "L2 8Ki", passes, 4, 0, 8192, 2, 0) \
    WAY(K, past, "past", passes, 4, 0, 0, 0, 1) WAY(K, past1k, "past, L1 1Ki", passes, 4, 0, 1024, 1, 1) \
    WAY(K, past4k, "past, L2 4Ki", passes, 4, 0, 4096, 2, 1) WAY(K, strip2k, "strips 2Ki", strips, 2048, 0) \
    WAY(K, strip4k, "strips 4Ki", strips, 4096, 0)

#define DEFINE(K, name, words, how, ...) \
    TARGET static void name##_##K(const byte *const *sources, byte *to, size_t length) { \
        how(sources, to, length, K, __VA_ARGS__); \
    }
WAYS(2, DEFINE) WAYS(4, DEFINE) WAYS(6, DEFINE) WAYS(10, DEFINE)

typedef void (*way)(const byte *const *, byte *, size_t);
#define NAME(K, name, words, ...) words,
#define ENTRY(K, name, ...) name##_##K,
static const char *const names[] = {WAYS(2, NAME)};
enum { COUNT = sizeof names / sizeof *names, MOST = 1000 };
static const way ways[4][COUNT] = {{WAYS(2, ENTRY)}, {WAYS(4, ENTRY)}, {WAYS(6, ENTRY)}, {WAYS(10, ENTRY)}};
static const int streams[4] = {2, 4, 6, 10};

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

static int order(const void *a, const void *b) {
    const double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

int main(int count, char **words) {
    if (!__builtin_cpu_supports("avx512f")) return fprintf(stderr, "reads: this processor has no AVX-512\n"), 2;
    const int rounds = count > 1 ? atoi(words[1]) : 40;
    if (rounds < 8 || rounds > MOST) return fprintf(stderr, "reads: rounds are 8 to %d\n", MOST), 64;
    static double taken[COUNT][MOST];
    for (int size = 16; size <= 24; size += 4) {
        const size_t length = (size_t)1 << size;
        for (int index = 0; index < 4; index++) {
            const int k = streams[index];
            // A page on both sides, for what is fetched ahead.
            byte *const memory = aligned_alloc(4096, (k + 1) * length + 16384);
            if (!memory) return fprintf(stderr, "reads: no memory\n"), 70;
            memset(memory, 7, (k + 1) * length + 16384);
            const byte *sources[16];
            for (int source = 0; source < k; source++) sources[source] = memory + 4096 + source * length;
            byte *const to = memory + 4096 + k * length;
            // Short turns, so that most of them are not interrupted.
            const int times = (int)(((size_t)16 << 20) / ((k + 1) * length)) + 1;
            for (int round = 0; round < rounds; round++) {
                for (int each = 0; each < COUNT; each++) {
                    ways[index][each](sources, to, length);
                    const double start = seconds();
                    for (int time = 0; time < times; time++) ways[index][each](sources, to, length);
                    taken[each][round] = (seconds() - start) / times;
                }
            }
            printf("%zu KiB, k = %d:", length >> 10, k);
            for (int each = 0; each < COUNT; each++) {
                qsort(taken[each], rounds, sizeof(double), order);
                printf("%s %s %.0f", each ? "," : "", names[each], k * length / taken[each][rounds / 8] / 1e9);
            }
            putchar('\n');
            fflush(stdout);
            free(memory);
        }
    }
}
