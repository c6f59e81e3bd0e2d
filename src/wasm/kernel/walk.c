/*
 * The fast half of the instruction walk: what InstructionWalk (instruction-walk in TypeScript) does, for the bodies
 * that ordinary compilers write. Whatever is rare or wrong is left to TypeScript: walk() stops before such a body, and
 * nothing of it has been counted. Constants named SHAPE_…, TRACE_…, EXTENDED_… and the numbering of operators come
 * from the TypeScript tables, as definitions on the compiler's command line.
 */
#include "kernel.h"

#define MAX_DEPTH 32768
#define MAX_BODIES 16384
#define MAX_TRACE 262144

typedef struct {
  u32 offset, size, operators, calls, indirect_calls, loop_depth, locals, label_uses, trace_end;
} Body;

static u8 shapes[OPERATORS];
static u32 histogram[OPERATORS];
static u8 blocks[MAX_DEPTH];
static Body bodies[MAX_BODIES];
static u32 trace[MAX_TRACE];
static u32 trace_count;
static u32 simd_types;
static u32 consumed;
static u32 functions, types, tables, data_count;
/* Set by readers of numbers that are not as the format wants them. */
static u32 bad;

EXPORT(heap) u8 *heap_address(void) { return &__heap_base; }
EXPORT(shapes) u8 *shapes_address(void) { return shapes; }
EXPORT(histogram) u32 *histogram_address(void) { return histogram; }
EXPORT(bodies) Body *bodies_address(void) { return bodies; }
EXPORT(trace) u32 *trace_address(void) { return trace; }
/* How many bytes of the input the last walk took. */
EXPORT(consumed) u32 consumed_bytes(void) { return consumed; }
EXPORT(simdTypes) u32 simd_types_seen(void) { return simd_types; }

EXPORT(begin) void begin(u32 function_count, u32 type_count, u32 table_count, u32 has_data_count) {
  functions = function_count;
  types = type_count;
  tables = table_count;
  data_count = has_data_count;
  simd_types = 0;
  for (u32 i = 0; i < OPERATORS; i++) histogram[i] = 0;
}

