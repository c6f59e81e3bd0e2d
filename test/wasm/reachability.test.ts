import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import wabtFactory from 'wabt';
import { describe, expect, it } from 'vitest';
import { buildCallGraph, type CallGraph } from '#wasm/call-graph';
import { decodeCoreModule } from '#wasm/core-module';
import { decodeFacts } from '#wasm/facts';
import { reachabilityOf } from '#wasm/reachability';
import { CORPUS, corpusName, readCorpus } from '../corpus.ts';

const wabt = await wabtFactory();

function reachedBy(text: string): Record<string, string[]> {
  const module = wabt.parseWat('test.wat', text, { tail_call: true, function_references: true });
  const reached = reachedIn(Uint8Array.from(module.toBinary({}).buffer));
  module.destroy();
  return reached;
}

function reachedIn(bytes: Uint8Array): Record<string, string[]> {
  const facts = decodeFacts(bytes);
  const reached: Record<string, string[]> = {};
  for (const { roots, imports } of facts.reachability.classes) {
    for (const root of roots) reached[root] = imports.map((index) => facts.imports[index]?.name ?? '');
  }
  return reached;
}

const IMPORTS = '(import "h" "a" (func $a)) (import "h" "b" (func $b (param i32)))';

describe('reachability', () => {
  it('follows direct calls over several functions', () => {
    expect(
      reachedBy(`(module ${IMPORTS}
        (func $leaf call $a) (func $middle call $leaf)
        (func (export "far") call $middle) (func (export "none")))`),
    ).toEqual({ far: ['a'], none: [] });
  });

  it('follows tail calls', () => {
    expect(reachedBy(`(module ${IMPORTS} (func (export "f") return_call $a))`)).toEqual({ f: ['a'] });
  });

  it('follows indirect calls to what the table holds and the type admits', () => {
    expect(
      reachedBy(`(module ${IMPORTS} (type $void (func)) (table 2 2 funcref) (elem (i32.const 0) $a $b)
        (func (export "f") i32.const 0 call_indirect (type $void)))`),
    ).toEqual({ f: ['a'] });
  });

  it('does not take what only lies in a table for called', () => {
    expect(reachedBy(`(module ${IMPORTS} (table 1 1 funcref) (elem (i32.const 0) $a) (func (export "f")))`)).toEqual({
      f: [],
    });
  });

  it('follows what is copied from table to table, in whatever order the copies stand', () => {
    const bytes = wabt.parseWat(
      'test.wat',
      `(module ${IMPORTS} (type $void (func)) (import "h" "t" (table $shared 1 funcref))
        (table $between 1 1 funcref) (table $own 1 1 funcref) (table $apart 1 1 funcref)
        (func (export "last") i32.const 0 i32.const 0 i32.const 1 table.copy $own $between)
        (func (export "first") i32.const 0 i32.const 0 i32.const 1 table.copy $between $shared)
        (func (export "open") i32.const 0 call_indirect $own (type $void))
        (func (export "closed") i32.const 0 call_indirect $apart (type $void)))`,
    );
    const { classes } = decodeFacts(Uint8Array.from(bytes.toBinary({}).buffer)).reachability;
    bytes.destroy();
    expect(classes.flatMap(({ roots, open }) => (open === true ? roots : []))).toEqual(['open']);
  });

  it('ends in recursion', () => {
    expect(
      reachedBy(`(module ${IMPORTS} (func $x call $y) (func $y call $x call $a) (func (export "f") call $x))`),
    ).toEqual({ f: ['a'] });
  });

  it('names the start function as a root', () => {
    expect(reachedBy(`(module ${IMPORTS} (func $s call $a) (start $s))`)).toEqual({ '(start)': ['a'] });
  });

  it('counts an export of an import itself', () => {
    expect(reachedBy(`(module ${IMPORTS} (export "again" (func $a)))`)).toEqual({ again: ['a'] });
  });
});

/** Function imports that a plain search from one node finds. */
function searched({ starts, targets, importedFunctions, nodes }: CallGraph, root: number): number[] {
  const seen = new Uint8Array(nodes);
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen[node] === 1) continue;
    seen[node] = 1;
    for (let at = starts[node] ?? 0; at < (starts[node + 1] ?? 0); at += 1) pending.push(targets[at] ?? 0);
  }
  return [...seen.subarray(0, importedFunctions).keys()].filter((index) => seen[index] === 1);
}

