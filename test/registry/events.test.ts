import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#model/canonical-json';
import { digestOf } from '#model/digest';
import { appendEvents, type EventDraft, type EventLog, parseEventLog } from '#registry/events';
import { standingVerdict, versionsOf } from '#registry/versions';
import { DIGEST, releaseDraft, verdictDraft } from './samples.ts';

const name = 'acme/greet';
const text = (value: string) => new TextEncoder().encode(value);
const lines = (log: EventLog) => new TextDecoder().decode(log.bytes).split('\n').slice(0, -1);

/** A log whose second line has been changed by hand. */
function withLine(log: EventLog, index: number, change: (value: Record<string, unknown>) => unknown): Uint8Array {
  const changed = lines(log).map((line, at) => (at === index ? canonicalJson(change(JSON.parse(line))) : line));
  return text(changed.map((line) => `${line}\n`).join(''));
}

const two = appendEvents(undefined, name, [
  releaseDraft({ name, version: '1.0.0' }),
  releaseDraft({ name, version: '1.1.0' }),
]);

describe('an event log', () => {
  it('numbers events from 1 and keeps what was written before byte for byte', () => {
    const three = appendEvents(two, name, [releaseDraft({ name, version: '2.0.0' })]);
    expect(three.entries.map(({ event }) => event.seq)).toEqual([1, 2, 3]);
    expect(three.bytes.subarray(0, two.bytes.length)).toEqual(Buffer.from(two.bytes));
  });

  it('knows a release by the digest of its line without the newline', () => {
    expect(two.entries[1]?.digest).toBe(digestOf(lines(two)[1] ?? ''));
  });

  it('reads back what it wrote', () => {
    expect(parseEventLog(name, two.bytes, 'log').entries).toEqual(two.entries);
  });

  it.each(['1.0.0', '1.0.0+other-build'])('takes version %s once only', (version) => {
    expect(() => appendEvents(two, name, [releaseDraft({ name, version })])).toThrow(
      expect.objectContaining({ code: 'VERSION_TAKEN', hint: expect.stringContaining('immutable') }),
    );
  });

  const bad: readonly [string, Uint8Array][] = [
    ['an empty file', text('')],
    ['a missing newline at the end', two.bytes.subarray(0, -1)],
    ['an empty line', text(`${lines(two)[0]}\n\n${lines(two)[1]}\n`)],
    ['carriage returns', text(lines(two).join('\r\n') + '\r\n')],
    ['a byte order mark', text(`\uFEFF${lines(two).join('\n')}\n`)],
    ['bytes that are not UTF-8', Buffer.concat([two.bytes, Buffer.from([0xff, 0x0a])])],
    ['a line that is not JSON', text('{"event":\n')],
    ['a key given twice', text(`${lines(two)[0]?.replace('{', '{"abi":{"kind":"wasi-p1"},')}\n`)],
    ['white space inside a line', text(`${lines(two)[0]?.replace(':', ': ')}\n`)],
    ['an unknown event', withLine(two, 1, (value) => ({ ...value, event: 'surprise' }))],
    ['an unknown key', withLine(two, 1, (value) => ({ ...value, more: 1 }))],
    ['a gap in the numbers', withLine(two, 1, (value) => ({ ...value, seq: 3 }))],
    ['a number twice', withLine(two, 1, (value) => ({ ...value, seq: 1 }))],
    ['an event dated back', withLine(two, 1, (value) => ({ ...value, publishedAt: '2001-01-01T00:00:00Z' }))],
    ['a release of another plugin', withLine(two, 1, (value) => ({ ...value, name: 'acme/other' }))],
    ['a name that climbs', withLine(two, 1, (value) => ({ ...value, name: '../../etc/passwd' }))],
    [
      'a companion path that climbs',
      withLine(two, 1, (value) => ({ ...value, companions: [{ path: '../../.bashrc', digest: DIGEST.a, size: 1 }] })),
    ],
    [
      'an upper-case digest',
      withLine(two, 1, (value) => ({
        ...value,
        companions: [{ path: 'icon', digest: DIGEST.a.toUpperCase(), size: 1 }],
      })),
    ],
  ];
  it.each(bad)('with %s is refused as INDEX_INVALID', (_what, bytes) => {
    expect(() => parseEventLog(name, bytes, 'log')).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
  });

  const dangling: readonly [string, EventDraft][] = [
    [
      'a state of a version that was not released',
      { event: 'state', at: at(3), version: '9.0.0', state: 'yanked', reason: 'x' },
    ],
    ['a verdict on bytes that are no artifact', verdictDraft({ version: '1.0.0', artifact: DIGEST.z, at: at(3) })],
    [
      'mirrors of such bytes',
      { event: 'mirror', at: at(3), version: '1.0.0', artifact: DIGEST.z, urls: ['https://x.test/a'] },
    ],
  ];
  it.each(dangling)('refuses %s', (_what, draft) => {
    expect(() => appendEvents(two, name, [draft])).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
  });
});

function at(day: number): string {
  return `2026-01-0${day}T00:00:00Z`;
}

describe('the state of a version', () => {
  it('is active from its release, then what the newest state event says', () => {
    const log = appendEvents(two, name, [
      { event: 'state', at: at(3), version: '1.0.0', state: 'blocked', reason: 'malware', severity: 'critical' },
      { event: 'state', at: at(4), version: '1.0.0', state: 'deprecated', reason: 'was a false alarm' },
    ]);
    expect(
      versionsOf(log).map(({ release, state, stateEvent }) => [release.version, state, stateEvent?.reason]),
    ).toEqual([
      ['1.0.0', 'deprecated', 'was a false alarm'],
      ['1.1.0', 'active', undefined],
    ]);
  });

  it('gathers mirrors in the order they were added', () => {
    const log = appendEvents(two, name, [
      { event: 'mirror', at: at(3), version: '1.0.0', artifact: DIGEST.a, urls: ['https://one.test/a'] },
      { event: 'mirror', at: at(3), version: '1.0.0', artifact: DIGEST.a, urls: ['https://two.test/a'] },
    ]);
    expect(versionsOf(log)[0]?.mirrors.get(DIGEST.a)).toEqual(['https://one.test/a', 'https://two.test/a']);
  });
});

describe('the standing verdict', () => {
  const verdicts = (...drafts: Parameters<typeof verdictDraft>[0][]) => {
    const log = appendEvents(
      two,
      name,
      drafts.map((draft) => verdictDraft({ version: '1.0.0', artifact: DIGEST.a, at: at(3), ...draft })),
    );
    const version = versionsOf(log)[0];
    if (version === undefined) throw new Error('no version');
    return standingVerdict(version, DIGEST.a, new Set([DIGEST.p]))?.seq;
  };

  it('is the newest that passed under an accepted policy', () => {
    expect(verdicts({ policy: DIGEST.p }, { policy: DIGEST.p }, { policy: DIGEST.q })).toBe(4);
  });
  it('is missing when only other policies passed it', () => {
    expect(verdicts({ policy: DIGEST.q })).toBeUndefined();
  });
  it('is taken away by a later failure under any policy', () => {
    expect(verdicts({ policy: DIGEST.p }, { policy: DIGEST.q, result: 'FAILED' })).toBeUndefined();
  });
  it('comes back when a later audit passes', () => {
    expect(verdicts({ policy: DIGEST.p, result: 'FAILED' }, { policy: DIGEST.p })).toBe(4);
  });
  it('is missing where nothing was said', () => {
    expect(verdicts()).toBeUndefined();
  });
});
