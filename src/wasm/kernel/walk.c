/* The walk over function bodies, in lanes: a body each, and an instruction of each in turn. */
#include "walk.h"
#include "numbers.h"

/* Steps after which the walk is called anew: an engine changes over to better code only then. */
#define STEPS 2048

u8 shapes[OPERATORS];
u32 histogram[OPERATORS];
u32 functions, types, tables, data_count;

Body bodies[MAX_BODIES];
u32 trace[LANES * TRACE_ROOM];
static Lane lanes[LANES];
static u32 steps;
static u32 plain_types;
/* The next body to begin with, the end of the input, how many bodies were begun and how many may be. */
static const u8 *next, *limit;
static u32 begun, wanted;

EXPORT(heap) u8 *heap_address(void) { return &__heap_base; }
EXPORT(shapes) u8 *shapes_address(void) { return shapes; }
EXPORT(bodies) Body *bodies_address(void) { return bodies; }
EXPORT(trace) u32 *trace_address(void) { return trace; }
EXPORT(traceRoom) u32 trace_room(void) { return LANES * TRACE_ROOM; }
/* How many bytes of the input, counted from the heap, stand before the first body that was not begun. */
EXPORT(consumed) u32 consumed_bytes(void) { return next - &__heap_base; }
/* A bit for each plain type that accepted bodies name, by the lower half of its byte. */
EXPORT(plainTypes) u32 plain_types_seen(void) { return plain_types; }

/* Makes ready for another module. */
EXPORT(begin) void begin(u32 function_count, u32 type_count, u32 table_count, u32 has_data_count) {
  functions = function_count;
  types = type_count;
  tables = table_count;
  data_count = has_data_count;
  plain_types = 0;
  for (u32 i = 0; i < OPERATORS; i++) histogram[i] = 0;
  for (u32 k = 0; k < LANES; k++)
    for (u32 i = 0; i < 256; i++) lanes[k].histogram[i] = 0;
  if (lengths[0] == 0) {
    fill_lengths();
    fill_structure();
  }
}

/* What was counted since begin(). */
EXPORT(histogram) u32 *histogram_sum(void) {
  for (u32 k = 0; k < LANES; k++)
    for (u32 i = 0; i < 0xfb; i++) {
      histogram[i] += lanes[k].histogram[i];
      lanes[k].histogram[i] = 0;
    }
  return histogram;
}

typedef u64 __attribute__((aligned(1))) unaligned_u64;

/* Counts the instruction at `at` by `step` and looks up what the table says of it. */
#define LOOK_UP(lane, at, step)                                \
  u64 bytes = *(const unaligned_u64 *)(at);                    \
  u32 operator = bytes & 0xff;                                 \
  u32 entry = lengths[operator << 6 | PATTERN(bytes)];         \
  u32 length = entry & LENGTH;                                 \
  (lane)->histogram[operator] += (step);

/* Moves behind it. */
#define PASS(lane, at, step) (at) = UNLIKELY(length == 0) ? length_of(at, (lane)->end, step) : (at) + length;

/* Takes back what a body that is refused has counted. */
static void take_back(Lane *lane) {
  const u8 *p = lane->first;
  while (p != lane->at) {
    LOOK_UP(lane, p, -1u)
    PASS(lane, p, -1u)
  }
}

static u32 read_locals(Lane *lane) {
  const u8 *p = lane->first;
  u32 groups;
  u64 total = 0;
  /* The size of the body ends here. A padded one ends in zero; that it is padded is for the reference walk to report. */
  if (p[-1] == 0) return 0;
  bad = 0;
  p = read_u32(p, &groups);
  while (groups-- > 0 && !bad) {
    u32 count;
    p = read_u32(p, &count);
    total += count;
    lane->plain_types |= 1u << (*p & 15);
    if (p >= lane->end || !is_plain_type(*p++)) bad = 1;
  }
  lane->first = p;
  lane->body->locals = (u32)total;
  return !bad && total <= LIMIT_functionLocals && p < lane->end;
}

/* Where the next stretch of a body ends. */
static const u8 *stretch(const u8 *from, const u8 *end) { return (u32)(end - from) > STRETCH ? from + STRETCH : end; }

/* Gives a lane the next body; 0 when there is none that it may begin. */
static u32 take_body(Lane *lane) {
  u32 size;
  const u8 *p = next;
  if (begun == wanted || p >= limit || lane->trace_count > TRACE_ROOM / 2) return 0;
  bad = 0;
  p = read_u32(p, &size);
  if (bad || p > limit || size > (u32)(limit - p)) return 0;
  Body *body = &bodies[begun++];
  *body = (Body){.offset = p - &__heap_base, .size = size};
  body->trace_from = lane->trace - trace + lane->trace_count;
  next = p + size;
  lane->body = body;
  lane->first = p;
  lane->end = next;
  lane->depth = 1;
  lane->loops = lane->grown_in_loops = lane->plain_types = 0;
  lane->blocks[0] = 0;
  lane->next_noted = lane->noted;
  return 1;
}