describe('reachability of a published module is what a plain search from each export finds', () => {
  it.each(CORPUS.map((module) => [corpusName(module), module]))('in %s', (_name, file) => {
    const module = decodeCoreModule(readCorpus(file));
    const graph = buildCallGraph(module);
    const { classes } = reachabilityOf(graph, module.functionImports, module.end - module.start);
    // Names repeat only between an export and a set of functions, which carry different signs.
    const imports = new Map(classes.flatMap((group) => group.roots.map((root) => [root, group.imports])));
    // A hundred roots at equal distances stand for the tens of thousands that some modules have.
    const step = Math.ceil(graph.roots.nodes.length / 100);
    for (let index = 0; index < graph.roots.nodes.length; index += step) {
      const { [index]: name = '' } = graph.roots.names;
      const { [index]: node = 0 } = graph.roots.nodes;
      expect(imports.get(name)).toEqual(searched(graph, node).map((found) => module.functionImports[found]));
    }
  });
});

describe('a call by a type', () => {
  const TYPES = `(type $top (sub (func))) (type $middle (sub $top (func))) (type $low (sub $middle (func)))
    (import "h" "a" (func $a)) (import "h" "b" (func $b)) (import "h" "c" (func $c))
    (func $top (type $top) call $a) (func $middle (type $middle) call $b) (func $low (type $low) call $c)`;
  const call = (name: string, type: string, table = '$t') =>
    `(func (export "${name}") (call_indirect ${table} (type ${type}) (i32.const 0)))`;
  const reachedOf = async (text: string) => reachedIn(await parse(`(module ${TYPES} ${text})`));

  it('reaches functions of its subtypes, however far down, and none of its supertypes', async () => {
    const table = '(table $t funcref (elem $top $middle $low))';
    const calls = [call('top', '$top'), call('middle', '$middle'), call('low', '$low')].join(' ');
    expect(await reachedOf(`${table} ${calls}`)).toEqual({ top: ['a', 'b', 'c'], middle: ['b', 'c'], low: ['c'] });
  });

  it('reaches them where nothing calls by the types between', async () => {
    expect(await reachedOf(`(table $t funcref (elem $top $low)) ${call('top', '$top')}`)).toEqual({ top: ['a', 'c'] });
  });

  it('reaches what lies in the table that it names, not what lies in others', async () => {
    const tables = '(table $t funcref (elem $top)) (table $u funcref (elem $low $low $middle))';
    expect(await reachedOf(`${tables} ${call('t', '$top')} ${call('u', '$top', '$u')}`)).toEqual({
      t: ['a'],
      u: ['b', 'c'],
    });
  });

  it('stays open to the outside through an exported table, and keeps what is inside', async () => {
    const tables = '(table $t funcref (elem $low)) (export "t" (table $t)) (table $u funcref (elem $middle))';
    const bytes = await parse(`(module ${TYPES} ${tables} ${call('open', '$top')} ${call('closed', '$middle', '$u')})`);
    const { classes } = decodeFacts(bytes).reachability;
    const ofRoot = (root: string) => classes.find(({ roots }) => roots.includes(root));
    expect(ofRoot('open')).toMatchObject({ open: true });
    expect(ofRoot('closed')).not.toHaveProperty('open');
    expect(reachedIn(bytes)).toMatchObject({ open: ['b', 'c'], closed: ['b'], '(table t)': ['c'] });
  });
});

describe('a table under many names', () => {
  it('is a root under each', () => {
    const exports = ['x', 'y'].map((name) => `(export "${name}" (table 0))`).join(' ');
    expect(reachedBy(`(module ${IMPORTS} (table 1 1 funcref) (elem (i32.const 0) $a) ${exports})`)).toEqual({
      '(table x)': ['a'],
      '(table y)': ['a'],
    });
  });
});

describe('types that are written differently', () => {
  const section = (id: number, ...body: number[]) => [id, body.length, ...body];
  /** `f` calls through a table at the second type; the table holds an import of the first. */
  const moduleWith = (first: number[], second: number[], call: number[]) =>
    Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, 3, ...first, ...second, 0x60, 0, 0),
      ...section(2, 1, 1, 0x68, 1, 0x61, 0, 0),
      ...section(3, 1, 2),
      ...section(4, 1, 0x70, 0, 1),
      ...section(7, 1, 1, 0x66, 0, 1),
      ...section(9, 1, 0, 0x41, 0, 0x0b, 1, 0),
      ...section(10, 1, call.length + 2, 0, ...call, 0x0b),
    ]);

  it.each([
    ['a padded count of parameters', [0x60, 0x80, 0, 0], [0x60, 0, 0], [0x41, 0, 0x11, 1, 0]],
    ['a padded count of results', [0x60, 0, 0], [0x60, 0, 0x80, 0x80, 0], [0x41, 0, 0x11, 1, 0]],
    ['a reference in its long form', [0x60, 1, 0x63, 0x6f, 0], [0x60, 1, 0x6f, 0], [0xd0, 0x6f, 0x41, 0, 0x11, 1, 0]],
    ['a subtype declaration without supertypes', [0x4f, 0, 0x60, 0, 0], [0x60, 0, 0], [0x41, 0, 0x11, 1, 0]],
  ])('are one type all the same: %s', (_name, first, second, call) => {
    const bytes = moduleWith(first, second, call);
    let called = 0;
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { h: { a: () => called++ } }).exports;
    if (typeof f !== 'function') throw new Error('no export');
    f();
    expect(called).toBe(1);
    const { reachability, imports } = decodeFacts(bytes);
    expect(reachability.classes.map((group) => group.imports.map((index) => imports[index]?.name))).toEqual([['a']]);
  });
});

