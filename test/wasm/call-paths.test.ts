import fc from 'fast-check';
import wabtFactory from 'wabt';
import { describe, expect, it } from 'vitest';
import type { CallGraph } from '#wasm/call-graph';
import { shortestPaths } from '#wasm/call-paths';
import { decodeFacts } from '#wasm/facts';

const wabt = await wabtFactory();

function pathsOf(text: string): Record<string, string> {
  const module = wabt.parseWat('test.wat', text, { tail_call: true, function_references: true });
  const facts = decodeFacts(Uint8Array.from(module.toBinary({ write_debug_names: true }).buffer));
  module.destroy();
  return Object.fromEntries(
    (facts.reachability.paths ?? []).map((path) => {
      const steps = path.steps.map((step) => `${step.by} ${step.name ?? `#${step.function}`}`);
      return [`${path.root} ${facts.imports[path.import]?.name}`, [...steps, path.by].join(', ')];
    }),
  );
}

const IMPORTS = '(import "h" "a" (func $a)) (import "h" "b" (func $b (param i32)))';

describe('a call path', () => {
  it('names the functions between an export and an import', () => {
    expect(
      pathsOf(
        `(module ${IMPORTS} (func $leaf call $a) (func $middle call $leaf) (func $run (export "r") call $middle))`,
      ),
    ).toEqual({ 'r a': 'root $run, call $middle, call $leaf, call'.replaceAll('$', '') });
  });

  it('is the shortest, from whichever export is nearest', () => {
    expect(
      pathsOf(`(module ${IMPORTS} (func $leaf call $a) (func $middle call $leaf)
        (func (export "far") call $middle) (func (export "near") call $leaf))`),
    ).toEqual({ 'near a': 'root #5, call leaf, call' });
  });

  it('goes over direct calls rather than a table at the same length', () => {
    const text = (first: string, second: string) => `(module ${IMPORTS} (table 1 1 funcref) (elem (i32.const 0) $x)
      (func $x call $a) (func $y call $a) (func (export "f") ${first} ${second}))`;
    const table = 'i32.const 0 call_indirect';
    for (const order of [text('call $y', table), text(table, 'call $y')]) {
      expect(pathsOf(order)).toEqual({ 'f a': 'root #4, call y, call' });
    }
  });

  it('says where a call went through a table, and whether the import itself did', () => {
    expect(
      pathsOf(`(module ${IMPORTS} (table 2 2 funcref) (elem (i32.const 0) $x $b) (func $x call $a)
        (func (export "f") i32.const 0 call_indirect i32.const 1 i32.const 1 call_indirect (param i32)))`),
    ).toEqual({ 'f a': 'root #3, table x, call', 'f b': 'root #3, table' });
  });

  it('begins at an export, though something handed out is nearer', () => {
    expect(
      pathsOf(`(module ${IMPORTS} (table (export "t") 1 1 funcref) (elem (i32.const 0) $x) (func $x call $a)
        (func $y call $x) (func (export "f") call $y))`),
    ).toEqual({ 'f a': 'root #4, call y, call x, call' });
  });

  it('begins at the table that is handed out where no export leads there', () => {
    expect(
      pathsOf(`(module ${IMPORTS} (table (export "t") 1 1 funcref) (elem (i32.const 0) $x) (func $x call $a))`),
    ).toEqual({ '(table t) a': 'table x, call' });
  });

  it('of the start section stands beside that of an export, over direct calls where there are some', () => {
    expect(
      pathsOf(`(module ${IMPORTS} (table 1 1 funcref) (elem (i32.const 0) $a) (func $x call $y) (func $y call $a)
        (func $s call $x i32.const 0 call_indirect) (func (export "f") call $a) (start $s))`),
    ).toEqual({ 'f a': 'root #5, call', '(start) a': 'root s, call x, call y, call' });
  });

  it('is just the import where an export is the import itself', () => {
    expect(pathsOf(`(module ${IMPORTS} (export "again" (func $a)))`)).toEqual({ 'again a': 'root' });
  });

  it('keeps both ends of a long chain and says how much is left out', () => {
    const chain = Array.from(
      { length: 40 },
      (_, index) => `(func $c${index} call ${index === 0 ? '$a' : `$c${index - 1}`})`,
    );
    const module = wabt.parseWat('t.wat', `(module ${IMPORTS} ${chain.join(' ')} (export "f" (func $c39)))`);
    const facts = decodeFacts(Uint8Array.from(module.toBinary({ write_debug_names: true }).buffer));
    const [path] = facts.reachability.paths ?? [];
    expect(path?.omitted).toBe(24);
    expect(path?.steps.map(({ name }) => name)).toEqual(
      [39, 38, 37, 36, 35, 34, 33, 32, 7, 6, 5, 4, 3, 2, 1, 0].map((index) => `c${index}`),
    );
  });
});

/** Functions below `IMPORTED` are imports, those from `FUNCTIONS` on are ways to leave through a table. */
const [IMPORTED, FUNCTIONS, NODES] = [3, 10, 13];

const graphs = fc
  .record({
    calls: fc.array(fc.tuple(fc.nat(FUNCTIONS - IMPORTED - 1), fc.nat(NODES - 1)), { maxLength: 25 }),
    members: fc.array(fc.tuple(fc.nat(NODES - FUNCTIONS - 1), fc.nat(FUNCTIONS - 1)), { maxLength: 12 }),
    roots: fc.array(fc.nat(FUNCTIONS - 1), { minLength: 1, maxLength: 3 }),
  })
  .map(({ calls, members, roots }): CallGraph => {
    const lists = Array.from({ length: NODES }, (): number[] => []);
    for (const [from, to] of calls) lists[from + IMPORTED]?.push(to);
    for (const [from, to] of members) lists[from + FUNCTIONS]?.push(to);
    const starts = new Uint32Array(NODES + 1);
    for (const [node, list] of lists.entries()) starts[node + 1] = (starts[node] ?? 0) + list.length;
    return {
      functions: FUNCTIONS,
      importedFunctions: IMPORTED,
      nodes: NODES,
      starts,
      targets: Uint32Array.from(lists.flat()),
      siteNodes: [],
      isOpen: () => false,
      isReference: () => false,
      roots: { names: roots.map((_, index) => `r${index}`), nodes: roots },
      openReasons: [],
    };
  });

const successors = (graph: CallGraph, node: number) => [
  ...graph.targets.subarray(graph.starts[node], graph.starts[node + 1]),
];

/** Calls and, among those, calls through tables to every function, by relaxing until nothing changes. */
function costs(graph: CallGraph): Map<number, number> {
  const best = new Map(graph.roots.nodes.map((node) => [node, 0]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [node, cost] of [...best]) {
      const offers = successors(graph, node).flatMap((next) =>
        next < FUNCTIONS
          ? [[next, cost + 1000] as const]
          : successors(graph, next).map((member) => [member, cost + 1001] as const),
      );
      for (const [next, offered] of offers) {
        if (offered >= (best.get(next) ?? Infinity)) continue;
        best.set(next, offered);
        changed = true;
      }
    }
  }
  return best;
}

it('is found in the time of one look at each edge, however many names a table is handed out under', () => {
  const functions = 50_000;
  const starts = new Uint32Array(functions + 2);
  for (let node = 1; node < functions; node++) starts[node + 1] = node;
  starts[functions + 1] = 2 * (functions - 1);
  // Every function calls the import; the table holds every function.
  const targets = Uint32Array.from({ length: 2 * (functions - 1) }, (_, at) =>
    at < functions - 1 ? 0 : at - functions + 2,
  );
  let looks = 0;
  const counted = new Proxy(targets, {
    get: (array, key) => {
      looks++;
      return array[Number(key)];
    },
  });
  const graph: CallGraph = {
    functions,
    importedFunctions: 1,
    nodes: functions + 1,
    starts,
    targets: counted,
    siteNodes: [],
    isOpen: () => false,
    isReference: () => false,
    roots: {
      names: Array.from({ length: functions }, (_, index) => `(table t${index})`),
      nodes: Array.from({ length: functions }, () => functions),
    },
    openReasons: [],
  };
  expect(shortestPaths(graph)).toEqual([
    { root: 0, target: 0, steps: [{ node: 1, by: 'table' }], omitted: 0, by: 'call' },
  ]);
  expect(looks).toBeLessThanOrEqual(targets.length);
});

it('is one of the graph and no other is shorter, or as short with fewer calls through tables', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const best = costs(graph);
      const paths = shortestPaths(graph);
      expect(paths.map(({ target }) => target)).toEqual([0, 1, 2].filter((target) => best.has(target)));
      for (const { root, steps, target, by } of paths) {
        const nodes = [...steps, { node: target, by }];
        expect(nodes[0]).toEqual({ node: graph.roots.nodes[root], by: 'root' });
        for (const [index, step] of nodes.slice(1).entries()) {
          const next = successors(graph, nodes[index]?.node ?? 0);
          const ways =
            step.by === 'call'
              ? next
              : next.filter((node) => node >= FUNCTIONS).flatMap((node) => successors(graph, node));
          expect(ways).toContain(step.node);
        }
        const tables = nodes.filter((step) => step.by === 'table').length;
        expect(1000 * (nodes.length - 1) + tables).toBe(best.get(target));
      }
    }),
    { numRuns: 2000 },
  );
});
