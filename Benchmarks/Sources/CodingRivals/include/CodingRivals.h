// What the coding of StorageMath is measured beside: ISA-L as it is found at run time, loops that only move bytes, and the
// kernels without StorageMath.

#ifndef CODINGRIVALS_H
#define CODINGRIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: ISA-L

/// Functions of a libisal, as its erasure_code.h and raid.h declare them; NULL where it has none.
typedef struct {
    void (*gf_gen_rs_matrix)(uint8_t *matrix, int rows, int data);
    void (*gf_gen_cauchy1_matrix)(uint8_t *matrix, int rows, int data);
    int (*gf_invert_matrix)(uint8_t *matrix, uint8_t *inverse, int size);
    void (*ec_init_tables)(int data, int rows, uint8_t *matrix, uint8_t *tables);
    void (*ec_encode_data)(int length, int data, int rows, uint8_t *tables, uint8_t **sources, uint8_t **sums);
    void (*ec_encode_data_update)(
        int length, int data, int rows, int source, uint8_t *tables, uint8_t *bytes, uint8_t **sums);
    int (*pq_gen)(int streams, int length, void **streams_of_them);
    int (*xor_gen)(int streams, int length, void **streams_of_them);
} rival_library;

/// Loads a library; false where there is none at the path, or one without the functions of erasure coding.
///
/// @param encode    the function that encodes: "ec_encode_data", or one of a single instruction set
/// @param found     room for the path of the file that was loaded
/// @param problem   room for what went wrong
bool rival_open(
    const char *path, const char *encode, rival_library *library, char *found, char *problem, size_t room);

// MARK: Limits

/// How the loops move bytes. Which is the fastest depends on the processor, the sizes and the addresses.
typedef enum {
    LIMIT_STORE = 0,          ///< upwards, through the caches
    LIMIT_STREAM = 1,         ///< past the caches
    LIMIT_STORE_AHEAD = 2,    ///< through the caches, sources fetched ahead
    LIMIT_STREAM_AHEAD = 3,   ///< past the caches, sources fetched ahead
    LIMIT_STORE_DOWN = 4,     ///< through the caches, from the end to the beginning
} limit_way;

enum { LIMIT_WAYS = 5 };

/// Reads all of the sources and writes all of the outputs, what was read last, without arithmetic; several times.
///
/// @param length  a multiple of 256
/// @param outputs begin at multiples of 64
void limit_move(
    size_t sources_count, const uint8_t *const *sources, size_t outputs_count, uint8_t *const *outputs, size_t length,
    limit_way way, size_t times);

/// How many bytes a step of the loops takes.
size_t limit_width(void);

// MARK: Kernels without StorageMath

typedef struct raw_encoding raw_encoding;

/// The fold that encodes V-pow, made ready; NULL where the kernel has no such name or the shape is another.
///
/// @param kernel    as StorageMath calls it
/// @param matrix    `local` rows (one of ones where there are none), then `powers` rows of the powers of 2, 4, …; one
///                  column a data stream
/// @param products  those of the field, 256 for each left factor
/// @param streams   data, then parities in the order of the rows; they stay where they are
raw_encoding *raw_encoding_make(
    const char *kernel, size_t data, size_t local, size_t powers, const uint8_t *matrix, const uint8_t *products,
    uint8_t *const *streams, size_t most_alike);

void raw_encoding_free(raw_encoding *encoding);

/// Encodes so many times, past the caches or through them.
void raw_encode(const raw_encoding *encoding, size_t length, bool past_caches, size_t times);

#endif
