import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { decodeFacts } from '#wasm/facts';

const factsOf = async (text: string) => decodeFacts(await parse(text));

describe('a component', () => {
  it('names its imports and exports whole, version included, with their types', async () => {
    const facts = await factsOf(`(component
      (import "wasi:io/streams@0.2.0" (instance $streams (export "flush" (func (param "to" u32) (result bool)))))
      (alias export $streams "flush" (func $flush))
      (export "acme:plugin/run@1.2.3" (func $flush)))`);
    expect(facts.kind).toBe('component');
    expect(facts.imports.map(({ module, name, type }) => ({ module, name, type }))).toEqual([
      {
        module: '',
        name: 'wasi:io/streams@0.2.0',
        type: { kind: 'instance', text: 'instance { flush: func(to: u32) -> bool }' },
      },
    ]);
    expect(facts.exports.map(({ name, type }) => ({ name, type }))).toEqual([
      { name: 'acme:plugin/run@1.2.3', type: { kind: 'component-func', text: 'func(to: u32) -> bool' } },
    ]);
  });

  it('spells compound types the way WIT does', async () => {
    const facts = await factsOf(`(component
      (type $list (list string)) (type $maybe (option u8)) (type $answer (result $list (error $maybe)))
      (type $pair (tuple u8 $list))
      (import "f" (func (param "x" $answer) (result $pair))))`);
    expect(facts.imports[0]?.type).toEqual({
      kind: 'component-func',
      text: 'func(x: result<list<string>, option<u8>>) -> tuple<u8, list<string>>',
    });
  });

  it('has the counts, memories and segments of the core modules inside, at any depth', async () => {
    const facts = await factsOf(`(component
      (core module (memory 3) (data (i32.const 8) "abc") (func nop))
      (component (core module (memory 5) (func) (func call 0))))`);
    expect(facts.nested.map(({ kind, depth }) => `${kind} ${depth}`)).toEqual(['module 1', 'component 1', 'module 2']);
    expect(facts.counts).toMatchObject({ functions: 3, operators: 5, directCalls: 1 });
    expect(facts.memories.map(({ min }) => min)).toEqual([3, 5]);
    expect(facts.data).toMatchObject([{ at: 8, size: 3 }]);
  });

  it('lets an import that is exported again reach itself, and nothing reach an import of mere types', async () => {
    const facts = await factsOf(`(component
      (import "types" (instance (type (record (field "a" u8)))))
      (import "log" (func $log))
      (export "run" (func $log)))`);
    expect(facts.reachability.classes).toEqual([{ roots: ['run'], imports: [1], direct: [1] }]);
  });

  it('may not be nested without end', async () => {
    const depth = 40;
    const text = `(component ${'(component '.repeat(depth)}${')'.repeat(depth)})`;
    await expect(factsOf(text)).rejects.toMatchObject({ code: 'MODULE_LIMIT' });
  });

  it.each([
    ['a section id', [9 + 8], 'MODULE_MALFORMED'],
    ['its version', [], 'NOT_WEBASSEMBLY'],
  ])('is refused for %s that is not known', async (_name, sections, code) => {
    const preamble =
      sections.length === 0 ? [0, 0x61, 0x73, 0x6d, 0x0e, 0, 1, 0] : [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0];
    expect(() => decodeFacts(Uint8Array.from([...preamble, ...sections, 0]))).toThrow(
      expect.objectContaining({ code, offset: expect.any(Number) }),
    );
  });
});

describe('every construct that wasm-tools writes is understood', () => {
  it.each([
    ['(type (variant (case "a") (case "b" u8))) (type (flags "x" "y")) (type (enum "q")) (type (result))'],
    ['(type (tuple u8 s64 f32 f64 char bool string)) (type (list u8 4)) (type (map string u8))'],
    ['(type (future)) (type (stream u8)) (import "f" (func async (param "x" u8)))'],
    ['(type $r (resource (rep i32))) (core func (canon resource.new $r)) (core func (canon resource.drop $r))'],
    ['(import "r" (type $r (sub resource))) (import "[method]r.m" (func (param "self" (borrow $r))))'],
    ['(core func (canon task.cancel)) (core func (canon context.get i32 0)) (core func (canon waitable-set.new))'],
    ['(core func (canon backpressure.inc)) (core func (canon thread.yield)) (core func (canon thread.index))'],
    ['(type $s (stream u8)) (core func (canon stream.cancel-read $s)) (core func (canon stream.drop-readable $s))'],
    ['(type $f (future u8)) (core func (canon future.new $f)) (core func (canon task.return (result u32)))'],
    ['(component $c (import "a" (func))) (import "a" (func $a)) (instance (instantiate $c (with "a" (func $a))))'],
    ['(type (component (import "x" (func)) (export "y" (instance (export "z" (func))))))'],
    ['(core type (module (import "a" "b" (func)) (export "m" (memory 1)))) (core type (func (param i32)))'],
    ['(core rec (type (func)) (type (struct))) (core type (sub (struct))) (core type (struct (field i32)))'],
    ['(import "m" (core module (export "f" (func))))'],
    ['(type $t u8) (component (alias outer 1 0 (type $u)) (export "u" (type $u)))'],
    [
      '(import "a:b/c@1.0.0" (instance)) (import "unlocked-dep=<a:b>" (component)) (import "url=<https://x.y>" (component))',
    ],
  ])('%s', async (text) => {
    expect((await factsOf(`(component ${text})`)).oddities).toEqual([]);
  });
});