static void refuse(Lane *lane) {
  lane->body->operators = REFUSED_BODY;
  lane->trace_count = lane->body->trace_from - (lane->trace - trace);
}

/* The lane stands at the end of its body, or of a stretch of it. */
static void finish(Lane *lane) {
  Body *body = lane->body;
  u32 whole = lane->at == lane->end && read_noted(lane) && lane->depth == 0;
  body->operators = steps - lane->began;
  if (whole) {
    plain_types |= lane->plain_types;
    histogram[GROW_IN_LOOP] += lane->grown_in_loops;
    body->trace_to = lane->trace - trace + lane->trace_count;
  } else {
    take_back(lane);
    refuse(lane);
  }
}

/* A lane has come to its stop: on with the body, or to the next one. A lane that gets none has no body. */
static __attribute__((noinline)) void arrive(Lane *lane) {
  if (lane->body) {
    if (lane->at < lane->end && read_noted(lane)) {
      lane->stop = stretch(lane->at, lane->end);
      return;
    }
    finish(lane);
  }
  while (take_body(lane)) {
    if (read_locals(lane)) {
      lane->at = lane->first;
      lane->stop = stretch(lane->at, lane->end);
      lane->began = steps;
      return;
    }
    refuse(lane);
  }
  lane->body = 0;
}

/* What changes with each step stands in variables of the loop that takes the steps. */
#define ENTER(k, entered)                    \
  Lane *const lane##k = (entered);           \
  const u8 *at##k = lane##k->at;             \
  const u8 *stop##k = lane##k->stop;         \
  const u8 **noted##k = lane##k->next_noted;

#define LEAVE(k)            \
  lane##k->at = at##k;      \
  lane##k->next_noted = noted##k;

#define STEP(k)                              \
  {                                          \
    LOOK_UP(lane##k, at##k, 1)               \
    *noted##k = at##k;                       \
    noted##k += entry >> 7;                  \
    PASS(lane##k, at##k, 1)                  \
    if (UNLIKELY(at##k >= stop##k)) {        \
      LEAVE(k)                               \
      arrive(lane##k);                       \
      resting |= lane##k->body == 0;         \
      at##k = lane##k->at;                   \
      stop##k = lane##k->stop;               \
      noted##k = lane##k->next_noted;        \
    }                                        \
  }

/* Some steps of all lanes. 0 when one of them rests. */
static __attribute__((noinline)) u32 run(void) {
  u32 resting = 0;
  ENTER(0, &lanes[0])
  ENTER(1, &lanes[1])
  ENTER(2, &lanes[2])
  for (u32 i = 0; i < STEPS && !resting; i++) {
    steps++;
    STEP(0)
    STEP(1)
    STEP(2)
  }
  LEAVE(0)
  LEAVE(1)
  LEAVE(2)
  return !resting;
}

/* Some steps of one lane alone. */
static __attribute__((noinline)) void run_alone(Lane *lane) {
  u32 resting = 0;
  ENTER(0, lane)
  for (u32 i = 0; i < STEPS && !resting; i++) {
    steps++;
    STEP(0)
  }
  LEAVE(0)
}

/*
 * Walks bodies of the input, sizes included, that stand whole between `from` and `to`, at most `count`. Returns how many
 * it took; those it refused are marked.
 */
EXPORT(walk) u32 walk(u32 from, u32 to, u32 count) {
  next = &__heap_base + from;
  limit = &__heap_base + to;
  begun = 0;
  forget_wide_constants();
  wanted = count < MAX_BODIES ? count : MAX_BODIES;
  u32 resting = 0;
  for (u32 k = 0; k < LANES; k++) {
    Lane *lane = &lanes[k];
    lane->trace = trace + k * TRACE_ROOM;
    lane->trace_count = 0;
    lane->body = 0;
    arrive(lane);
    if (lane->body == 0) resting = 1;
  }
  while (!resting) resting = !run();
  for (u32 k = 0; k < LANES; k++) lanes[k].began = steps - lanes[k].began;
  for (u32 k = 0; k < LANES; k++) {
    Lane *lane = &lanes[k];
    lane->began = steps - lane->began;
    while (lane->body) run_alone(lane);
  }
  return begun;
}
