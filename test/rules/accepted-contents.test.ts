import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '#model/verdict';
import { payloadEnd } from '#rules/payload-ends';
import { regionOf } from '#rules/regions';
import { compile, customSection, decideOn, auditBytes, dynamicLibrary, noise } from './audited.ts';
import { hex } from './hostile/trick.ts';

const EXECUTABLE = readFileSync(
  join(import.meta.dirname, '../../node_modules/@actions/tool-cache/scripts/externals/7zdec.exe'),
);

/** An archive of one stored file. */
function zip(content: Buffer): Buffer {
  const entry = Buffer.alloc(26);
  entry.writeUInt16LE(10, 0);
  entry.writeUInt32LE(content.length, 14);
  entry.writeUInt32LE(content.length, 18);
  entry.writeUInt16LE(1, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), entry, Buffer.from('a'), content]);
  const listed = Buffer.concat([Buffer.from('PK\x01\x02\x0a\0'), entry, Buffer.alloc(14), Buffer.from('a')]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, listed, end]);
}

function tar(content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write('a', 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc(-content.length & 511)]);
}

/** An ELF file of one segment that holds this behind the headers. */
function elf(content: Buffer): Buffer {
  const headers = Buffer.alloc(120);
  headers.write('\x7fELF\x02\x01\x01', 'latin1');
  headers.writeBigUInt64LE(64n, 32);
  headers.writeUInt16LE(56, 54);
  headers.writeUInt16LE(1, 56);
  headers.writeBigUInt64LE(120n, 64 + 8);
  headers.writeBigUInt64LE(BigInt(content.length), 64 + 32);
  return Buffer.concat([headers, content]);
}

async function moduleWith(content: Buffer): Promise<Buffer> {
  return Buffer.from(await compile(`(module (memory 1) (data (i32.const 0) "${hex(content)}") (func (export "x")))`));
}

/** Makes a payload of some content, and one of as many bytes of other content. */
const PAYLOADS: readonly [kind: string, make: (content: Buffer) => Buffer | Promise<Buffer>][] = [
  ['WebAssembly module', moduleWith],
  ['ELF program', elf],
  ['Windows program', (content) => Buffer.concat([EXECUTABLE.subarray(0, -content.length), content])],
  ['gzip stream', (content) => gzipSync(content)],
  ['ZIP archive', zip],
  ['ZIP archive', (content) => zip(zip(content))],
  ['Zstandard stream', (content) => zstdCompressSync(content)],
  ['tar archive', tar],
  ['shell script', (content) => Buffer.from(`#!/bin/sh\necho ${content.toString('hex')}\n`)],
  ['PowerShell command', (content) => Buffer.from(`powershell -enc ${content.toString('base64')}`)],
  ['ELF program in base64', (content) => Buffer.from(elf(content).toString('base64').replace(/.{76}/g, '$&\r\n'))],
  ['gzip stream in base64', (content) => Buffer.from(gzipSync(content).toString('base64'))],
];
/** Kinds that do not say where they end. */
const OPEN_ENDED: readonly [kind: string, make: (content: Buffer) => Buffer][] = [
  ['bzip2 stream', (content) => Buffer.concat([Buffer.from('BZh9\x31AY&SY'), content])],
  ['Java class', (content) => Buffer.concat([Buffer.from('cafebabe00000034001d0a0006', 'hex'), content])],
];

const FIRST = Buffer.from(noise(300));
const OTHER = Buffer.from(noise(600)).subarray(300);

async function carrying(payload: Buffer, { before = 'text\0', after = '\0more text', run = 'nop' } = {}) {
  const data = hex(Buffer.concat([Buffer.from(before), payload, Buffer.from(after)]));
  return compile(`(module (memory 2) (data (i32.const 16) "${data}") (func (export "run") ${run}))`);
}

const flagged = ({ decision }: Verdict, rule: string) =>
  decision.reasons.some((reason) => reason.rule === rule && reason.outcome === 'flag');

/** The verdict on a module where everything that was flagged about another one is accepted. */
async function afterAccepting(before: Uint8Array, now: Uint8Array, rule: string): Promise<Verdict> {
  const abi = { kind: 'custom' } as const;
  const first = decideOn(await auditBytes(before, abi));
  expect(flagged(first, rule)).toBe(true);
  const acceptances = first.decision.reasons
    .filter(({ outcome }) => outcome === 'flag')
    .map(({ fingerprint, extent }) => ({ plugin: 'acme/test', fingerprint, extent, reason: 'ok', who: 'ann' }));
  return decideOn(await auditBytes(now, abi), { acceptances });
}

