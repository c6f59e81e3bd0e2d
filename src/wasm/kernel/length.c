/* How long instructions are, and whether their numbers are well formed. */
#include "walk.h"
#include "numbers.h"

u8 lengths[256 * 64] __attribute__((aligned(8)));

/*
 * Where constants begin that may be eight characters or more, counted from the heap, in no order. The input has no room
 * for more: a window, and a body of any size, of ten bytes for each.
 */
#define MAX_WIDE (1 << 20)
static u32 wide_constants[MAX_WIDE], wide_count;

EXPORT(wideConstants) u32 *wide_constants_address(void) { return wide_constants; }
EXPORT(wideCount) u32 wide_count_value(void) { return wide_count; }
void forget_wide_constants(void) { wide_count = 0; }

/* The first of the bytes from `from` on that ends a number, by the bits of PATTERN; 0 when none of the five does. */
static u32 number_end(u32 pattern, u32 from) {
  for (u32 byte = from; byte <= 5; byte++)
    if (!(pattern >> byte & 1)) return byte;
  return 0;
}

/* 0 for what is rare or can be wrong. Numbers of 32 bits cannot be wrong in four bytes, those of 64 bits in five. */
static u32 plain_length(u32 shape, u32 pattern) {
  u32 end = number_end(pattern, 1);
  switch (shape) {
    case SHAPE_none:
    case SHAPE_else:
    case SHAPE_end:
    case SHAPE_catchAll:
      return 1;
    case SHAPE_f32:
      return 5;
    case SHAPE_f64:
      return 9;
    case SHAPE_index:
    case SHAPE_branch:
    case SHAPE_call:
    case SHAPE_callReference:
    case SHAPE_functionReference:
    case SHAPE_memory:
    case SHAPE_tableGet:
    case SHAPE_tableWrite:
    case SHAPE_throw:
    case SHAPE_catch:
    case SHAPE_delegate:
    case SHAPE_i32:
    case SHAPE_block:
    case SHAPE_loop:
    case SHAPE_if:
    case SHAPE_try:
      return end == 0 || end > 4 ? 0 : end + 1;
    case SHAPE_i64:
      return end == 0 ? 0 : end + 1;
    case SHAPE_memoryArgument:
      /* From 0x40 on, a memory index follows. */
      if (pattern & 3) return 0;
      end = number_end(pattern, 2);
      return end == 0 ? 0 : end + 1;
    case SHAPE_callIndirect:
      if (end == 0 || end > 4) return 0;
      end = number_end(pattern, end + 1);
      return end == 0 ? 0 : end + 1;
    default:
      return 0;
  }
}

static u32 is_noted(u32 operator) {
  switch (shapes[operator]) {
    case SHAPE_block:
    case SHAPE_loop:
    case SHAPE_if:
    case SHAPE_end:
    case SHAPE_try:
    case SHAPE_tryTable:
    case SHAPE_catch:
    case SHAPE_delegate:
    case SHAPE_throw:
    case SHAPE_call:
    case SHAPE_callIndirect:
    case SHAPE_callReference:
    case SHAPE_functionReference:
    case SHAPE_tableGet:
    case SHAPE_tableWrite:
      return 1;
    default:
      return operator == OPERATOR_memoryGrow;
  }
}

/* Fills the table from the shapes, of which there are far fewer than operators. */
void fill_lengths(void) {
  static u64 rows[64][8];
  static u8 known[64];
  for (u32 operator = 0; operator < 256; operator++) {
    u32 shape = shapes[operator];
    u64 *row = (u64 *)(lengths + (operator << 6));
    if (!known[shape]) {
      for (u32 pattern = 0; pattern < 64; pattern++) ((u8 *)rows[shape])[pattern] = plain_length(shape, pattern);
      known[shape] = 1;
    }
    u64 noted = is_noted(operator) ? NOTED * 0x0101010101010101ull : 0;
    for (u32 word = 0; word < 8; word++) row[word] = rows[shape][word] | noted;
  }
}

static const u8 *labels_end(const u8 *p, const u8 *end) {
  u32 count;
  p = read_u32(p, &count);
  if (count > LIMIT_branchTargets) bad = 1;
  for (u32 i = 0; i <= count && !bad; i++) {
    if (p >= end) bad = 1;
    p = SKIP_U32(p);
  }
  return p;
}

