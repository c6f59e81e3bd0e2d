import { describe, expect, it } from 'vitest';
import { engineValidator } from '#adapters/validators/engine';
import { isAssayError } from '#model/errors';
import { readFacts } from '#stages/audit/facts';
import { LIMITS } from '#wasm/limits';
import { component, custom, leb, module, section, vector } from '../binary.ts';

const VOID_TYPE = section(1, [1, 0x60, 0, 0]);

function withBody(body: Uint8Array): Uint8Array {
  return module(
    VOID_TYPE,
    section(3, [1, 0]),
    section(10, Buffer.concat([Uint8Array.from([1, ...leb(body.length)]), body])),
  );
}

async function codeOf(bytes: Uint8Array): Promise<string> {
  try {
    await readFacts(bytes, { validator: engineValidator });
    return 'accepted';
  } catch (thrown) {
    return isAssayError(thrown) ? thrown.code : `crash: ${String(thrown)}`;
  }
}

describe('a module that is meant to stall its reader', () => {
  it('with a hundred thousand functions of fifty thousand locals is refused before an engine sees it', async () => {
    const functions = 100_000;
    const body = [...leb(6), 1, ...leb(49_999), 0x7f, 0x0b];
    const declarations = Buffer.concat([Uint8Array.from(leb(functions)), Buffer.alloc(functions)]);
    const code = Buffer.concat([
      Uint8Array.from(leb(functions)),
      Buffer.concat(Array.from({ length: functions }, () => Uint8Array.from(body))),
    ]);
    expect(await codeOf(module(VOID_TYPE, section(3, declarations), section(10, code)))).toBe('MODULE_LIMIT');
  });

  it('with millions of nested blocks is refused', async () => {
    const depth = 3_000_000;
    const body = Buffer.concat([
      Uint8Array.of(0),
      Buffer.alloc(depth * 2, Uint8Array.of(0x02, 0x40)),
      Buffer.alloc(depth + 1, 0x0b),
    ]);
    expect(await codeOf(withBody(body))).toBe('MODULE_LIMIT');
  });

  it.each([
    ['types', 1],
    ['imports', 2],
    ['functions', 3],
    ['exports', 7],
    ['elements', 9],
    ['bodies', 10],
    ['data segments', 11],
  ])('that announces four billion %s allocates nothing for them', async (_name, id) => {
    expect(await codeOf(module(section(id, [0xff, 0xff, 0xff, 0xff, 0x0f])))).toMatch(/^MODULE_(?:LIMIT|MALFORMED)$/);
  });

  it('with as many custom sections as are read is accepted, with one more refused', async () => {
    const sections = (count: number) => Array.from({ length: count }, () => custom('a'));
    expect(await codeOf(module(...sections(LIMITS.customSections)))).toBe('accepted');
    expect(await codeOf(module(...sections(LIMITS.customSections + 1)))).toBe('MODULE_LIMIT');
  });

  it('is refused for its custom sections however they are spread over the modules of a component', async () => {
    const inner = module(...Array.from({ length: LIMITS.customSections / 2 }, () => custom('a')));
    const around = (many: number) => component(...Array.from({ length: many }, () => section(1, inner)));
    expect(await codeOf(around(2))).toBe('accepted');
    expect(await codeOf(around(3))).toBe('MODULE_LIMIT');
  });

  it('is refused for its tables however many of them are imported', async () => {
    const imported = section(
      2,
      vector(LIMITS.tables, () => [1, 0x61, 1, 0x62, 1, 0x70, 0, 0]),
    );
    expect(await codeOf(module(imported))).toBe('accepted');
    expect(await codeOf(module(imported, section(4, [1, 0x70, 0, 0])))).toBe('MODULE_LIMIT');
  });

  it('is refused for the items of a component however they are spread over sections', async () => {
    const half = section(
      8,
      vector(LIMITS.componentItems / 2, () => [3, 0]),
    );
    const resource = section(7, [1, 0x3f, 0x7f, 0]);
    expect(await codeOf(component(resource, half))).toBe('accepted');
    expect(await codeOf(component(resource, half, half))).toBe('MODULE_LIMIT');
  });

  it('that is cut anywhere is refused, or is a shorter module, but never brings the reader down', async () => {
    const whole = withBody(Uint8Array.of(0, 0x41, 0, 0x1a, 0x0b));
    for (let length = 0; length < whole.length; length++) {
      expect(await codeOf(whole.subarray(0, length))).not.toMatch(/^crash/);
    }
  });

  it('with any one byte changed never brings the reader down', async () => {
    const whole = withBody(Uint8Array.of(0, 0x02, 0x40, 0x41, 0, 0x0d, 0, 0x0b, 0x0b));
    for (let at = 8; at < whole.length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const changed = whole.slice();
        changed[at] = value;
        expect(await codeOf(changed)).not.toMatch(/^crash/);
      }
    }
  });
});
