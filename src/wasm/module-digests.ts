import { createHash, hash } from 'node:crypto';
import type { Digest } from '#model/digest';
import type { Section } from '#model/module-facts';

const CUSTOM = 0;

/**
 * `whole` is of the file; `code` of the file without custom sections, their id and length included. Up to the first
 * custom section both are one computation.
 */
export function moduleDigests(bytes: Uint8Array, sections: readonly Section[]): { whole: Digest; code: Digest } {
  const gaps: { from: number; to: number }[] = [];
  for (const [index, section] of sections.entries()) {
    if (section.id !== CUSTOM) continue;
    const before = sections[index - 1];
    gaps.push({ from: before === undefined ? 8 : before.offset + before.size, to: section.offset + section.size });
  }
  const first = gaps[0]?.from ?? bytes.length;
  const whole = createHash('sha256').update(bytes.subarray(0, first));
  if (gaps.length === 0) {
    const digest: Digest = `sha256:${whole.digest('hex')}`;
    return { whole: digest, code: digest };
  }
  const code = whole.copy();
  whole.update(bytes.subarray(first));
  for (const [index, gap] of gaps.entries()) code.update(bytes.subarray(gap.to, gaps[index + 1]?.from ?? bytes.length));
  return { whole: `sha256:${whole.digest('hex')}`, code: `sha256:${code.digest('hex')}` };
}

export function digestOfRange(bytes: Uint8Array, offset: number, size: number): Digest {
  return `sha256:${hash('sha256', bytes.subarray(offset, offset + size), 'hex')}`;
}
