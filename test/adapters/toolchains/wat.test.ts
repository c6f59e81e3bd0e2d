import { describe, expect, it } from 'vitest';
import wabtPackage from 'wabt/package.json' with { type: 'json' };
import { wat } from '#adapters/toolchains/wat';
import { compile, hasNames } from './compile.ts';

describe('wat', () => {
  it('states the version of the wabt it brings along', async () => {
    expect(await wat.detect('.')).toMatchObject({ version: `wabt ${wabtPackage.version}` });
  });

  it('leaves names out unless asked', async () => {
    const sources = { 'a.wat': '(module (func $named (export "f")))' };
    expect(hasNames((await compile(wat, sources)).bytes)).toBe(false);
    expect(hasNames((await compile(wat, sources, { optimize: 'debug' })).bytes)).toBe(true);
    expect(hasNames((await compile(wat, sources, { options: { names: true } })).bytes)).toBe(true);
  });

  it('enables a proposal when asked', async () => {
    const sources = { 'a.wat': '(module (memory 1 1 shared))' };
    await expect(compile(wat, sources)).rejects.toMatchObject({ code: 'COMPILE_FAILED' });
    expect((await compile(wat, sources, { options: { features: ['threads'] } })).bytes.length).toBeGreaterThan(8);
  });

  it.each([
    ['(module (memory 1 1 shared))', 'threads'],
    ['(module (memory 1) (memory 1))', 'multi-memory'],
    ['(module (func return_call 0))', 'tail-call'],
    ['(module (tag $e))', 'exceptions'],
  ])('says how a proposal is asked for: %s', async (text, feature) => {
    const asks = { code: 'COMPILE_FAILED', hint: expect.stringContaining('options: { features: [') };
    await expect(compile(wat, { 'a.wat': text })).rejects.toMatchObject(asks);
    expect((await compile(wat, { 'a.wat': text }, { options: { features: [feature] } })).bytes).toBeDefined();
    await expect(compile(wat, { 'a.wat': '(module (func nonsense))' })).rejects.not.toMatchObject(asks);
  });

  it.each([
    ['a syntax error', '(module\n  (func (i32.foo)))', 2, 'i32.foo'],
    ['a type error', '(module (func (result i32)\n  (i64.const 1)))', 2, 'expected [i32] but got [i64]'],
    ['an unknown name', '(module\n\n  (func (call $nobody)))', 3, '$nobody'],
  ])('names file and line of %s', async (_what, text, line, message) => {
    await expect(compile(wat, { 'src/a.wat': text })).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      exit: 2,
      problems: [expect.objectContaining({ file: 'src/a.wat', line, message: expect.stringContaining(message) })],
    });
  });

  it('refuses unknown options and targets, naming those there are', async () => {
    const sources = { 'a.wat': '(module)' };
    await expect(compile(wat, sources, { options: { nmaes: true } })).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      hint: 'Options of wat: features, names.',
    });
    await expect(compile(wat, sources, { options: { names: 'yes' } })).rejects.toThrow('must be true or false');
    await expect(compile(wat, sources, { target: 'wasm64' })).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });
});
