/*
 * What the nodes of a call graph reach, in time that grows with nodes and edges: strongly connected components
 * (Tarjan, SIAM Journal on Computing 1972) without recursion, then bits spread over their edges from callees to
 * callers. How the graph comes about and what the bits mean is said in call-graph.ts and reachability.ts. The caller
 * vouches that every target and root is below the number of nodes.
 */
#include "kernel.h"

#define NONE (~0u)

static u32 nodes, roots_count;
static u32 *starts, *targets, *roots, *component_of, *order, *bounds, *root_bits;
static u8 *own;
/* Rows that one pass needs and the next uses again. */
static u32 *row_a, *row_b, *row_c, *row_d, *row_e, *link_targets;
static u32 component_count, visited_edges, head_count;

static u32 *take(u8 **at, u32 words) {
  u32 *place = (u32 *)*at;
  *at += 4 * words;
  return place;
}

/* Lays out a graph of that size; returns how many bytes of memory it takes. */
EXPORT(graph) u32 graph(u32 node_count, u32 edge_count, u32 root_count) {
  u8 *at = &__heap_base;
  nodes = node_count;
  roots_count = root_count;
  starts = take(&at, nodes + 1);
  targets = take(&at, edge_count);
  roots = take(&at, root_count);
  root_bits = take(&at, root_count);
  component_of = take(&at, nodes);
  order = take(&at, nodes);
  bounds = take(&at, nodes + 1);
  row_a = take(&at, nodes);
  row_b = take(&at, nodes);
  row_c = take(&at, nodes);
  row_d = take(&at, nodes);
  row_e = take(&at, nodes + 1);
  link_targets = take(&at, edge_count);
  own = at;
  return (u32)(at + nodes);
}

/* Puts nodes in place of sites: the edges stand at the heap, the nodes of the sites behind them. */
EXPORT(resolve) void resolve(u32 count, u32 site) {
  u32 *edges = (u32 *)&__heap_base, *site_nodes = edges + count;
  for (u32 i = 0; i < count; i++)
    if (edges[i] >= site) edges[i] = site_nodes[edges[i] - site];
}

EXPORT(starts) u32 *starts_address(void) { return starts; }
EXPORT(targets) u32 *targets_address(void) { return targets; }
EXPORT(roots) u32 *roots_address(void) { return roots; }
/* Component of each node that a root reaches, else NONE. */
EXPORT(componentOf) u32 *component_of_address(void) { return component_of; }
/* Set for each component that holds what is looked for; cleared by `components`. */
EXPORT(own) u8 *own_address(void) { return own; }
/* A word for each component, to be set before and read after `spread`. */
EXPORT(bits) u32 *bits_address(void) { return row_b; }
/* After `spread`, the word of each root. */
EXPORT(rootBits) u32 *root_bits_address(void) { return root_bits; }
EXPORT(visitedEdges) u32 visited(void) { return visited_edges; }

/* Finds the components that roots reach over targets below `limit`, callees before callers. Returns how many. */
EXPORT(components) u32 components(u32 limit) {
  u32 *numbers = row_a, *low = row_b, *frames = row_c, *cursors = row_d, *pending = row_e;
  u32 pending_count = 0, ordered = 0, number = 0;
  component_count = visited_edges = 0;
  for (u32 node = 0; node < nodes; node++) {
    component_of[node] = numbers[node] = NONE;
    own[node] = 0;
  }
  for (u32 root = 0; root < roots_count; root++) {
    if (numbers[roots[root]] != NONE) continue;
    u32 depth = 1;
    frames[0] = roots[root];
    while (depth > 0) {
      u32 node = frames[depth - 1];
      if (numbers[node] == NONE) {
        numbers[node] = low[node] = number++;
        pending[pending_count++] = node;
        cursors[node] = starts[node];
      }
      u32 cursor = cursors[node], end = starts[node + 1], lowest = low[node], descends = 0;
      while (cursor < end) {
        u32 next = targets[cursor++];
        if (next >= limit) continue;
        visited_edges++;
        u32 seen = numbers[next];
        if (seen == NONE) {
          frames[depth++] = next;
          descends = 1;
          break;
        }
        if (component_of[next] == NONE && seen < lowest) lowest = seen;
      }
      cursors[node] = cursor;
      low[node] = lowest;
      if (descends) continue;
      if (lowest == numbers[node]) {
        bounds[component_count] = ordered;
        for (;;) {
          u32 member = pending[--pending_count];
          component_of[member] = component_count;
          order[ordered++] = member;
          if (member == node) break;
        }
        component_count++;
      }
      depth--;
      if (depth > 0 && lowest < low[frames[depth - 1]]) low[frames[depth - 1]] = lowest;
    }
  }
  bounds[component_count] = ordered;
  return component_count;
}

/*
 * Keeps the edges between the components that matter: those of their own account (`own`), or that lead to more than
 * one of these. What leads to a single one is stood for by it, what leads to none by nothing, which takes most of a
 * program away before bits are spread.
 */
EXPORT(link) void link(u32 limit) {
  u32 *stand_ins = row_a, *heads = row_c, *stamps = row_d, *link_starts = row_e;
  u32 edges = 0;
  head_count = 0;
  link_starts[0] = 0;
  for (u32 component = 0; component < component_count; component++) stamps[component] = NONE;
  for (u32 component = 0; component < component_count; component++) {
    u32 first = edges;
    for (u32 at = bounds[component]; at < bounds[component + 1]; at++) {
      u32 end = starts[order[at] + 1];
      for (u32 cursor = starts[order[at]]; cursor < end; cursor++) {
        if (targets[cursor] >= limit) continue;
        u32 to = component_of[targets[cursor]];
        if (to == component) continue;
        u32 target = stand_ins[to];
        if (target == NONE || stamps[target] == component) continue;
        stamps[target] = component;
        link_targets[edges++] = target;
      }
    }
    if (edges == first && !own[component]) stand_ins[component] = NONE;
    else if (edges == first + 1 && !own[component]) stand_ins[component] = link_targets[--edges];
    else {
      stand_ins[component] = component;
      if (edges > first) {
        heads[head_count++] = component;
        link_starts[head_count] = edges;
      }
    }
  }
}

/* Clears the word of every component. */
EXPORT(clear) void clear_bits(void) {
  for (u32 component = 0; component < component_count; component++) row_b[component] = 0;
}

/* Gives every head the bits of those it leads to, which come before it, and every root those of what stands for it. */
EXPORT(spread) void spread(void) {
  u32 *stand_ins = row_a, *bits = row_b, *heads = row_c, *link_starts = row_e;
  for (u32 index = 0; index < head_count; index++) {
    u32 word = bits[heads[index]];
    for (u32 at = link_starts[index]; at < link_starts[index + 1]; at++) word |= bits[link_targets[at]];
    bits[heads[index]] = word;
  }
  for (u32 root = 0; root < roots_count; root++) {
    u32 stand_in = stand_ins[component_of[roots[root]]];
    root_bits[root] = stand_in == NONE ? 0 : bits[stand_in];
  }
}
