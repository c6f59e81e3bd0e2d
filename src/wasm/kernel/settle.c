/*
 * Takes the bodies that were walked into the facts of the module, in their order: what CodeFacts.add (code-facts.ts)
 * does for bodies whose trace has none of the extended words. The others it leaves to it.
 */
#include "walk.h"

#define SITE 0x80000000u
#define COLUMNS 7

/* By function: its type, the last body that calls it, and whether its reference is taken. */
static u32 *function_types, *callers;
static u8 *referenced;
/* By type: what checking a call of it costs, its operands, and its call sites (plus one) through table 0 and by reference. */
static u32 *weights, *arities, *table_sites, *reference_sites;
static u32 imported, any_referenced;

/* Call sites in the order of their numbers, where this file found them: the type, and the last body that has it. */
static u32 site_count, site_types[LIMIT_callSites], site_users[LIMIT_callSites];
static u8 site_by_reference[LIMIT_callSites];

/* What becomes of the bodies that settle() takes: columns by body, and the edges of one after those of the other. */
static u32 columns[COLUMNS][MAX_BODIES], edge_ends[MAX_BODIES], edges[LANES * TRACE_ROOM];
static u32 stamp;

/* Work and locals of all bodies so far, and the bound on each. */
static double totals[3];

EXPORT(functionTypes) u32 *function_types_address(void) { return function_types; }
EXPORT(weights) u32 *weights_address(void) { return weights; }
EXPORT(arities) u32 *arities_address(void) { return arities; }
EXPORT(referenced) u8 *referenced_address(void) { return referenced; }
EXPORT(anyReferenced) u32 any_referenced_value(void) { return any_referenced; }
EXPORT(columns) u32 *columns_address(void) { return columns[0]; }
EXPORT(edgeEnds) u32 *edge_ends_address(void) { return edge_ends; }
EXPORT(edges) u32 *edges_address(void) { return edges; }
EXPORT(totals) double *totals_address(void) { return totals; }
EXPORT(siteCount) u32 site_count_value(void) { return site_count; }
EXPORT(siteTypes) u32 *site_types_address(void) { return site_types; }
EXPORT(siteByReference) u8 *site_by_reference_address(void) { return site_by_reference; }
EXPORT(maxBodies) u32 max_bodies(void) { return MAX_BODIES; }

/* Bytes from the heap on that a module takes up here. */
EXPORT(settleRoom) u32 settle_room(u32 all_functions, u32 all_types) {
  return (8 * all_functions + all_functions + 16 * all_types + 15) & ~15u;
}

/* Makes ready for another module. The memory has settleRoom() at the heap. */
EXPORT(settleBegin) void settle_begin(u32 all_functions, u32 imported_functions, u32 all_types) {
  u32 *free = (u32 *)&__heap_base;
  function_types = free;
  callers = function_types + all_functions;
  weights = callers + all_functions;
  arities = weights + all_types;
  table_sites = arities + all_types;
  reference_sites = table_sites + all_types;
  referenced = (u8 *)(reference_sites + all_types);
  imported = imported_functions;
  site_count = any_referenced = stamp = 0;
  for (u32 i = 0; i < all_functions; i++) callers[i] = referenced[i] = 0;
  for (u32 i = 0; i < all_types; i++) table_sites[i] = reference_sites[i] = 0;
}

/* A call site that was found elsewhere gets the next number. `table` is -1 for one by reference. */
EXPORT(knowSite) void know_site(u32 type, u32 table) {
  u32 site = site_count++;
  site_users[site] = 0;
  if (table == 0) table_sites[type] = site + 1;
  else if (table == -1u) reference_sites[type] = site + 1;
}

/* The number of a call site; LIMIT_callSites when there are too many. */
static u32 site_of(u32 type, u32 by_reference) {
  u32 *known = by_reference ? &reference_sites[type] : &table_sites[type];
  if (*known == 0) {
    if (site_count == LIMIT_callSites) return LIMIT_callSites;
    site_types[site_count] = type;
    site_by_reference[site_count] = by_reference;
    site_users[site_count] = 0;
    *known = ++site_count;
  }
  return *known - 1;
}

/* Writes the edges of a body to `out` and adds to its work. Returns where they end; 0 when the body is left. */
static u32 *read_trace(const Body *body, u32 *out, u64 *work) {
  stamp++;
  for (u32 at = body->trace_from; at < body->trace_to; at++) {
    u32 word = trace[at], operand = word & 0x0fffffff, site;
    switch (word >> 28) {
      case TRACE_call:
        *work += weights[function_types[operand]];
        if (callers[operand] != stamp) {
          callers[operand] = stamp;
          *out++ = operand;
        }
        break;
      case TRACE_functionReference:
        referenced[operand] = any_referenced = 1;
        break;
      case TRACE_callReference:
      case TRACE_callIndirect:
        *work += weights[operand];
        site = site_of(operand, word >> 28 == TRACE_callReference);
        if (site == LIMIT_callSites) return 0;
        if (site_users[site] != stamp) {
          site_users[site] = stamp;
          *out++ = SITE | site;
        }
        break;
      default:
        return 0;
    }
  }
  return out;
}

/*
 * Takes bodies from `first` on, of `count` that were walked, up to the first one that is left. Body 0 of them is
 * `number` of the module's, byte 0 of the input stands at `origin` of the file, and `edge` edges came before. Returns
 * the body after the last one taken.
 */
EXPORT(settle) u32 settle(u32 first, u32 count, u32 number, u32 origin, u32 edge) {
  u32 *out = edges, body;
  for (body = first; body < count; body++) {
    const Body *it = &bodies[body];
    if (it->operators == REFUSED_BODY) break;
    u64 work = 0;
    u32 *end = read_trace(it, out, &work);
    if (end == 0) break;
    u32 arity = arities[function_types[imported + number + body]];
    if (arity > 1) work += (u64)it->size * arity;
    if (totals[0] + work > totals[2] || totals[1] + it->locals > totals[2]) break;
    totals[0] += work;
    totals[1] += it->locals;
    out = end;
    columns[0][body] = origin + it->offset;
    columns[1][body] = it->size;
    columns[2][body] = it->operators;
    columns[3][body] = it->calls;
    columns[4][body] = it->indirect_calls;
    columns[5][body] = it->loop_depth;
    columns[6][body] = it->locals;
    edge_ends[body] = edge + (out - edges);
  }
  return body;
}