/* A block type of one byte, or an index of two at most. */
static const u8 *block_type_end(const u8 *p) {
  u32 byte = *p++;
  if (byte >= 0x80 && *p++ >= 0x40) bad = 1;
  return p;
}

/* The clauses of a try_table: a kind, a tag for the first two kinds, a label. */
static const u8 *clauses_end(const u8 *p, const u8 *end) {
  u32 count;
  p = read_u32(p, &count);
  if (count > LIMIT_branchTargets) bad = 1;
  for (u32 i = 0; i < count && !bad; i++) {
    if (p >= end || *p > 3) bad = 1;
    if (*p++ < 2) p = SKIP_U32(p);
    p = SKIP_U32(p);
  }
  return p;
}

static const u8 *immediates_end(const u8 *p, const u8 *end, u32 shape) {
  switch (shape) {
    case SHAPE_none:
      return p;
    case SHAPE_i32:
      return SKIP_S32(p);
    case SHAPE_i64:
      return SKIP_S64(p);
    case SHAPE_memoryArgument:
      if (*p >= 0x40) bad = 1;
      return SKIP_U64(p + 1);
    case SHAPE_index:
    case SHAPE_branch:
    case SHAPE_call:
    case SHAPE_callReference:
    case SHAPE_functionReference:
    case SHAPE_memory:
    case SHAPE_throw:
    case SHAPE_catch:
    case SHAPE_delegate:
      return SKIP_U32(p);
    case SHAPE_block:
    case SHAPE_loop:
    case SHAPE_if:
    case SHAPE_try:
      return block_type_end(p);
    case SHAPE_tryTable:
      return clauses_end(block_type_end(p), end);
    case SHAPE_branchTable:
      return labels_end(p, end);
    case SHAPE_dataAndMemory:
      if (!data_count) bad = 1;
      p = SKIP_U32(p);
      return SKIP_U32(p);
    case SHAPE_data:
      if (!data_count) bad = 1;
      return SKIP_U32(p);
    case SHAPE_callIndirect:
    case SHAPE_twoIndices:
      p = SKIP_U32(p);
      return SKIP_U32(p);
    case SHAPE_atomicMemoryArgument:
      /* From 0x10 on, the order of the access or a memory index follows. */
      if (*p >= 0x10) bad = 1;
      return SKIP_U64(p + 1);
    case SHAPE_lane:
      return p + 1;
    case SHAPE_bytes16:
      return p + 16;
    case SHAPE_memoryLane:
      if (*p >= 0x40) bad = 1;
      p = SKIP_U64(p + 1);
      return p + 1;
    case SHAPE_fence:
      if (*p > 1) bad = 1;
      return p + 1;
    case SHAPE_heapType:
      if (*p != 0x70) bad = 1;
      return p + 1;
    default:
      bad = 1;
      return p;
  }
}

/*
 * Where the instruction at `p` ends, for those that the table says nothing of. Operators behind a prefix are counted
 * here, by `step`, since the walk has counted their prefix.
 */
const u8 *length_of(const u8 *p, const u8 *end, u32 step) {
  u32 operator = *p++;
  bad = 0;
  if (operator >= 0xfc && operator <= 0xfe) {
    u32 second = *p++, base = operator == 0xfc ? BASE_misc : operator == 0xfd ? BASE_simd : BASE_atomic;
    u32 room = operator == 0xfc ? ROOM_misc : operator == 0xfd ? ROOM_simd : ROOM_atomic;
    if (second >= 0x80 && *p < 0x80) second = (second & 0x7f) | *p++ << 7;
    else if (second >= 0x80) p = long_u32(p, second & 0x7f, &second);
    if (bad || second >= room) return REFUSED;
    operator = base + second;
    histogram[operator] += step;
    if (shapes[operator] == SHAPE_none) return p;
  }
  const u8 *next = immediates_end(p, end, shapes[operator]);
  if (bad) return REFUSED;
  u32 wide = operator == OPERATOR_v128Const || (operator == OPERATOR_i64Const && next - p >= WIDE_NUMBER);
  if (wide && step == 1 && wide_count < MAX_WIDE) wide_constants[wide_count++] = p - &__heap_base;
  return next;
}
