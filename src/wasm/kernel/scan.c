/*
 * One pass over data for what the rules look for in it: many literal texts at once, runs of UTF-16 or UTF-32 text, runs
 * of the base64 alphabet. The data stands at the heap with a zero byte behind it. Findings come in batches: `cursor` says
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

/* A byte behind the end is no zero and no character. */
static inline u32 byte_at(const u8 *data, u32 size, u32 at) { return at < size ? data[at] : 0xff; }

static inline u32 is_wide(const u8 *data, u32 size, u32 at, u32 width) {
  u32 low = byte_at(data, size, at);
  if (low < 0x20 || low >= 0x7f || at + width > size) return 0;
  for (u32 zero = 1; zero < width; zero++)
    if (data[at + zero] != 0) return 0;
  return 1;
}

/*
 * Runs of at least twelve printable ASCII characters with zeros between them, `width` bytes each. Whole ones stand at
 * each sixteenth byte of a run, or a little further; most bytes show by their neighbours that they are none.
 */
EXPORT(findWide) u32 find_wide(u32 from, u32 size, u32 width) {
  const u8 *data = &__heap_base;
  u32 count = 0;
  for (cursor = from; cursor < size && count < MAX_FOUND; cursor += 16) {
    u32 next = byte_at(data, size, cursor + 1);
    if (next != 0 && byte_at(data, size, cursor + 2) != 0) continue;
    if (width == 4 && byte_at(data, size, cursor + 3) != 0 && data[cursor] != 0) continue;
    u32 inside = cursor, last = cursor + width - 1;
    while (inside < last && byte_at(data, size, inside + 1) != 0) inside++;
    while (inside < last && byte_at(data, size, inside) == 0) inside++;
    if (!is_wide(data, size, inside, width) || !is_wide(data, size, inside + width, width)) continue;
    u32 start = inside, end = inside + 2 * width;
    while (start >= width && is_wide(data, size, start - width, width)) start -= width;
    while (is_wide(data, size, end, width)) end += width;
    if (end - start >= 12 * width) {
      found[2 * count] = start;
      found[2 * count + 1] = end;
      count++;
    }
    if (end - end % 16 > cursor) cursor = end - end % 16;
  }
  if (cursor > size) cursor = size;
  return count;
}

/* Where a line break that stands at `at` ends, or `at`. */
static inline u32 line_break_end(const u8 *data, u32 size, u32 at) {
  u32 after = byte_at(data, size, at) == '\r' ? at + 1 : at;
  return byte_at(data, size, after) == '\n' ? after + 1 : at;
}

/*
 * Runs of the base64 alphabet, over the ends of lines, that begin with at least `least` of its letters. Looked at from
 * where such a beginning would end, most bytes that are not text are never read.
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
    while (end < size) {
      if (alphabet[data[end]]) {
        end++;
        continue;
      }
      u32 next = line_break_end(data, size, end);
      if (next == end || next >= size || !alphabet[data[next]]) break;
      end = next;
    }
    found[2 * count] = cursor;
    found[2 * count + 1] = end;
    count++;
    cursor = end + 1;
  }
  if (count < MAX_FOUND || cursor > size) cursor = size;
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
