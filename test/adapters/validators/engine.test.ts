import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { engineValidator } from '#adapters/validators/engine';
import { componentFeatureProbe, featureProbe } from '#adapters/validators/feature-probes';
import { readFacts } from '#stages/audit/facts';
import { decodeFacts } from '#wasm/facts';
import { FEATURES } from '#wasm/features';

const PREAMBLE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const validator = engineValidator;

describe('the engine', () => {
  it('accepts a valid module', () => {
    expect(validator.validateModule(Uint8Array.from(PREAMBLE))).toBeUndefined();
  });

  it('says what is wrong and where', () => {
    const addWithoutOperands = [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 5, 1, 3, 0, 0x6a, 0x0b];
    expect(validator.validateModule(Uint8Array.from([...PREAMBLE, ...addWithoutOperands]))).toEqual({
      message: expect.stringContaining('i32.add'),
      offset: 23,
    });
  });

  it('takes bytes in shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    shared.set(PREAMBLE);
    expect(validator.validateModule(shared)).toBeUndefined();
  });

  it('implements WebAssembly 2.0 and does not know a feature that nobody implements', () => {
    expect(['simd', 'reference-types', 'bulk-memory', 'sign-ext'].filter(validator.lacksFeature)).toEqual([]);
    expect(validator.lacksFeature('custom-page-sizes')).toBe(true);
  });
});

describe('the component validator', () => {
  it.each([
    '(component (import "a" (instance (export "f" (func)))) (type $r (resource (rep i32))) (export "r" (type $r)))',
    '(component (type $r (resource (rep i32))) (export "r" (type $r)))',
    '(component (import "f" (func)) (import "m" (core module)))',
  ])('accepts what cannot be described in WIT: %s', async (text) => {
    expect(await validator.validateComponent(await parse(text))).toBeUndefined();
  });

  it('says what is wrong, and where in the component', async () => {
    const bytes = await parse('(component (import "f" (func)))');
    const twice = Uint8Array.from([...bytes.subarray(0, 8), ...bytes.subarray(8), ...bytes.subarray(8)]);
    const failure = await validator.validateComponent(twice);
    expect(failure).toMatchObject({ kind: 'rule', message: expect.stringContaining('conflicts with previous name') });
    expect(failure?.offset).toBeGreaterThanOrEqual(bytes.length);
    expect(failure?.offset).toBeLessThan(twice.length);
  });
});

describe('the probe for', () => {
  const probes = FEATURES.map((feature) => ({
    feature,
    probe: featureProbe(feature) ?? componentFeatureProbe(feature),
  }));
  it.each(probes.filter(({ probe }) => probe))(
    '$feature decodes and uses just what it is called after',
    ({ feature, probe }) => {
      expect(decodeFacts(probe ?? new Uint8Array()).features).toContain(feature);
    },
  );
});

describe('a module with a feature that the engine lacks', () => {
  it('is not called invalid; the feature is named', async () => {
    const probe = featureProbe('custom-page-sizes') ?? new Uint8Array();
    expect((await readFacts(probe, { validator })).unvalidated).toEqual(['custom-page-sizes']);
  });
});

describe('a module whose features the engine lacks and the component validator knows', () => {
  const descriptors = (...types: readonly number[]) => Uint8Array.from([...PREAMBLE, 1, types.length + 1, 1, ...types]);

  it('is invalid where its declarations are, with the place in the file', async () => {
    const selfDescribing = descriptors(0x4e, 1, 0x4d, 0, 0x5f, 0);
    expect(validator.lacksFeature('custom-descriptors')).toBe(true);
    await expect(readFacts(selfDescribing, { validator })).rejects.toMatchObject({
      code: 'MODULE_INVALID',
      offset: 11,
    });
  });

  it('is not invalid for what only components forbid', async () => {
    const twice = Array.from({ length: 2 }, () => [0, 0, 2, 8, 0, 0]).flat();
    const bytes = Uint8Array.from([...PREAMBLE, 2, twice.length + 1, 2, ...twice]);
    expect((await readFacts(bytes, { validator })).unvalidated).toEqual(['custom-page-sizes']);
  });

  it('stays unvalidated: the bodies of its functions were not looked at', async () => {
    const probe = featureProbe('wide-arithmetic') ?? new Uint8Array();
    expect((await readFacts(probe, { validator })).unvalidated).toEqual(['wide-arithmetic']);
  });
});

describe('sizes that the format allows and the engine does not', () => {
  it.each([
    ['a table of 2^32 - 1 entries', [4, 8, 1, 0x70, 0, 0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['a 64-bit memory of 2^48 pages', [5, 10, 1, 4, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40]],
  ])('%s counts as valid', async (_name, section) => {
    section[1] = section.length - 2;
    const bytes = Uint8Array.from([...PREAMBLE, ...section]);
    expect(validator.validateModule(bytes)).toBeDefined();
    expect((await readFacts(bytes, { validator })).kind).toBe('module');
  });
});

describe('the component validator', () => {
  const validate = async (text: string) => validator.validateComponent(await parse(text));

  it.each([
    ['(component)'],
    ['(component (import "a" (func)))'],
    ['(component (core module (func)))'],
    ['(component (component (import "n" (func))) (type (record (field "a" u8))))'],
  ])('accepts %s', async (text) => {
    expect(await validate(text)).toBeUndefined();
  });

  it('accepts a WIT package and a name that WIT has no words for, though it cannot describe either', async () => {
    const instance = '(component (export "x" (func)))';
    const world = `(component (export "a:b/w" (component (import "a:b/i" (instance (export "f" (func)))))))`;
    const pack = `(component (type (export "w") ${world}))`;
    expect(await validate(pack)).toBeUndefined();
    expect(await validate(`(component (import "url=<https://x.y>" ${instance}))`)).toBeUndefined();
  });

  it('is asked which features it lacks', async () => {
    expect(await validator.lacksComponentFeature('component-model-cancellable')).toBe(true);
    expect(await validator.lacksComponentFeature('component-model-name-attributes')).toBe(false);
    expect(await validator.lacksComponentFeature('component-model')).toBe(false);
  });

  it.each([
    ['(component (core instance (instantiate 5)))', /module index out of bounds/],
    ['(component (type (record (field "A b" u8))))', /kebab case/],
    ['(component (type (result 9)))', /type index out of bounds/],
  ])('refuses %s with the place', async (text, message) => {
    expect(await validate(text)).toMatchObject({ message: expect.stringMatching(message), offset: expect.any(Number) });
  });

  it('leaves the bodies of core modules to the engine, which reads the offset in the file', async () => {
    const bytes = await parse('(component (core module (func (result i32))))');
    expect(await validator.validateComponent(bytes)).toBeUndefined();
    await expect(readFacts(bytes, { validator })).rejects.toMatchObject({ code: 'MODULE_INVALID', offset: 0x22 });
  });
});
