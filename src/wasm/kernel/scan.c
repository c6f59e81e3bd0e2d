/*
 * One pass over data for what the rules look for in it: many literal texts at once, runs of UTF-16 text, runs of the
 * base64 alphabet. The data stands at the heap with a zero byte behind it. Findings come in batches: `cursor` says
 * where the next call goes on, and is the end of the data after the last batch.
 */
#include "kernel.h"

#define MAX_FOUND 8192
#define MAX_CANDIDATES 4096
#define MAX_TEXTS 512
#define MAX_TEXT_BYTES 16384

/* Class of each pair of neighbouring bytes, 0 for those that stand in no text. */
static u8 pair_class[65536];
/* Candidates of class c are those from class_start[c] up to class_start[c + 1]: a text, and how far back it begins. */
static u32 class_start[257];
static u32 candidates[MAX_CANDIDATES];
/* Text t is text_bytes[text_start[t]] up to text_start[t + 1]. */
static u32 text_start[MAX_TEXTS + 1];
static u8 text_bytes[MAX_TEXT_BYTES];
/* Pairs of words: text and position, or start and end. */
static u32 found[2 * MAX_FOUND];
static u32 cursor;
static u8 alphabet[256];

EXPORT(pairClass) u8 *pair_class_address(void) { return pair_class; }
EXPORT(classStart) u32 *class_start_address(void) { return class_start; }
EXPORT(candidates) u32 *candidates_address(void) { return candidates; }
EXPORT(textStart) u32 *text_start_address(void) { return text_start; }
EXPORT(textBytes) u8 *text_bytes_address(void) { return text_bytes; }
EXPORT(found) u32 *found_address(void) { return found; }
EXPORT(cursor) u32 cursor_value(void) { return cursor; }

static u32 stands_at(const u8 *data, u32 size, u32 position, u32 text) {
  u32 first = text_start[text], length = text_start[text + 1] - first;
  if (position > size || length > size - position) return 0;
  for (u32 i = 0; i < length; i++)
    if (data[position + i] != text_bytes[first + i]) return 0;
  return 1;
}

/* Texts, looked for at every second byte: of the two pairs that tell a text one stands there. Returns how many. */
EXPORT(findTexts) u32 find_texts(u32 from, u32 size) {
  const u8 *data = &__heap_base;
  u32 count = 0;
  for (cursor = from; cursor < size; cursor += 2) {
    u32 class = pair_class[*(const unsigned short *)(data + cursor)];
    if (__builtin_expect(class == 0, 1)) continue;
    for (u32 at = class_start[class]; at < class_start[class + 1]; at++) {
      u32 text = candidates[at] >> 16, back = candidates[at] & 0xffff;
      if (cursor < back || !stands_at(data, size, cursor - back, text)) continue;
      found[2 * count] = text;
      found[2 * count + 1] = cursor - back;
      count++;
    }
    /* A pair has at most 256 candidates that stand at once. */
    if (count > MAX_FOUND - 256) {
      cursor += 2;
      return count;
    }
  }
  cursor = size;
  return count;
}

static inline u32 is_wide(const u8 *data, u32 size, u32 at) {
  return at + 1 < size && data[at] >= 0x20 && data[at] < 0x7f && data[at + 1] == 0;
}

/*
 * Runs of at least `least` printable ASCII characters as UTF-16, which is twelve or more: whole ones stand at each
 * sixteenth byte among them, or one byte further.
 */
EXPORT(findWide) u32 find_wide(u32 from, u32 size, u32 least) {
  const u8 *data = &__heap_base;
  u32 count = 0;
  for (cursor = from; cursor < size && count < MAX_FOUND; cursor += 16) {
    u32 inside = cursor + 1 < size && data[cursor + 1] == 0 ? cursor : cursor + 1;
    if (!is_wide(data, size, inside) || !is_wide(data, size, inside + 2)) continue;
    u32 start = inside, end = inside + 4;
    while (start >= 2 && is_wide(data, size, start - 2)) start -= 2;
    while (is_wide(data, size, end)) end += 2;
    if (end - start >= 2 * least) {
      found[2 * count] = start;
      found[2 * count + 1] = end;
      count++;
    }
    u32 rounded = end - end % 16;
    if (rounded > cursor) cursor = rounded;
  }
  if (cursor > size) cursor = size;
  return count;
}

/*
 * Runs of at least `least` letters of the base64 alphabet. Looked at from where a run of that length would end, most
 * bytes that are not text are never read.
 */
EXPORT(findBase64) u32 find_base64(u32 from, u32 size, u32 least) {
  const u8 *data = &__heap_base;
  u32 count = 0;
  if (alphabet['A'] == 0)
    for (u32 i = 0; i < 64; i++)
      alphabet[(u8)"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[i]] = 1;
  cursor = from;
  while (count < MAX_FOUND && cursor < size && size - cursor >= least) {
    u32 back = cursor + least;
    while (back > cursor && alphabet[data[back - 1]]) back--;
    if (back > cursor) {
      cursor = back;
      continue;
    }
    u32 end = cursor + least;
    while (end < size && alphabet[data[end]]) end++;
    found[2 * count] = cursor;
    found[2 * count + 1] = end;
    count++;
    cursor = end + 1;
  }
  if (count < MAX_FOUND) cursor = size;
  return count;
}

/*
 * Puts pieces together at the heap, `length` bytes. Behind it, from the next whole word, stand where each comes from,
 * their lengths and where they go, then the source, whose first byte is number `first` of the file.
 */
EXPORT(join) void join(u32 length, u32 pieces, u32 first) {
  u8 *out = &__heap_base;
  u32 *froms = (u32 *)(out + (length + 3) / 4 * 4), *lengths = froms + pieces, *starts = lengths + pieces;
  const u8 *source = (const u8 *)(starts + pieces);
  u32 written = 0;
  for (u32 piece = 0; piece < pieces; piece++) {
    while (written < starts[piece]) out[written++] = 0;
    const u8 *from = source + (froms[piece] - first);
    if (lengths[piece] > 64) {
      __builtin_memcpy(out + written, from, lengths[piece]);
      written += lengths[piece];
    } else
      for (u32 i = 0; i < lengths[piece]; i++) out[written++] = from[i];
  }
}
