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

  it('lets every exported function reach every import that can be called, and no import of mere types', async () => {
    const facts = await factsOf(`(component
      (import "types" (instance (type (record (field "a" u8)))))
      (import "log" (func $log))
      (export "run" (func $log)))`);
    expect(facts.reachability.classes).toEqual([{ roots: ['run'], imports: [1], direct: [] }]);
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
