// CRC-32C (Castagnoli): the polynomial 0x1edc6f41, bits reflected (RFC 3720, 12.1).

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>
#endif

#include "kernels.h"

/// Half a byte at a time.
static uint32_t plain(uint32_t state, const uint8_t *bytes, size_t length) {
    // The remainders of four bits by 0x82f63b78, which is the polynomial with its bits reflected.
    static const uint32_t halves[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
        0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
    };
    for (size_t index = 0; index < length; index++) {
        state ^= bytes[index];
        state = state >> 4 ^ halves[state & 15];
        state = state >> 4 ^ halves[state & 15];
    }
    return state;
}

#if defined(__x86_64__)

#define LANES __attribute__((target("sse4.2,pclmul")))

/// The state after as many zeros as `power` stands for: a product with x^(8n - 33), reduced by the instruction itself
/// (Gopal et al., "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction", Intel, 2011).
LANES static uint64_t after_zeros(uint64_t state, uint32_t power) {
    const __m128i product = _mm_clmulepi64_si128(
        _mm_cvtsi64_si128((long long)state), _mm_cvtsi64_si128((long long)power), 0);
    return _mm_crc32_u64(0, (unsigned long long)_mm_cvtsi128_si64(product));
}

static uint64_t word(const uint8_t *bytes) {
    uint64_t value;
    __builtin_memcpy(&value, bytes, 8);
    return value;
}

/// Three lanes of `lane` bytes side by side, because the instruction takes three cycles and can begin in each; `one`
/// and `two` are the powers for one and two lanes of zeros.
LANES static uint32_t in_lanes(
    uint32_t begun, const uint8_t **bytes, size_t *length, size_t lane, uint32_t one, uint32_t two) {
    uint64_t state = begun;
    while (*length >= 3 * lane) {
        const uint8_t *at = *bytes;
        uint64_t second = 0, third = 0;
        for (size_t index = 0; index < lane; index += 8) {
            state = _mm_crc32_u64(state, word(at + index));
            second = _mm_crc32_u64(second, word(at + lane + index));
            third = _mm_crc32_u64(third, word(at + 2 * lane + index));
        }
        state = after_zeros(state, two) ^ after_zeros(second, one) ^ third;
        *bytes += 3 * lane;
        *length -= 3 * lane;
    }
    return (uint32_t)state;
}

LANES static uint32_t by_instruction(uint32_t state, const uint8_t *bytes, size_t length) {
    state = in_lanes(state, &bytes, &length, 1360, 0x3f70cc6f, 0x5aa1f3cf);
    state = in_lanes(state, &bytes, &length, 128, 0x0d3b6092, 0xb9e02b86);
    uint64_t rest = state;
    for (; length >= 8; bytes += 8, length -= 8) rest = _mm_crc32_u64(rest, word(bytes));
    state = (uint32_t)rest;
    for (; length > 0; bytes++, length--) state = _mm_crc32_u8(state, *bytes);
    return state;
}

#elif defined(__aarch64__) && defined(__linux__)

__attribute__((target("crc"))) static uint32_t by_instruction(uint32_t state, const uint8_t *bytes, size_t length) {
    for (; length >= 8; bytes += 8, length -= 8) {
        uint64_t value;
        __builtin_memcpy(&value, bytes, 8);
        state = __builtin_arm_crc32cd(state, value);
    }
    for (; length > 0; bytes++, length--) state = __builtin_arm_crc32cb(state, *bytes);
    return state;
}

#endif

uint32_t cgf_crc32c(bool plainly, uint32_t state, const uint8_t *bytes, size_t length) {
#if defined(__x86_64__) || (defined(__aarch64__) && defined(__linux__))
    if (!plainly && cgf_has_crc32c()) return by_instruction(state, bytes, length);
#else
    (void)plainly;
#endif
    return plain(state, bytes, length);
}
