/*
 * The instruction walk in parts. walk.c finds where each instruction begins, in several bodies side by side; length.c
 * knows how long an instruction is; meaning.c reads the instructions that say more than that they are there; settle.c
 * adds up what they said. Together they do what InstructionWalk (function-body.ts) does for the bodies that compilers
 * write; the others are refused, counted nowhere, and left to it. Constants named SHAPE_…, TRACE_…, EXTENDED_…, LIMIT_…
 * and the numbering of operators come from the TypeScript tables, as definitions on the compiler's command line.
 */
#pragma once
#include "kernel.h"

/*
 * Where an instruction begins is known only when the one before it has been measured. Three such chains beside each
 * other keep a processor busy; a fourth has no registers left.
 */
#define LANES 3
#define MAX_BODIES 16384
#define MAX_DEPTH 32768
/* Bytes of a body after which its noted instructions are read, so that their list stays small. */
#define STRETCH 8192
/* Words of trace that one lane has room for. */
#define TRACE_ROOM 262144
/* In `operators` of a body that the walk refused. */
#define REFUSED_BODY 0xffffffffu
/* Where an instruction that the walk refuses ends: behind everything. */
#define REFUSED ((const u8 *)-1)

/* What is said of a body: instruction-kernel.ts reads these words. */
typedef struct {
  u32 offset, size, operators, calls, indirect_calls, loop_depth, locals, trace_from, trace_to;
} Body;

/* The walk over one body. */
typedef struct {
  /* The instruction that comes next, where to stop and read what was noted, where the body ends. */
  const u8 *at, *stop, *end;
  /* The first instruction of the body. */
  const u8 *first;
  /* Where the next noted instruction goes in `noted`. */
  const u8 **next_noted;
  Body *body;
  u32 depth, loops, grown_in_loops, plain_types;
  /* The count of steps when the body began; while the lane rests, the steps that were taken in it. */
  u32 began;
  u32 *trace;
  u32 trace_count;
  u32 histogram[256];
  const u8 *noted[STRETCH + 1];
  u8 blocks[MAX_DEPTH];
} Lane;

extern Body bodies[MAX_BODIES];
extern u32 trace[LANES * TRACE_ROOM];
extern u8 shapes[OPERATORS];
extern u32 histogram[OPERATORS];
extern u32 functions, types, tables, data_count;

/*
 * For each opcode and the six bits that PATTERN takes from the bytes behind it: the length, 0 where length_of() has to
 * look, and NOTED for what read_noted() reads.
 */
extern u8 lengths[256 * 64];
#define NOTED 0x80
#define LENGTH 0x0f

/* The bit 0x40 of the byte behind the opcode, and the bits 0x80 of this and the next four bytes, side by side. */
#define GATHER (1ull << 44 | 1ull << 37 | 1ull << 30 | 1ull << 23 | 1ull << 16)
#define PATTERN(bytes) ((u32)(((bytes) & 0x80808080c000ull) * GATHER >> 58))

void fill_lengths(void);
void forget_wide_constants(void);
const u8 *length_of(const u8 *p, const u8 *end, u32 step);

u32 is_plain_type(u32 byte);
void fill_structure(void);
u32 read_noted(Lane *lane);
