import { describe, expect, it } from 'vitest';
import { engineValidator } from '#adapters/validators/engine';
import { isAssayError } from '#model/errors';
import { readFacts } from '#stages/audit/facts';
import { leb, module, section } from '../binary.ts';

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