static __attribute__((noinline)) const u8 *long_u32(const u8 *p, u32 value, u32 *out) {
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

static inline __attribute__((always_inline)) const u8 *read_u32(const u8 *p, u32 *out) {
  u32 byte = *p++;
  *out = byte;
  return UNLIKELY(byte >= 0x80) ? long_u32(p, byte & 0x7f, out) : p;
}

/* Skips a LEB128 number of at most `last + 1` bytes; the bits `unused` of the last one must be all 0, or all 1 if signed. */
static __attribute__((noinline)) const u8 *long_skip(const u8 *p, u32 last, u32 unused, u32 is_signed) {
  for (u32 index = 1;; index++) {
    u32 byte = *p++;
    if (index == last) {
      u32 rest = byte & 0x7f & unused;
      if (byte >= 0x80 || (rest != 0 && !(is_signed && rest == unused))) bad = 1;
      return p;
    }
    if (byte < 0x80) return p;
  }
}

#define SKIP(p, last, unused, is_signed) (*(p)++ >= 0x80 ? long_skip(p, last, unused, is_signed) : (p))
#define SKIP_U32(p) SKIP(p, 4, 0x70, 0)
#define SKIP_U64(p) SKIP(p, 9, 0x7e, 0)
#define SKIP_S32(p) SKIP(p, 4, 0x78, 1)
#define SKIP_S64(p) SKIP(p, 9, 0x7f, 1)

static inline void emit(u32 kind, u32 operand) {
  if (UNLIKELY(trace_count > MAX_TRACE - 4)) bad = 1;
  else trace[trace_count++] = kind << 28 | operand;
}

static void extend(u32 kind, u32 first, u32 second) {
  emit(TRACE_extended, kind);
  emit(0, 0);
  emit(0, 0);
  trace[trace_count - 2] = first;
  trace[trace_count - 1] = second;
}

/* A value type of one byte that says nothing about features, or v128. */
static inline u32 is_plain_type(u32 byte) {
  if (byte == 0x7b) {
    simd_types = 1;
    return 1;
  }
  return (byte >= 0x7c && byte <= 0x7f) || byte == 0x70;
}

static __attribute__((noinline)) const u8 *block_type(const u8 *p) {
  u32 byte = *p++;
  if (byte == 0x40 || is_plain_type(byte)) return p;
  u32 index = byte;
  if (byte >= 0x80) {
    u32 high = *p++;
    if (high >= 0x40) bad = 1;
    index = (byte & 0x7f) | high << 7;
  } else if (byte >= 0x40)
    bad = 1;
  if (bad || index >= types) {
    bad = 1;
    return p;
  }
  extend(EXTENDED_blockType, index, 0);
  return p;
}

static __attribute__((noinline)) const u8 *branch_table(const u8 *p, const u8 *end, Body *body) {
  u32 count;
  p = read_u32(p, &count);
  if (count > 65520) bad = 1;
  for (u32 i = 0; i <= count && !bad; i++) {
    if (p >= end) bad = 1;
    p = SKIP_U32(p);
  }
  body->label_uses += count + 1;
  return p;
}

/* The clauses of a try_table: a kind, a tag for the first two kinds, a label. */
static __attribute__((noinline)) const u8 *catch_clauses(const u8 *p, const u8 *end, Body *body) {
  u32 count;
  p = read_u32(p, &count);
  if (count > 65520) bad = 1;
  for (u32 i = 0; i < count && !bad; i++) {
    if (p >= end || *p > 3) {
      bad = 1;
      return p;
    }
    if (*p++ < 2) p = SKIP_U32(p);
    p = SKIP_U32(p);
  }
  body->label_uses += count;
  if (count > 0) extend(EXTENDED_tags, count, 0);
  return p;
}

static __attribute__((noinline)) const u8 *read_locals(const u8 *p, const u8 *end, Body *body) {
  u32 groups;
  u64 total = 0;
  p = read_u32(p, &groups);
  while (groups-- > 0 && !bad) {
    u32 count;
    p = read_u32(p, &count);
    total += count;
    if (p >= end || !is_plain_type(*p++)) bad = 1;
  }
  if (total > 50000) bad = 1;
  body->locals = (u32)total;
  return p;
}

/* Instructions that are neither frequent nor simple. */
static __attribute__((noinline)) const u8 *uncommon(const u8 *p, u32 operator, u32 shape, Body *body, u32 in_loop, u32 step) {
  u32 first, second;
  switch (shape) {
    case SHAPE_callIndirect:
      p = read_u32(p, &first);
      p = read_u32(p, &second);
      if (first >= types || second >= tables) bad = 1;
      body->indirect_calls++;
      if (second == 0) emit(TRACE_callIndirect, first);
      else extend(EXTENDED_callIndirect, first, second);
      return p;
    case SHAPE_functionReference:
      p = read_u32(p, &first);
      if (first >= functions) bad = 1;
      emit(TRACE_functionReference, first);
      return p;
    case SHAPE_atomicMemoryArgument:
      /* From 0x10 on, the order of the access or a memory index follows. */
      if (*p >= 0x10) bad = 1;
      p++;
      return SKIP_U64(p);
    case SHAPE_callReference:
      p = read_u32(p, &first);
      if (first >= types) bad = 1;
      body->indirect_calls++;
      emit(TRACE_callReference, first);
      return p;
    case SHAPE_throw:
    case SHAPE_catch:
      body->label_uses++;
      p = SKIP_U32(p);
      extend(EXTENDED_tags, 1, 0);
      return p;
    case SHAPE_catchAll:
      body->label_uses++;
      return p;
    case SHAPE_memory:
      if (operator == OPERATOR_memoryGrow && in_loop) histogram[GROW_IN_LOOP] += step;
      return SKIP_U32(p);
    case SHAPE_twoIndices:
      p = SKIP_U32(p);
      return SKIP_U32(p);
    case SHAPE_dataAndMemory:
      if (!data_count) bad = 1;
      p = SKIP_U32(p);
      return SKIP_U32(p);
    case SHAPE_data:
      if (!data_count) bad = 1;
      return SKIP_U32(p);
    case SHAPE_lane:
      return p + 1;
    case SHAPE_bytes16:
      return p + 16;
    case SHAPE_memoryLane:
      if (*p >= 0x40) bad = 1;
      p++;
      p = SKIP_U64(p);
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

static __attribute__((noinline)) const u8 *prefixed(const u8 *p, u32 prefix, u32 *operator) {
  u32 second;
  p = read_u32(p, &second);
  u32 base = prefix == 0xfc ? BASE_misc : prefix == 0xfd ? BASE_simd : prefix == 0xfe ? BASE_atomic : 0;
  u32 room = prefix == 0xfc ? ROOM_misc : prefix == 0xfd ? ROOM_simd : prefix == 0xfe ? ROOM_atomic : 0;
  if (second >= room) bad = 1;
  else *operator = base + second;
  return p;
}

/*
 * Walks one body, adding `step` to the histogram for each of at most `limit` operators. 0 when TypeScript has to.
 * Not inlined: an engine can change over to better code for this only when it is called anew.
 */
static __attribute__((noinline)) u32 walk_body(const u8 *p, const u8 *end, Body *body, u32 step, u32 limit) {
  u32 depth = 1, loops = 0, operators = 0, label_uses = 0;
  bad = 0;
  blocks[0] = 0;
  p = read_locals(p, end, body);
  /* Numbers are judged once at the end: whatever follows a bad one stays inside the body and is taken back. */
  while (depth > 0) {
    if (UNLIKELY(p >= end || operators == limit)) goto refused;
    u32 operator = *p++;
    if (UNLIKELY(operator >= 0xfb)) {
      p = prefixed(p, operator, &operator);
      if (bad) goto refused;
    }
    u32 shape = shapes[operator];
    if (UNLIKELY(shape == SHAPE_unknown)) goto refused;
    histogram[operator] += step;
    operators++;
    switch (shape) {
      case SHAPE_none:
        break;
      case SHAPE_index:
        p = SKIP_U32(p);
        break;
      case SHAPE_i32:
        p = SKIP_S32(p);
        break;
      case SHAPE_i64:
        p = SKIP_S64(p);
        break;
      case SHAPE_memoryArgument:
        if (UNLIKELY(*p >= 0x40)) bad = 1;
        p++;
        p = SKIP_U64(p);
        break;
      case SHAPE_branch:
        label_uses++;
        p = SKIP_U32(p);
        break;
      case SHAPE_call: {
        u32 target;
        p = read_u32(p, &target);
        if (UNLIKELY(target >= functions)) bad = 1;
        body->calls++;
        emit(TRACE_call, target);
        break;
      }
      case SHAPE_tryTable:
      case SHAPE_try:
      case SHAPE_block:
      case SHAPE_if:
      case SHAPE_loop:
        p = block_type(p);
        if (UNLIKELY(shape == SHAPE_tryTable)) p = catch_clauses(p, end, body);
        if (UNLIKELY(depth == MAX_DEPTH)) bad = 1;
        else blocks[depth++] = shape == SHAPE_loop;
        if (shape == SHAPE_loop && ++loops > body->loop_depth) body->loop_depth = loops;
        break;
      case SHAPE_else:
        label_uses++;
        break;
      case SHAPE_delegate:
        p = SKIP_U32(p);
        /* fall through */
      case SHAPE_end:
        label_uses++;
        loops -= blocks[--depth];
        break;
      case SHAPE_branchTable:
        p = branch_table(p, end, body);
        break;
      case SHAPE_f32:
        p += 4;
        break;
      case SHAPE_f64:
        p += 8;
        break;
      default:
        p = uncommon(p, operator, shape, body, loops, step);
    }
  }
refused:
  body->operators = operators;
  body->label_uses += label_uses;
  return depth == 0 && !bad && p == end;
}

static void clear(Body *body) {
  body->operators = body->calls = body->indirect_calls = body->loop_depth = body->locals = body->label_uses = 0;
}

/* Walks up to `count` bodies, sizes included, of the input between `from` and `to`. Returns how many it took. */
EXPORT(walk) u32 walk(u32 from, u32 to, u32 count) {
  const u8 *start = &__heap_base, *p = start + from, *limit = start + to;
  u32 done = 0;
  trace_count = 0;
  consumed = 0;
  while (done < count && done < MAX_BODIES && p < limit) {
    Body *body = &bodies[done];
    u32 size = 0, before = trace_count, simd_before = simd_types;
    bad = 0;
    p = read_u32(p, &size);
    if (bad || p > limit || size > (u32)(limit - p)) break;
    clear(body);
    if (!walk_body(p, p + size, body, 1, ~0u)) {
      u32 counted = body->operators;
      clear(body);
      trace_count = before;
      walk_body(p, p + size, body, -1u, counted);
      trace_count = before;
      simd_types = simd_before;
      break;
    }
    body->offset = p - start;
    body->size = size;
    body->trace_end = trace_count;
    p += size;
    consumed = (u32)(p - start) - from;
    done++;
  }
  return done;
}
