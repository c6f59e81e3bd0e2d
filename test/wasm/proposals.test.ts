import { describe, expect, it } from 'vitest';
import { engineValidator } from '#adapters/validators/engine';
import { isAssayError } from '#model/errors';
import { readFacts } from '#stages/audit/facts';
import { body, component, custom, join, module, name, type Part, section, vector, VOID_TYPE } from '../binary.ts';

const read = async (bytes: Uint8Array) => readFacts(bytes, { validator: engineValidator });

async function codeOf(bytes: Uint8Array): Promise<string> {
  return read(bytes).then(
    () => 'accepted',
    (failure: unknown) => (isAssayError(failure) ? failure.code : 'crash'),
  );
}

const FUNCTION = section(3, [1, 0]);
const SHARED_MEMORY = section(5, [1, 3, 1, 1]);

function withCode(type: Part, ...instructions: readonly Part[]): Uint8Array {
  return module(section(1, [1], type), FUNCTION, SHARED_MEMORY, section(10, [1], body(...instructions)));
}

describe('compact imports', () => {
  const listed = (lead: number, ...items: readonly Part[]) =>
    module(section(1, [1], VOID_TYPE), section(2, [1], name('env'), name(''), [lead], ...items));

  it('of a type each are what they are when written singly', async () => {
    const facts = await read(listed(0x7f, [2], name('f'), [0, 0], name('g'), [3, 0x7f, 0]));
    expect(facts.imports.map(({ module: from, name: item, type }) => `${from}.${item} ${type.kind}`)).toEqual([
      'env.f func',
      'env.g global',
    ]);
    expect(facts.counts.importedFunctions).toBe(1);
    expect(facts.features).toContain('compact-imports');
  });

  it('of one type for all join the index spaces one by one', async () => {
    const facts = await read(listed(0x7e, [0, 0, 3], name('a'), name('b'), name('c')));
    expect(facts.imports.map((item) => item.name)).toEqual(['a', 'b', 'c']);
    expect(facts.counts.importedFunctions).toBe(3);
  });

  it('cannot repeat a long module name more often than a file could hold it', async () => {
    const long = name('m'.repeat(90_000));
    const many = join(
      [0, 0],
      vector(5_000, () => [0]),
    );
    const bytes = module(section(1, [1], VOID_TYPE), section(2, [1], long, [0, 0x7e], many));
    expect(await codeOf(bytes)).toBe('MODULE_LIMIT');
  });

  it('have a type that exists', async () => {
    expect(await codeOf(listed(0x7e, [0, 9, 1], name('a')))).toBe('MODULE_INVALID');
    expect(await codeOf(listed(0x7d, [0]))).toBe('MODULE_MALFORMED');
  });
});

describe('an instruction of a proposal is read to its end and named', () => {
  it.each<[string, Part]>([
    ['acquire-release-atomics', [0x41, 0, 0xfe, 0x10, 0x12, 1, 0, 0x1a]],
    ['acquire-release-atomics', [0x41, 0, 0x41, 0, 0xfe, 0x1e, 0x12, 0x11, 0, 0x1a]],
    ['shared-everything-threads', [0xfe, 0x04]],
    ['shared-everything-threads', [0x41, 0, 0xfe, 0x72, 0x1a]],
    ['shared-everything-threads', [0xfe, 0x5c, 1, 0, 0]],
    ['shared-everything-threads', [0xfe, 0x67, 0, 0]],
  ])('%s', async (feature, instructions) => {
    const facts = await read(withCode(VOID_TYPE, instructions));
    expect(facts.features).toContain(feature);
    expect(facts.unvalidated).toContain(feature);
  });

  it('unless its memory order is none', async () => {
    expect(await codeOf(withCode(VOID_TYPE, [0x41, 0, 0xfe, 0x10, 0x12, 7, 0, 0x1a]))).toBe('MODULE_MALFORMED');
    expect(await codeOf(withCode(VOID_TYPE, [0xfe, 0x67, 2, 0]))).toBe('MODULE_MALFORMED');
  });

  it('and an atomic write to a table counts as a write to it', async () => {
    const bytes = module(
      section(1, [1], VOID_TYPE),
      FUNCTION,
      section(4, [1, 0x70, 0, 1]),
      section(10, [1], body([0x41, 0, 0xd0, 0x70, 0xfe, 0x59, 0, 0])),
    );
    expect((await read(bytes)).tables).toMatchObject([{ written: true }]);
  });
});

