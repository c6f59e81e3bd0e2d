import type { CoreModule } from '#wasm/core-module';
import { count64, WASM_PAGE } from './memory-size.ts';
import type { Draft, ReadRule } from './rule.ts';

const MAX_FINDINGS = 50;

export const dataOutsideMemory: ReadRule = {
  info: {
    id: 'ASY270',
    name: 'data-outside-memory',
    row: 27,
    short: 'A data segment lies outside the initial memory',
    help: 'An active segment is copied when the module is instantiated. Beyond the initial size that traps, so the module can never be loaded as it is; with an imported memory it depends on the host.',
    certainty: 'certain',
    level: 'warning',
    action: 'Raise the initial memory, or place the segment inside it.',
    since: '1',
  },
  read: ({ modules }) => modules.flatMap(segmentsOutside).slice(0, MAX_FINDINGS),
};

function segmentsOutside({ data, memories }: CoreModule): Draft[] {
  const available = memories.map(({ limits }) => count64(limits.min) * BigInt(limits.pageSize ?? WASM_PAGE));
  const safe = available.map(Number);
  const drafts: Draft[] = [];
  if ((data.endInOrder ?? Number.POSITIVE_INFINITY) <= (safe[0] ?? 0)) return drafts;
  for (let index = 0; index < data.length && drafts.length < MAX_FINDINGS; index += 1) {
    const memory = data.memories[index] ?? 0;
    const size = data.sizes[index] ?? 0;
    // Nearly all addresses are exact as plain numbers.
    if ((data.addresses[index] ?? 0) + size <= (safe[memory] ?? 0)) continue;
    const at = data.address(index);
    const most = available[memory];
    if (at === undefined || most === undefined || at + BigInt(size) <= most) continue;
    drafts.push({
      subject: `segment ${index}`,
      message: `data segment ${index} ends at ${at + BigInt(size)}, but memory ${memory} starts with ${most} bytes`,
      locations: [{ offset: data.offsets[index] ?? 0, section: 'data' }],
      extent: [`segment ${index}`],
    });
  }
  return drafts;
}
