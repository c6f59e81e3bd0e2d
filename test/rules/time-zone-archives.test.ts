import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { timeZoneHeaders } from '#rules/time-zone-archives';
import { auditBytes, compile } from './audited.ts';
import { hex } from './hostile/trick.ts';

interface Entry {
  readonly name: string;
  readonly content: Buffer;
  readonly method?: number;
  /** Bytes between this file and the next one. */
  readonly behind?: string;
}

const ZONE = Buffer.from(`TZif2${'\0'.repeat(39)}\nCET-1CEST,M3.5.0,M10.5.0/3\n`);
const ZONES: readonly Entry[] = ['Africa/Abidjan', 'Europe/Vienna', 'Zulu'].map((name) => ({ name, content: ZONE }));

function archive(entries: readonly Entry[]): Buffer {
  const locals: Buffer[] = [];
  const listed: Buffer[] = [];
  let offset = 0;
  for (const { name, content, method = 0, behind = '' } of entries) {
    const stored = method === 0 ? content : deflateRawSync(content);
    const entry = Buffer.alloc(26);
    entry.writeUInt16LE(method, 4);
    entry.writeUInt32LE(stored.length, 14);
    entry.writeUInt32LE(content.length, 18);
    entry.writeUInt16LE(name.length, 22);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(offset, 10);
    listed.push(Buffer.concat([Buffer.from('PK\x01\x02\0\0'), entry, more, Buffer.from(name)]));
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), entry, Buffer.from(name), stored, Buffer.from(behind)]);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(listed);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

async function payloads(content: Buffer): Promise<readonly string[]> {
  const module = await compile(`(module (memory 1) (data (i32.const 16) "${hex(content)}") (func (export "run")))`);
  const { findings } = await auditBytes(module);
  return findings.filter(({ rule }) => rule === 'ASY430').map(({ message }) => message);
}

describe('an archive of time zones, as Go embeds it', () => {
  it('is data like any other', async () => {
    expect(await payloads(archive(ZONES))).toEqual([]);
  });

  it('is found where it stands', () => {
    const bytes = Buffer.concat([Buffer.alloc(100, 'x'), archive(ZONES), Buffer.alloc(100, 'y')]);
    const end = bytes.indexOf('PK\x05\x06');
    const second = bytes.indexOf('PK\x03\x04', 101);
    const third = bytes.indexOf('PK\x03\x04', second + 1);
    expect([...timeZoneHeaders(bytes.toString('latin1'), [end])]).toEqual([100, second, third, end]);
  });

  it.each<[string, readonly Entry[]]>([
    ['another file', [...ZONES, { name: 'run.sh', content: Buffer.from('echo hello') }]],
    ['a compressed file', [...ZONES, { name: 'UTC', content: ZONE, method: 8 }]],
    ['bytes between its files', ZONES.map((entry) => ({ ...entry, behind: 'something' }))],
  ])('is a payload when it holds %s as well', async (_what, entries) => {
    expect(await payloads(archive(entries))).toEqual(['data holds a ZIP archive']);
  });

  it('does not cover another archive beside it', async () => {
    const other = archive([{ name: 'a', content: Buffer.from('hello') }]);
    expect(await payloads(Buffer.concat([archive(ZONES), other]))).toEqual(['data holds a ZIP archive']);
  });

  it('does not cover what its files hold', async () => {
    const program = Buffer.from('\x7fELF\x02\x01\x01', 'latin1');
    const content = Buffer.concat([ZONE, program, Buffer.alloc(200)]);
    expect(await payloads(archive([{ name: 'UTC', content }]))).toEqual(['data holds an ELF program']);
  });

  it('does not cover an archive in one of its files', async () => {
    const other = archive([{ name: 'run.sh', content: Buffer.from('echo hello'), method: 8 }]);
    const [first, ...more] = ZONES;
    const content = Buffer.concat([ZONE, other]);
    const whole = archive([{ name: first?.name ?? '', content }, ...more]);
    expect(await payloads(whole)).toEqual(['data holds a ZIP archive']);
  });

  it.each([0, 1, 11, 12, 17, 21])('cut %i bytes before its end is none', (missing) => {
    const bytes = archive(ZONES);
    const text = bytes.subarray(0, bytes.length - 1 - missing).toString('latin1');
    expect(timeZoneHeaders(text, [bytes.indexOf('PK\x05\x06')])).toEqual(new Set());
  });
});
