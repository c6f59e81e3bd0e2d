import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputOf, type OutputStream } from '#entry/output';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function noStream(): OutputStream {
  throw new Error('a stream was made');
}

/** A named pipe, open at both ends so that neither open waits. */
function pipe(): { readonly read: number; readonly write: number } {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { read, write: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
}

function drain(descriptor: number): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    const buffer = Buffer.alloc(1 << 16);
    let length = 0;
    try {
      length = readSync(descriptor, buffer);
    } catch {
      // EAGAIN: empty for now.
    }
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(buffer.subarray(0, length));
  }
}

describe('an output', () => {
  it('that is a file takes every text in order, without a stream', () => {
    const path = join(folder, 'file');
    const file = openSync(path, 'w');
    const output = outputOf(file, noStream);
    output.write('one · ');
    output.write('two\n');
    closeSync(file);
    expect(output.terminal).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe('one · two\n');
  });

  it('that is no terminal though a device is written to directly', () => {
    const written: unknown[] = [];
    const device = openSync(process.platform === 'win32' ? 'NUL' : '/dev/zero', 'w');
    const output = outputOf(device, () => ({ write: (data) => written.push(data) }));
    output.write('text');
    closeSync(device);
    expect(output.terminal).toBeUndefined();
    expect(written).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('that takes nothing says why, on Linux', () => {
    const device = openSync('/dev/full', 'w');
    const output = outputOf(device, () => ({ write: () => true }));
    expect(() => output.write('text')).toThrow(
      expect.objectContaining({
        code: 'FILE_UNWRITABLE',
        message: 'standard output cannot be written: the disk is full',
        hint: expect.stringContaining('may be done'),
      }),
    );
    closeSync(device);
  });

  it.skipIf(process.platform === 'win32')(
    'that nobody wants to see is written to without a stream (not on Windows)',
    () => {
      const device = openSync('/dev/null', 'w');
      const output = outputOf(device, noStream);
      output.write('text');
      closeSync(device);
      expect(output.terminal).toBeUndefined();
    },
  );

  it.skipIf(process.platform === 'win32')('leaves to a stream what a full pipe does not take, on Windows none', () => {
    const { read, write } = pipe();
    const late: Buffer[] = [];
    const heard: string[] = [];
    const output = outputOf(write, () => ({
      write: (data) => late.push(Buffer.from(data)),
      on: (event) => heard.push(event),
    }));
    const text = 'é'.repeat(1 << 18);
    output.write(text);
    output.write('the end');
    const early = drain(read);
    closeSync(read);
    closeSync(write);
    expect(early.length).toBeGreaterThan(0);
    expect(late.length).toBeGreaterThan(1);
    expect(Buffer.concat([early, ...late]).toString('utf8')).toBe(`${text}the end`);
    expect(heard).toEqual(['error']);
  });

  it.skipIf(process.platform === 'win32')(
    'drops what is written after its reader has gone, on Windows not tried',
    () => {
      const { read, write } = pipe();
      const output = outputOf(write, noStream);
      closeSync(read);
      expect(() => {
        output.write('nobody');
        output.write('reads this');
      }).not.toThrow();
      closeSync(write);
    },
  );
});
