// The loops that only move bytes, at one width. Included once for each, with
//   NAME    what the functions are called
//   WIDTH   bytes of a vector
//   TARGET  the attribute of the instruction set, or nothing
//   HELD    the constraint by which a register holds a vector

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define VECTOR PASTE(vector, NAME)
#define LOOSE PASTE(loose, NAME)
#define MOVE PASTE(move, NAME)

typedef uint64_t VECTOR __attribute__((vector_size(WIDTH)));
typedef uint64_t LOOSE __attribute__((vector_size(WIDTH), aligned(1)));

TARGET static inline __attribute__((always_inline)) void PASTE(pass, NAME)(
    size_t sources_count, const uint8_t *const *sources, size_t outputs_count, uint8_t *const *outputs, size_t at,
    const int stream, const int ahead) {
    enum { VECTORS = 256 / WIDTH, AHEAD = 1024 };
    VECTOR held[VECTORS];
    for (size_t source = 0; source < sources_count; source++) {
        const uint8_t *from = sources[source] + at;
        _Pragma("clang loop unroll(full)") for (int line = 0; ahead && line < 4; line++) {
            __builtin_prefetch(from + AHEAD + line * 64, 0, 3);
        }
        _Pragma("clang loop unroll(full)") for (int u = 0; u < VECTORS; u++) {
            held[u] = *(const LOOSE *)(from + u * WIDTH);
            // It is read, whatever comes of it.
            __asm__ volatile("" : : HELD(held[u]));
        }
    }
    for (size_t output = 0; output < outputs_count; output++) {
        uint8_t *to = outputs[output] + at;
        _Pragma("clang loop unroll(full)") for (int u = 0; u < VECTORS; u++) {
            if (stream) {
                __builtin_nontemporal_store(held[u], (VECTOR *)(to + u * WIDTH));
            } else {
                *(LOOSE *)(to + u * WIDTH) = held[u];
            }
        }
    }
}

TARGET static void MOVE(
    size_t sources_count, const uint8_t *const *sources, size_t outputs_count, uint8_t *const *outputs, size_t length,
    limit_way way) {
#define EACH_PASS(from, stream, ahead) \
    for (size_t step = 0; step < length / 256; step++) { \
        PASTE(pass, NAME)(sources_count, sources, outputs_count, outputs, from, stream, ahead); \
    }
    switch (way) {
    case LIMIT_STORE: EACH_PASS(step * 256, 0, 0) break;
    case LIMIT_STREAM: EACH_PASS(step * 256, 1, 0) break;
    case LIMIT_STORE_AHEAD: EACH_PASS(step * 256, 0, 1) break;
    case LIMIT_STREAM_AHEAD: EACH_PASS(step * 256, 1, 1) break;
    case LIMIT_STORE_DOWN: EACH_PASS((length / 256 - 1 - step) * 256, 0, 0) break;
    }
#undef EACH_PASS
#if defined(__x86_64__)
    if (way == LIMIT_STREAM || way == LIMIT_STREAM_AHEAD) __builtin_ia32_sfence();
#endif
}

#undef VECTOR
#undef LOOSE
#undef MOVE
#undef PASTE
#undef PASTE_
#undef NAME
#undef WIDTH
#undef TARGET
#undef HELD