describe('a table entry that a global holds', () => {
  const factsOf = async (text: string) => decodeFacts(await parse(text));

  it('is any function whose reference is taken', async () => {
    const { reachability } = await factsOf(`(module (import "h" "a" (func $a)) (global $g funcref (ref.func $a))
      (table 1 1 funcref) (elem (i32.const 0) funcref (global.get $g))
      (func (export "f") i32.const 0 call_indirect))`);
    expect(reachability.classes).toMatchObject([{ roots: ['f'], imports: [0] }]);
  });

  it.each(['(table 1 1 funcref) (elem (i32.const 0) funcref (global.get $g))', '(table 1 1 funcref (global.get $g))'])(
    'comes from outside where the global does: %s',
    async (table) => {
      const { reachability } = await factsOf(`(module (import "h" "g" (global $g funcref)) ${table}
        (func (export "f") i32.const 0 call_indirect))`);
      expect(reachability.open).toBe(true);
      expect(reachability.classes.find(({ roots }) => roots.includes('f'))?.open).toBe(true);
    },
  );
});

it.each([
  ['imported', '(import "h" "t" (table 1 funcref))'],
  ['exported', '(table (export "t") 1 1 funcref)'],
])('what is read from a table that is %s may come from outside', async (_name, table) => {
  const { reachability } = decodeFacts(
    await parse(`(module ${table} (table $own 1 1 funcref) (func (export "f")
      i32.const 0 i32.const 0 table.get 0 table.set $own i32.const 0 call_indirect $own))`),
  );
  expect(reachability.openReasons.join()).toMatch(/^the table .* is read$/);
  expect(reachability.classes.find(({ roots }) => roots.includes('f'))?.open).toBe(true);
});

it.each([
  ['that stand in it', '(elem $t (i32.const 0) $give)', ''],
  ['that code calls through it', '', '(drop (call_indirect $t (type $gives) (i32.const 0)))'],
])('functions %s give references away, and with them a way in', async (_name, element, call) => {
  const { reachability, imports } = decodeFacts(
    await parse(`(module (type $gives (func (result funcref))) (import "h" "a" (func $a)) (table $t (export "t") 1 1 funcref)
      ${element} (elem declare func $a) (func $give (type $gives) ref.func $a) (func (export "f") ${call}))`),
  );
  const handedOut = reachability.classes.find(({ roots }) => roots.includes('(references)'));
  expect(handedOut?.imports.map((index) => imports[index]?.name)).toEqual(['a']);
});

it('what is read from a shared table of external references is no function', async () => {
  const { reachability } = decodeFacts(
    await parse(`(module (table (export "t") 1 1 externref) (func (export "f") i32.const 0 table.get 0 drop))`),
  );
  expect(reachability.open).toBe(false);
});

it('a structure that leaves as an external reference hands out the functions in it', async () => {
  const types = '(type $f (func)) (type $s (struct (field (ref $f))))';
  const giver = await parse(`(module ${types} (import "h" "a" (func $a (type $f))) (elem declare func $a)
    (func (export "give") (result externref) (extern.convert_any (struct.new $s (ref.func $a)))))`);
  const taker = await parse(`(module ${types} (func (export "take") (param externref)
    (call_ref $f (struct.get $s 0 (ref.cast (ref $s) (any.convert_extern (local.get 0)))))))`);
  let called = 0;
  const { give } = new WebAssembly.Instance(new WebAssembly.Module(giver), { h: { a: () => called++ } }).exports;
  const { take } = new WebAssembly.Instance(new WebAssembly.Module(taker), {}).exports;
  if (typeof give !== 'function' || typeof take !== 'function') throw new Error('no export');
  take(give());
  expect(called).toBe(1);
  expect(reachedIn(giver)).toEqual({ give: [], '(references)': ['a'] });
});
