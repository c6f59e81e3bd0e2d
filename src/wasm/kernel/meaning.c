/* What the noted instructions of a body say: blocks and loops, and the trace of instruction-trace.ts. */
#include "walk.h"
#include "numbers.h"

/* A value type of one byte that says nothing about features, or v128. */
u32 is_plain_type(u32 byte) { return (byte >= 0x7b && byte <= 0x7f) || byte == 0x70; }

static inline void emit(Lane *lane, u32 kind, u32 operand) {
  if (UNLIKELY(lane->trace_count == TRACE_ROOM)) bad = 1;
  else lane->trace[lane->trace_count++] = kind << 28 | operand;
}

static void extend(Lane *lane, u32 kind, u32 first, u32 second) {
  if (lane->trace_count > TRACE_ROOM - 3) {
    bad = 1;
    return;
  }
  emit(lane, TRACE_extended, kind);
  lane->trace[lane->trace_count++] = first;
  lane->trace[lane->trace_count++] = second;
}

/* What an instruction does to blocks, or that it calls. Those without an entry are read by rare(). */
#define LOOP 1
#define OPENS 2
#define CLOSES 4
#define CALLS 8
static u8 structure[256];
/* OPENS for block types that need no reading. */
static u8 simple_types[256];

void fill_structure(void) {
  for (u32 operator = 0; operator < 256; operator++) {
    u32 shape = shapes[operator];
    structure[operator] = shape == SHAPE_end                          ? CLOSES
                          : shape == SHAPE_block || shape == SHAPE_if ? OPENS
                          : shape == SHAPE_loop                       ? OPENS | LOOP
                          : shape == SHAPE_call                       ? CALLS
                                                                      : 0;
    simple_types[operator] = operator == 0x40 || (is_plain_type(operator) && operator != 0x7b && operator != 0x70) ? OPENS : 0;
  }
}

static const u8 *block_type(Lane *lane, const u8 *p) {
  u32 index = *p++;
  if (index == 0x40) return p;
  if (is_plain_type(index)) {
    lane->plain_types |= 1u << (index & 15);
    return p;
  }
  if (index >= 0x80) {
    /* Of two bytes only those below 0x40 end a number that is not negative; longer ones are rare. */
    if (*p >= 0x40) bad = 1;
    index = (index & 0x7f) | *p++ << 7;
  } else if (index >= 0x40) bad = 1;
  if (index >= types) bad = 1;
  else extend(lane, EXTENDED_blockType, index, 0);
  return p;
}

/* Reads an instruction; of its blocks the caller keeps count. Returns what it does to them. */
static __attribute__((noinline)) u32 rare(Lane *lane, const u8 *p, u32 shape) {
  u32 first, second;
  switch (shape) {
    case SHAPE_block:
    case SHAPE_if:
    case SHAPE_try:
      block_type(lane, p);
      return OPENS;
    case SHAPE_loop:
      block_type(lane, p);
      return OPENS | LOOP;
    case SHAPE_tryTable:
      p = block_type(lane, p);
      read_u32(p, &first);
      if (first > 0) extend(lane, EXTENDED_tags, first, 0);
      return OPENS;
    case SHAPE_callIndirect:
      p = read_u32(p, &first);
      read_u32(p, &second);
      if (first >= types || second >= tables) bad = 1;
      lane->body->indirect_calls++;
      if (second == 0) emit(lane, TRACE_callIndirect, first);
      else extend(lane, EXTENDED_callIndirect, first, second);
      return 0;
    case SHAPE_callReference:
      read_u32(p, &first);
      if (first >= types) bad = 1;
      lane->body->indirect_calls++;
      emit(lane, TRACE_callReference, first);
      return 0;
    case SHAPE_functionReference:
      read_u32(p, &first);
      if (first >= functions) bad = 1;
      emit(lane, TRACE_functionReference, first);
      return 0;
    case SHAPE_tableWrite:
      read_u32(p, &first);
      if (first >= tables) bad = 1;
      extend(lane, EXTENDED_tableWrite, first, 0);
      return 0;
    case SHAPE_tableGet:
      read_u32(p, &first);
      if (first >= tables) bad = 1;
      return 0;
    case SHAPE_throw:
    case SHAPE_catch:
      extend(lane, EXTENDED_tags, 1, 0);
      return 0;
    case SHAPE_delegate:
      return CLOSES;
    case SHAPE_memory:
      if (lane->loops > 0) lane->grown_in_loops++;
      return 0;
    default:
      bad = 1;
      return 0;
  }
}

/*
 * Reads the instructions that were noted, in their order. 0 where the body is to be refused. What most of them are
 * cannot be foretold, so that they are read without a branch for each kind.
 */
u32 read_noted(Lane *lane) {
  u32 depth = lane->depth, loops = lane->loops, loop_depth = lane->body->loop_depth;
  bad = 0;
  for (const u8 **noted = lane->noted; noted < lane->next_noted; noted++) {
    const u8 *p = *noted;
    u32 operator = *p++;
    u32 does = structure[operator];
    if (does & CALLS) {
      u32 target;
      read_u32(p, &target);
      if (UNLIKELY(target >= functions)) bad = 1;
      lane->body->calls++;
      emit(lane, TRACE_call, target);
      continue;
    }
    if (UNLIKELY(does == 0 || (does & OPENS & ~simple_types[*p]))) {
      lane->loops = loops;
      does = rare(lane, p, shapes[operator]);
    }
    u32 is_loop = (does & LOOP) / LOOP, closes = (does & CLOSES) / CLOSES;
    lane->blocks[depth] = is_loop;
    depth += (does & OPENS) / OPENS - closes;
    loops += is_loop - (closes & lane->blocks[depth]);
    loop_depth = loops > loop_depth ? loops : loop_depth;
    /* The outermost block ends with the body. */
    if (UNLIKELY(depth - 1 >= MAX_DEPTH - 1) && (depth != 0 || p != lane->end)) return 0;
  }
  lane->next_noted = lane->noted;
  lane->depth = depth;
  lane->loops = loops;
  lane->body->loop_depth = loop_depth;
  return !bad;
}
