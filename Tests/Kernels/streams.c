#include "streams.h"

#include "CGaloisField.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/// Bytes on both sides of a stream that are looked at.
enum { MARGIN = 160, MARK = 0xa5 };

static size_t page, room;
static uint8_t *memory;
static uint8_t shadows[MOST_STREAMS][MOST_BYTES];
static size_t used;
static uint8_t products[2][256][256];

uint64_t next(randomness *random) {
    uint64_t mixed = random->state += 0x9e3779b97f4a7c15ULL;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebULL;
    return mixed ^ mixed >> 31;
}

size_t below(randomness *random, size_t limit) { return next(random) % limit; }

/// The carry-less product, less multiples of the polynomial, bit by bit.
static uint8_t product(unsigned polynomial, unsigned left, unsigned right) {
    unsigned sum = 0;
    for (; right; right >>= 1) {
        if (right & 1) sum ^= left;
        left <<= 1;
        if (left & 0x100) left ^= polynomial;
    }
    return (uint8_t)sum;
}

int prepare_streams(void) {
    page = (size_t)sysconf(_SC_PAGESIZE);
    // Each stream's memory, then a guard page, which is also the one before the next.
    room = (MOST_BYTES + 2 * MARGIN + 64 + page - 1) / page * page;
    const size_t each = room + page;
    memory = mmap(NULL, each * MOST_STREAMS + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return 1;
    memory += page;
    for (size_t index = 0; index < MOST_STREAMS; index++) {
        if (mprotect(memory + index * each, room, PROT_READ | PROT_WRITE)) return 1;
        memset(memory + index * each, MARK, room);
    }
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            products[0][a][b] = product(0x11d, a, b);
            products[1][a][b] = product(0x11b, a, b);
        }
    }
    return 0;
}

void release_streams(void) { used = 0; }

stream make_stream(randomness *random, size_t length, placement place, size_t residue) {
    if (used == MOST_STREAMS || length > MOST_BYTES) __builtin_trap();
    stream made = {.length = length, .expected = shadows[used], .memory = memory + used * (room + page)};
    used++;
    switch (place) {
    case AT_BEGINNING: made.bytes = made.memory; break;
    case AT_END: made.bytes = made.memory + room - length; break;
    case ANYWHERE:
        made.bytes = made.memory + MARGIN + below(random, (room - 2 * MARGIN - length) / 64) * 64;
        made.bytes += (residue - (uintptr_t)made.bytes) & 63;
        break;
    }
    const size_t before = (size_t)(made.bytes - made.memory);
    const size_t after = room - before - length;
    memset(made.bytes - (before < MARGIN ? before : MARGIN), MARK, before < MARGIN ? before : MARGIN);
    memset(made.bytes + length, MARK, after < MARGIN ? after : MARGIN);
    for (size_t at = 0; at < length; at += 8) {
        const uint64_t word = next(random);
        memcpy(made.expected + at, &word, length - at < 8 ? length - at : 8);
    }
    memcpy(made.bytes, made.expected, length);
    return made;
}

bool is_as_expected(const stream *stream) {
    const size_t before = (size_t)(stream->bytes - stream->memory);
    const size_t after = room - before - stream->length;
    for (size_t byte = 1; byte <= MARGIN && byte <= before; byte++) {
        if (*(stream->bytes - byte) != MARK) return false;
    }
    for (size_t byte = 0; byte < MARGIN && byte < after; byte++) {
        if (stream->bytes[stream->length + byte] != MARK) return false;
    }
    return memcmp(stream->bytes, stream->expected, stream->length) == 0;
}

void reset_stream(stream *stream, const uint8_t *bytes) { memcpy(stream->bytes, bytes, stream->length); }

const uint8_t *products_of(int polynomial, uint8_t constant) { return products[polynomial][constant]; }

bool has_own_table(int kernel) {
    // The products with the bits of a byte; a matrix, last row first, as ISA-L's gf_table_gfni has it; the products with
    // the halves of a byte.
    static const uint8_t bits[8] = {2, 4, 8, 16, 32, 64, 128, 0x1d};
    static const uint8_t matrix[8] = {0x40, 0x20, 0x10, 0x88, 0x84, 0x82, 0x01, 0x80};
    uint8_t halves[32], table[CGF_TABLE_BYTES] = {0};
    for (unsigned half = 0; half < 16; half++) {
        halves[half] = product(0x11d, 2, half);
        halves[16 + half] = product(0x11d, 2, half << 4);
    }
    cgf_table((cgf_kernel)kernel, products[0][2], table);
    switch (kernel) {
    case CGF_PORTABLE: return memcmp(table, bits, sizeof bits) == 0;
    case CGF_AVX2_GFNI: case CGF_AVX512_GFNI: return memcmp(table, matrix, sizeof matrix) == 0;
    default: return memcmp(table, halves, sizeof halves) == 0;
    }
}

uint32_t plain_crc32c(uint32_t state, const uint8_t *bytes, size_t length) {
    for (size_t index = 0; index < length; index++) {
        state ^= bytes[index];
        for (int bit = 0; bit < 8; bit++) state = state >> 1 ^ (state & 1 ? 0x82f63b78 : 0);
    }
    return state;
}

// MARK: Sizes and places

size_t some_length(randomness *random, bool mayBeLong) {
    switch (below(random, 10)) {
    case 0: return 4095 + below(random, 3);
    case 1: return 2048 * (1 + below(random, 4)) + below(random, 5) - 2;
    case 2: return mayBeLong ? 65535 + below(random, 3) : below(random, 1100);
    case 3: case 4: return below(random, 5000);
    case 5: return 64 * below(random, 20);
    default: return below(random, 258);
    }
}

layout some_layout(randomness *random) {
    return (layout){.kind = below(random, 4), .residue = below(random, 64)};
}

stream place_stream(randomness *random, size_t length, layout layout, bool isOutput) {
    switch (layout.kind) {
    case ALL_AT_BEGINNING: return make_stream(random, length, AT_BEGINNING, 0);
    case ALL_AT_END: return make_stream(random, length, AT_END, 0);
    case OUTPUTS_ALIKE:
        if (isOutput) return make_stream(random, length, ANYWHERE, layout.residue);
        break;
    case AS_COMES: break;
    }
    return make_stream(random, length, below(random, 3), below(random, 64));
}
