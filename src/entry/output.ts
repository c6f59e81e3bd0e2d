import { fstatSync, statSync, writeSync } from 'node:fs';
import { diskError } from '#adapters/fs/disk-errors';
import { AssayError } from '#model/errors';

/** What Node offers for a standard output: a terminal, or a stream over a pipe, a file or a device. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(data: string | Uint8Array): unknown;
  on?(event: 'error', listener: () => void): unknown;
}

/** A standard output of a process. */
export interface Output {
  /** The terminal, where the output is one. */
  readonly terminal: OutputStream | undefined;
  write(text: string): void;
}

const STANDARD_ERROR = 2;

/**
 * The output behind a descriptor. Pipes, files and devices are written to directly, because making Node's stream for
 * one loads its network stack: 4 ms of every start. Terminals get the stream, and so does the rest of a text that a
 * pipe does not take at once. When the reader has gone, what is written is dropped; so is what standard error does not
 * take, since nobody is left to be told. Its `write` throws FILE_UNWRITABLE, where the disk is full for instance.
 */
export function outputOf(descriptor: number, stream: () => OutputStream): Output {
  if (mayBeTerminal(descriptor)) {
    const made = stream();
    if (made.isTTY === true) {
      dropFaults(made);
      return { terminal: made, write: (text) => void made.write(text) };
    }
  }
  let waiting: OutputStream | undefined;
  let isClosed = false;
  return {
    terminal: undefined,
    write(text) {
      if (isClosed) return;
      if (waiting !== undefined) return void waiting.write(text);
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) {
        try {
          at += writeSync(descriptor, bytes, at);
        } catch (cause) {
          if (isCode(cause, 'EPIPE') || (descriptor === STANDARD_ERROR && !isCode(cause, 'EAGAIN'))) {
            isClosed = true;
            return;
          }
          if (!isCode(cause, 'EAGAIN')) throw untold(cause);
          waiting = stream();
          dropFaults(waiting);
          waiting.write(bytes.subarray(at));
          return;
        }
      }
    },
  };
}

function untold(cause: unknown): AssayError {
  const { code, message } = diskError(cause, 'written', 'standard output');
  return new AssayError(code, message, {
    cause,
    hint: 'Send the output elsewhere. What the command was to do may be done: look before you repeat it.',
  });
}

/** A stream without a listener ends the process with a stack trace once its reader has gone. */
function dropFaults(stream: OutputStream): void {
  stream.on?.('error', () => {});
}

function mayBeTerminal(descriptor: number): boolean {
  try {
    const output = fstatSync(descriptor);
    return output.isCharacterDevice() && output.rdev !== nullDevice();
  } catch {
    // Closed or of an unknown kind: the stream knows what to do.
    return true;
  }
}

/** The device that takes what nobody wants to see; undefined where it is not a file. */
function nullDevice(): number | undefined {
  return statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
