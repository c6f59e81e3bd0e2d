import { AssayError } from '#model/errors';

/** `byte 0x1f4`, the way disassemblers write positions. */
export function place(offset: number): string {
  return `byte 0x${offset.toString(16)}`;
}

/** The bytes break the binary format (WebAssembly 3.0, chapter 5). */
export function malformed(offset: number, what: string, expected: string): AssayError {
  return new AssayError('MODULE_MALFORMED', `${what} at ${place(offset)}; expected ${expected}`, {
    offset,
    hint: 'The file is damaged or was not written by a WebAssembly toolchain. Build it again.',
  });
}

/** The bytes decode but break a validation rule (WebAssembly 3.0, chapter 3). */
export function invalid(offset: number, what: string, expected: string): AssayError {
  return new AssayError('MODULE_INVALID', `${what} at ${place(offset)}; expected ${expected}`, {
    offset,
    hint: 'No engine will load this module. Build it again with a current toolchain.',
  });
}

/** A count or size is beyond what is read; `limit` is the bound that was passed. */
export function overLimit(offset: number, what: string, limit: number): AssayError {
  return new AssayError('MODULE_LIMIT', `${what} at ${place(offset)}; at most ${limit} are accepted`, {
    offset,
    hint: 'Common engines refuse or stall on modules like this one. Split it, or build with optimisation.',
  });
}

export function notWebAssembly(offset: number, what: string): AssayError {
  return new AssayError('NOT_WEBASSEMBLY', `${what}; expected the bytes 00 61 73 6d and a version`, {
    offset,
    hint: 'Name a .wasm file. Text (.wat) is compiled first, an archive is unpacked first.',
  });
}

/** A construct that this decoder does not know. The section around it is left to the validator. */
export class NotUnderstood extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(what);
    this.offset = offset;
  }
}
