import { describe, expect, it } from 'vitest';
import { findSecrets } from '#rules/find-secrets';
import { regionOf } from '#rules/regions';

const TOKEN = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
const GAP = Buffer.from([1, 1, 1]);

function secretsIn(...parts: readonly Buffer[]) {
  const bytes = Buffer.concat(parts);
  return findSecrets([regionOf('data', 'data', bytes, (position) => position)]).map(({ shown, offset, encoding }) => {
    return { shown, offset, encoding };
  });
}

describe('a secret in wide text', () => {
  it('is found behind other runs, at the place where it stands', () => {
    for (const [encoding, width] of [
      ['UTF-16', 2],
      ['UTF-32', 4],
    ] as const) {
      const wide = (text: string) =>
        Buffer.concat(
          Array.from(text, (character) => Buffer.concat([Buffer.from(character), Buffer.alloc(width - 1)])),
        );
      const before = Array.from({ length: 50 }, (_, index) => Buffer.concat([wide(`some other text ${index}`), GAP]));
      const offset = Buffer.concat(before).length + width * 'a token: '.length;
      expect(secretsIn(...before, wide(`a token: ${TOKEN}`), GAP, wide('and what follows it'))).toEqual([
        { shown: 'ghp_… (40 characters)', offset, encoding },
      ]);
    }
  });

  it('is none that only two runs together make', () => {
    const wide = (text: string) => Buffer.from(text, 'utf16le');
    expect(secretsIn(wide(TOKEN.slice(0, 20)), GAP, wide(TOKEN.slice(20)))).toEqual([]);
  });
});
