// What the Swift side calls of simdjson: parse one message again and again.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Each parses `length` bytes `times` times with a parser that keeps its memory, and returns how many parses failed.
// The bytes are copied once into a buffer with the padding that simdjson wants; the copy is not in the loop.
uint64_t simdjson_dom(const uint8_t *bytes, size_t length, uint64_t times);
// On-Demand reads method, id and params.name and leaves the rest unvalidated: shown for orientation, not a like for like.
uint64_t simdjson_on_demand(const uint8_t *bytes, size_t length, uint64_t times);
const char *simdjson_kernel(void);
