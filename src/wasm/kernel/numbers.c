#include "numbers.h"

u32 bad;

const u8 *long_u32(const u8 *p, u32 value, u32 *out) {
  for (u32 shift = 7;; shift += 7) {
    u32 byte = *p++;
    if (shift == 28 && byte > 0x0f) {
      bad = 1;
      return p;
    }
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  *out = value;
  return p;
}

/* Skips a number of at most `last + 1` bytes; the bits `unused` of the last one must be all 0, or all 1 if signed. */
const u8 *skip_number(const u8 *p, u32 last, u32 unused, u32 is_signed) {
  for (u32 index = 0;; index++) {
    u32 byte = *p++;
    if (index == last) {
      u32 rest = byte & 0x7f & unused;
      if (byte >= 0x80 || (rest != 0 && !(is_signed && rest == unused))) bad = 1;
      return p;
    }
    if (byte < 0x80) return p;
  }
}
