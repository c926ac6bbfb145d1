// Streams of bytes between pages that nobody may touch, random numbers, and the plain arithmetic of GF(2^8).

#ifndef STREAMS_H
#define STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The longest stream, and how many there are.
enum { MOST_BYTES = 66 * 1024, MOST_STREAMS = 300 };

/// How a stream lies between its guard pages.
typedef enum {
    AT_BEGINNING,  ///< flush with the page before: what is touched before it ends the program
    AT_END,        ///< flush with the page after
    ANYWHERE,      ///< somewhere between, with bytes around that are looked at afterwards
} placement;

/// A stream of a run.
typedef struct {
    uint8_t *bytes;
    size_t length;
    /// What it should hold after the call.
    uint8_t *expected;
    /// The guarded memory that it lies in.
    uint8_t *memory;
} stream;

/// SplitMix64 (Steele, Lea and Flood, 2014).
typedef struct {
    uint64_t state;
} randomness;

uint64_t next(randomness *random);
/// A number below `limit`.
size_t below(randomness *random, size_t limit);

/// Maps the memory and makes the tables of products; 0, or 1 where the system refuses.
int prepare_streams(void);

/// Begins a run: all streams are free again.
void release_streams(void);

/// A stream of random bytes, also in `expected`. `residue` is its address modulo 64 where it lies ANYWHERE.
stream make_stream(randomness *random, size_t length, placement place, size_t residue);

/// A length: of some vectors, of a few pages, at the edges of either.
size_t some_length(randomness *random, bool mayBeLong);

/// How the streams of a run lie: each as it comes, or all alike, or the outputs alike, as streamed stores need it.
typedef struct {
    enum { AS_COMES, ALL_AT_BEGINNING, ALL_AT_END, OUTPUTS_ALIKE } kind;
    size_t residue;
} layout;

layout some_layout(randomness *random);

/// A stream that lies so.
stream place_stream(randomness *random, size_t length, layout layout, bool isOutput);

/// Whether a stream holds what is expected, and the bytes around it what they held.
bool is_as_expected(const stream *stream);

/// Puts the bytes that a stream had back, to run another kernel on it.
void reset_stream(stream *stream, const uint8_t *bytes);

/// The products of a constant with all bytes; polynomial 0 is 0x11d, 1 is 0x11b.
const uint8_t *products_of(int polynomial, uint8_t constant);

/// Whether a kernel's table of 2 is laid out as its instructions take it, so that no other kernel answers to its name.
bool has_own_table(int kernel);

/// CRC-32C bit by bit, from a state, without the inversions.
uint32_t plain_crc32c(uint32_t state, const uint8_t *bytes, size_t length);

#endif