describe('the clauses of a described type stand in one order', () => {
  it('shared, then what it describes, then its descriptor', async () => {
    const group = (first: Part, second: Part) => module(section(1, [1, 0x4e, 2], first, second));
    const plain = group([0x4d, 1, 0x5f, 0], [0x4c, 0, 0x5f, 0]);
    expect((await read(plain)).unvalidated).toEqual(['custom-descriptors']);
    const shared = group([0x65, 0x4d, 1, 0x5f, 0], [0x65, 0x4c, 0, 0x5f, 0]);
    expect((await read(shared)).features).toContain('shared-everything-threads');
    expect(await codeOf(group([0x4d, 1, 0x4c, 1, 0x5f, 0], [0x4c, 0, 0x5f, 0]))).toBe('MODULE_MALFORMED');
  });
});

const FUNC_TYPE = section(7, [1, 0x40, 0, 1, 0]);
const INSTANCE_TYPE = section(7, [1, 0x42, 0]);

describe('attributes of a component’s names', () => {
  const imported = (text: string, ...attributes: readonly Part[]) =>
    component(INSTANCE_TYPE, section(10, [1, 2], name(text), [attributes.length], ...attributes, [5, 0]));

  it('name what an import implements', async () => {
    const facts = await read(imported('a', join([0], name('b:c/d'))));
    expect(facts.imports.map((item) => item.name)).toEqual(['a']);
    expect(facts.features).toContain('component-model-name-attributes');
  });

  it('complete a version that is written up to where compatibility ends', async () => {
    const facts = await read(imported('b:c/d@1', join([1], name('.2.3'))));
    expect(facts.imports.map((item) => item.name)).toEqual(['b:c/d@1.2.3']);
  });

  it('are refused where they are not known', async () => {
    expect(await codeOf(imported('a', join([3], name('x'))))).toBe('MODULE_MALFORMED');
  });
});

describe('a draft feature of components is named', () => {
  it.each<[string, Part]>([
    ['component-model-threading', section(8, [1, 0x26])],
    ['component-model-error-context', section(8, [1, 0x1e])],
    ['component-model-error-context', section(7, [1, 0x64])],
    ['component-model-fixed-length-lists', section(7, [1, 0x67, 0x7d, 4])],
    ['component-model-map', section(7, [1, 0x63, 0x73, 0x7d])],
    ['component-model-nested-names', join(FUNC_TYPE, section(10, [1, 0], name('a:b:c/d'), [1, 0]))],
    ['component-model-nested-names', join(FUNC_TYPE, section(10, [1, 0], name('a:b/c/d'), [1, 0]))],
  ])('%s', async (feature, sections) => {
    expect((await read(component(sections))).features).toContain(feature);
  });

  it('and not called invalid where the validator does not know it', async () => {
    const facts = await read(component(section(8, [1, 0x0c, 1])));
    expect(facts.unvalidated).toEqual(['component-model-cancellable']);
  });

  it('but does not excuse what the validator does know to be wrong', async () => {
    const wrong = component(section(8, [1, 0x26]), section(2, [1, 0, 5, 0]));
    expect(await codeOf(wrong)).toBe('MODULE_INVALID');
  });
});

describe('what a component’s bytes cannot mean is malformed, what they may not is invalid', () => {
  it.each<[string, Part, string]>([
    ['an outer alias of an instance', section(6, [1, 5, 2, 0, 0]), 'MODULE_MALFORMED'],
    ['an outer alias of a core function', section(6, [1, 0, 0, 2, 0, 0]), 'MODULE_MALFORMED'],
    ['a type of no known kind', section(7, [1, 0x62]), 'MODULE_MALFORMED'],
    ['a canonical function of no known kind', section(8, [1, 0x43]), 'MODULE_MALFORMED'],
    ['a flag that is neither', section(8, [1, 6, 2]), 'MODULE_MALFORMED'],
    ['a resource represented by a vector', section(7, [1, 0x3f, 0x7b, 0]), 'MODULE_INVALID'],
  ])('%s', async (_what, sections, code) => {
    expect(await codeOf(component(sections))).toBe(code);
  });

  it('a subtype inside a module type is no module type', async () => {
    expect(await codeOf(component(section(3, [1, 0x50, 1, 1, 0x50, 1, 0, 0x60, 0, 0])))).toBe('MODULE_INVALID');
    const declared = [0x50, 2, 1, 0x50, 0, 0x60, 0, 0, 1, 0x50, 1, 0, 0x60, 0, 0];
    expect(await codeOf(component(section(3, [1], declared), custom('x')))).toBe('accepted');
  });
});
