import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import wabtFactory from 'wabt';
import { describe, expect, it } from 'vitest';
import { decodeFacts } from '#wasm/facts';
import { factsDifference } from '#wasm/facts-difference';

const wabt = await wabtFactory();

function factsOf(text: string) {
  const module = wabt.parseWat('test.wat', `(module (import "h" "a" (func $a)) ${text})`);
  const facts = decodeFacts(Uint8Array.from(module.toBinary({}).buffer));
  module.destroy();
  return facts;
}

const ONE = factsOf('(func $x call $a) (func (export "f") call $x) (func (export "g"))');
const OTHER = factsOf('(func $x call $a) (func (export "f") call $x) (func (export "g") call $a)');

describe('the difference in reach', () => {
  it('names the root and the import, and how it gets there', () => {
    const { reach } = factsDifference(ONE, OTHER);
    expect(reach.removed).toEqual([]);
    expect(reach.added).toMatchObject([{ root: 'g', import: 'h.a', path: { root: 'g', steps: [{ function: 3 }] } }]);
  });

  it('is seen the other way round as well', () => {
    expect(factsDifference(OTHER, ONE).reach).toEqual({ added: [], removed: [{ root: 'g', import: 'h.a' }] });
  });

  it('is none where only the way there changed', () => {
    const longer = factsOf('(func $x call $a) (func $y call $x) (func (export "f") call $y) (func (export "g"))');
    expect(factsDifference(ONE, longer).reach).toEqual({ added: [], removed: [] });
  });

  it('tells functions of an imported instance apart', async () => {
    const component = async (called: string) =>
      decodeFacts(
        await parse(`(component (import "fs" (instance $fs (export "open" (func)) (export "close" (func))))
          (alias export $fs "${called}" (func $f)) (export "run" (func $f)))`),
      );
    const { reach } = factsDifference(await component('close'), await component('open'));
    expect(reach.added).toMatchObject([{ root: 'run', import: 'fs', member: 'open', path: { root: 'run' } }]);
    expect(reach.removed).toEqual([{ root: 'run', import: 'fs', member: 'close' }]);
  });
});
