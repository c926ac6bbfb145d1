#include "CodingRivals.h"

#define NAME plain
#define WIDTH 16
#define TARGET
#if defined(__x86_64__)
#define HELD "x"
#elif defined(__aarch64__)
#define HELD "w"
#else
#define HELD "m"
#endif
#include "limit_loop.h"

#if defined(__x86_64__)
#define NAME avx2
#define WIDTH 32
#define TARGET __attribute__((target("avx2")))
#define HELD "x"
#include "limit_loop.h"

#define NAME avx512
#define WIDTH 64
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl")))
#define HELD "v"
#include "limit_loop.h"
#endif

size_t limit_width(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) return 64;
    if (__builtin_cpu_supports("avx2")) return 32;
#endif
    return 16;
}

void limit_move(
    size_t sources_count, const uint8_t *const *sources, size_t outputs_count, uint8_t *const *outputs, size_t length,
    limit_way way, size_t times) {
    const size_t width = limit_width();
    for (size_t time = 0; time < times; time++) {
#if defined(__x86_64__)
        if (width == 64) {
            move_avx512(sources_count, sources, outputs_count, outputs, length, way);
            continue;
        }
        if (width == 32) {
            move_avx2(sources_count, sources, outputs_count, outputs, length, way);
            continue;
        }
#else
        (void)width;
#endif
        move_plain(sources_count, sources, outputs_count, outputs, length, way);
    }
}
