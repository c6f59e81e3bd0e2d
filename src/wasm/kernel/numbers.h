/* LEB128 numbers (section 5.2.2). Each reader returns where the number ends; what is wrong with it is noted in `bad`. */
#pragma once
#include "kernel.h"

extern u32 bad;

/* Goes on behind a first byte that gave `value`. */
const u8 *long_u32(const u8 *p, u32 value, u32 *out);

static inline __attribute__((always_inline)) const u8 *read_u32(const u8 *p, u32 *out) {
  u32 byte = *p++;
  *out = byte;
  return UNLIKELY(byte >= 0x80) ? long_u32(p, byte & 0x7f, out) : p;
}

const u8 *skip_number(const u8 *p, u32 last, u32 unused, u32 is_signed);

#define SKIP_U32(p) skip_number(p, 4, 0x70, 0)
#define SKIP_U64(p) skip_number(p, 9, 0x7e, 0)
#define SKIP_S32(p) skip_number(p, 4, 0x78, 1)
#define SKIP_S64(p) skip_number(p, 9, 0x7f, 1)