describe('an accepted payload', () => {
  it.each([...PAYLOADS, ...OPEN_ENDED])('asks again when other bytes stand in its place: %s', async (_, make) => {
    const [before, now] = [await carrying(await make(FIRST)), await carrying(await make(OTHER))];
    expect(flagged(await afterAccepting(before, now, 'ASY430'), 'ASY430')).toBe(true);
    expect(flagged(await afterAccepting(before, before, 'ASY430'), 'ASY430')).toBe(false);
  });

  it.each(PAYLOADS)('asks nothing when only code and the data around it change: %s', async (_, make) => {
    const payload = await make(FIRST);
    const now = await carrying(payload, { before: 'other, longer text\0', after: '\0and other text', run: 'nop nop' });
    expect(flagged(await afterAccepting(await carrying(payload), now, 'ASY430'), 'ASY430')).toBe(false);
  });

  it('asks again where the accepted one hides another behind an end of its own making', async () => {
    const held = (content: Buffer) => zip(Buffer.concat([zip(FIRST).subarray(-70), content]));
    const verdict = await afterAccepting(await carrying(held(FIRST)), await carrying(held(OTHER)), 'ASY430');
    expect(flagged(verdict, 'ASY430')).toBe(true);
  });

  it('asks again for one more than are looked at singly', async () => {
    const many = (last: Buffer) =>
      carrying(Buffer.concat([...Array.from({ length: 24 }, () => elf(FIRST)), elf(last)]));
    expect(flagged(await afterAccepting(await many(FIRST), await many(OTHER), 'ASY430'), 'ASY430')).toBe(true);
  });

  it('is whole though the linker cut it at its zeros', async () => {
    const cut = (content: Buffer, after: string) => {
      const archive = zip(Buffer.concat([FIRST, Buffer.alloc(100), content]));
      const behind = 31 + FIRST.length + 100;
      return compile(`(module (memory 1) (data (i32.const 16) "${hex(archive.subarray(0, behind - 100))}")
        (data (i32.const ${16 + behind}) "${hex(archive.subarray(behind))}") (data (i32.const 9000) "${after}"))`);
    };
    const first = await cut(FIRST, 'text');
    expect((await auditBytes(first)).findings.find(({ rule }) => rule === 'ASY430')?.message).toContain(
      'a ZIP archive',
    );
    expect(flagged(await afterAccepting(first, await cut(OTHER, 'text'), 'ASY430'), 'ASY430')).toBe(true);
    expect(flagged(await afterAccepting(first, await cut(FIRST, 'other'), 'ASY430'), 'ASY430')).toBe(false);
  });

  it('in a custom section asks again too, and not when the rest of the section changes', async () => {
    const bare = await compile('(module (func (export "run")))');
    const held = (payload: Buffer, before: string) =>
      Buffer.concat([bare, customSection('notes', Buffer.concat([Buffer.from(before), payload]))]);
    const first = held(elf(FIRST), 'a');
    expect(flagged(await afterAccepting(first, held(elf(OTHER), 'a'), 'ASY50'), 'ASY50')).toBe(true);
    expect(flagged(await afterAccepting(first, held(elf(FIRST), 'bcd'), 'ASY50'), 'ASY50')).toBe(false);
  });

  it('as an archive that the file ends with asks again too, and not when the module before it changes', async () => {
    const held = async (content: Buffer, text: string) =>
      Buffer.concat([await compile(text), customSection('z', zip(content))]);
    const first = await held(FIRST, '(module)');
    const changed = await held(FIRST, '(module (func (export "run")))');
    expect(flagged(await afterAccepting(first, await held(OTHER, '(module)'), 'ASY50'), 'ASY50')).toBe(true);
    expect(flagged(await afterAccepting(first, changed, 'ASY50'), 'ASY50')).toBe(false);
  });
});

describe('accepted JavaScript of a dynamic library', () => {
  const EXPORTS = `(import "env" "memory" (memory 1)) (import "env" "__memory_base" (global $base i32))
    (global (export "__em_js__log") i32 (i32.const 5)) (global (export "__start_em_asm") i32 (i32.const 19))
    (global (export "__stop_em_asm") i32 (i32.const 25))`;
  const library = (data: string, more = '') =>
    dynamicLibrary(`(module ${EXPORTS} (data (global.get $base) "${data}") ${more})`);
  const FIRST_DATA = 'text\\00()<::>{a()}\\00..b();\\00\\00more';

  it.each([
    ['EM_JS', 'text\\00()<::>{z()}\\00..b();\\00\\00more', true],
    ['EM_ASM', 'text\\00()<::>{a()}\\00..z();\\00\\00more', true],
    ['the text around them', 'TEXT\\00()<::>{a()}\\00..b();\\00\\00MORE', false],
  ])('asks again when it is what changes: %s', async (_, data, asks) => {
    const [before, now] = [await library(FIRST_DATA), await library(data, '(func)')];
    expect(flagged(await afterAccepting(before, now, 'ASY162'), 'ASY162')).toBe(asks);
  });

  it('asks again for any other data where the place of the JavaScript is not known', async () => {
    const split = (data: string) =>
      dynamicLibrary(`(module ${EXPORTS} (data (global.get $base) "a") (data (global.get $base) "${data}"))`);
    expect(flagged(await afterAccepting(await split('b'), await split('c'), 'ASY162'), 'ASY162')).toBe(true);
  });
});

describe('the end of a payload', () => {
  it.each(PAYLOADS.filter(([kind]) => !kind.endsWith('base64')))(
    'is where the format says, whatever stands behind it: %s',
    async (kind, make) => {
      const payload = await make(FIRST);
      const bytes = Buffer.concat([Buffer.alloc(7, 0xff), payload, Buffer.alloc(900)]);
      const region = regionOf('data', 'data', bytes, (position) => position);
      expect(payloadEnd(region, kind, 7, { left: 1e6 })).toBe(7 + payload.length);
    },
  );

  it('is unknown for what would unpack to more than is allowed', () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    const budget = { left: 1e9 };
    expect(payloadEnd(regionOf('data', 'data', bomb, Number), 'gzip stream', 0, budget)).toBeUndefined();
    expect(budget.left).toBeLessThan(1e9);
  });
});
