/** Just enough of the binary format to write modules by hand, wrong ones too. */

/** A number as unsigned LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest > 0);
  return bytes;
}

/** A number as signed LEB128, as type indices in references are written. */
export function sleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if (rest === 0 && low < 0x40) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

export type Part = Uint8Array | readonly number[] | string;

/** Parts one behind the other; a string stands for its bytes in Latin-1. */
export function join(...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  return concatenate(parts);
}

function concatenate(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const pieces = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part)));
  return new Uint8Array(Buffer.concat(pieces));
}

/** `count` parts one behind the other. */
export function repeat(count: number, part: (index: number) => Part): Uint8Array<ArrayBuffer> {
  return concatenate(Array.from({ length: count }, (_, index) => part(index)));
}

/** A vector: how many there are, then each. */
export function vector(count: number, part: (index: number) => Part): Uint8Array<ArrayBuffer> {
  return join(leb(count), repeat(count, part));
}

export function name(text: string): Uint8Array<ArrayBuffer> {
  return join(leb(text.length), text);
}

export function section(id: number, ...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const content = join(...parts);
  return join([id], leb(content.length), content);
}

export function custom(title: string, ...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  return section(0, name(title), ...parts);
}

export function module(...sections: readonly Part[]): Uint8Array<ArrayBuffer> {
  return join([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], ...sections);
}

export function component(...sections: readonly Part[]): Uint8Array<ArrayBuffer> {
  return join([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0], ...sections);
}

/** A function body without locals. */
export function body(...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const content = join([0], ...parts, [0x0b]);
  return join(leb(content.length), content);
}

export const VOID_TYPE: Part = [0x60, 0, 0];
