// Questions about sixteen bytes at once, which Swift has no words for: its SIMD types were twenty times slower here.
//
// Each answer is a mask with bit n for byte n. Every processor gets the same answers: SSE2 belongs to all of x86-64, and
// others take two words of eight bytes. All sixteen bytes are read: the caller knows that they are there.
#ifndef PATCHBAY_CBYTES_H
#define PATCHBAY_CBYTES_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>

/// Bytes at which plain text of a JSON string stops: quote, backslash, control characters, and all beyond ASCII.
static inline uint32_t patchbay_string_stops(const void *bytes) {
    const __m128i all = _mm_loadu_si128((const __m128i *)bytes);
    // Compared as signed numbers, what is beyond ASCII is below the space too.
    const __m128i low = _mm_cmpgt_epi8(_mm_set1_epi8(0x20), all);
    const __m128i quote = _mm_cmpeq_epi8(all, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(all, _mm_set1_epi8('\\'));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(low, quote), backslash));
}

/// Bytes that cannot stand inside a field value of HTTP, and tabs: control characters and DEL.
static inline uint32_t patchbay_value_stops(const void *bytes) {
    const __m128i all = _mm_loadu_si128((const __m128i *)bytes);
    // The smaller of a byte and 0x1F is the byte itself when it is a control character.
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(all, _mm_set1_epi8(0x1F)), all);
    const __m128i del = _mm_cmpeq_epi8(all, _mm_set1_epi8(0x7F));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(low, del));
}

/// Bytes that are neither letters nor hyphens, of which nearly all names of fields consist.
static inline uint32_t patchbay_name_stops(const void *bytes) {
    const __m128i all = _mm_loadu_si128((const __m128i *)bytes);
    const __m128i place = _mm_sub_epi8(_mm_or_si128(all, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    // The greater of a letter's place and 26 is never the place itself.
    const __m128i other = _mm_cmpeq_epi8(_mm_max_epu8(place, _mm_set1_epi8(26)), place);
    const __m128i hyphen = _mm_cmpeq_epi8(all, _mm_set1_epi8('-'));
    return (uint32_t)_mm_movemask_epi8(_mm_andnot_si128(hyphen, other));
}

#else

/// The top bits of eight bytes, gathered.
static inline uint32_t patchbay_gather(uint64_t marks) {
    return (uint32_t)(((marks & 0x8080808080808080u) >> 7) * 0x0102040810204080u >> 56);
}

static inline uint64_t patchbay_word(const void *bytes, int half) {
    uint64_t word;
    memcpy(&word, (const char *)bytes + half * 8, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/// The top bit of each byte that is zero; exact, because no carry leaves a byte.
static inline uint64_t patchbay_zeros(uint64_t word) {
    const uint64_t lows = 0x7F7F7F7F7F7F7F7Fu;
    return ~(((word & lows) + lows) | word | lows);
}

static inline uint32_t patchbay_string_stops(const void *bytes) {
    uint32_t mask = 0;
    for (int half = 0; half < 2; half++) {
        const uint64_t word = patchbay_word(bytes, half);
        const uint64_t controls = patchbay_zeros(word & 0x6060606060606060u) & ~word;
        const uint64_t quotes = patchbay_zeros(word ^ 0x2222222222222222u);
        const uint64_t backslashes = patchbay_zeros(word ^ 0x5C5C5C5C5C5C5C5Cu);
        mask |= patchbay_gather(word | controls | quotes | backslashes) << (half * 8);
    }
    return mask;
}

static inline uint32_t patchbay_value_stops(const void *bytes) {
    uint32_t mask = 0;
    for (int half = 0; half < 2; half++) {
        const uint64_t word = patchbay_word(bytes, half);
        const uint64_t controls = patchbay_zeros(word & 0xE0E0E0E0E0E0E0E0u);
        mask |= patchbay_gather(controls | patchbay_zeros(word ^ 0x7F7F7F7F7F7F7F7Fu)) << (half * 8);
    }
    return mask;
}

static inline uint32_t patchbay_name_stops(const void *bytes) {
    uint32_t mask = 0;
    for (int half = 0; half < 2; half++) {
        const uint64_t word = patchbay_word(bytes, half);
        const uint64_t folded = (word | 0x2020202020202020u) & 0x7F7F7F7F7F7F7F7Fu;
        const uint64_t letters = (folded + 0x1F1F1F1F1F1F1F1Fu) & ~(folded + 0x0505050505050505u);
        mask |= patchbay_gather(word | ~(letters | patchbay_zeros(word ^ 0x2D2D2D2D2D2D2D2Du))) << (half * 8);
    }
    return mask;
}

#endif

#endif
