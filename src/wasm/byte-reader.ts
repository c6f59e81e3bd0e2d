import { malformed, overLimit } from './failures.ts';
import { LIMITS } from './limits.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the primitives of the binary format (WebAssembly 3.0, section 5.2) from a window of a file. Offsets in
 * errors count from the start of the file. Nothing is copied; every read is checked against the window's end.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** What is being read, for messages: `type section`. */
  readonly where: string;
  position: number;
  /** The window as Latin-1 text and where it begins, once many names are to be cut from it. */
  private text = '';
  private textStart = 0;
  /** Called with the offset of each LEB128 number that is longer than it needs to be. */
  onPadded: ((offset: number) => void) | undefined;

  constructor(bytes: Uint8Array, start: number, end: number, where: string) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.where = where;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** A reader of the next `size` bytes; this one moves behind them. */
  window(size: number, where: string): ByteReader {
    const start = this.position;
    this.skip(size, where);
    const inner = new ByteReader(this.bytes, start, start + size, where);
    inner.onPadded = this.onPadded;
    return inner;
  }

  byte(expected: string): number {
    if (this.position >= this.end) throw this.truncated(expected);
    return this.bytes[this.position++] ?? 0;
  }

  /** A byte that is 0 or 1. */
  flag(what: string): boolean {
    const start = this.position;
    const flag = this.byte('0 or 1');
    if (flag > 1) throw malformed(start, `Malformed ${what} 0x${flag.toString(16)}`, '0 or 1');
    return flag === 1;
  }

  /** The next byte without moving, or -1 at the end. */
  peek(): number {
    return this.position < this.end ? (this.bytes[this.position] ?? -1) : -1;
  }

  skip(size: number, expected: string): void {
    if (size > this.end - this.position) {
      throw malformed(
        this.position,
        `Length out of bounds in the ${this.where}: ${size} bytes are announced and ${this.remaining} are left`,
        expected,
      );
    }
    this.position += size;
  }

  /** An unsigned 32-bit LEB128 number. */
  u32(expected: string): number {
    const start = this.position;
    let result = 0;
    let factor = 1;
    for (let index = 0; ; index++) {
      if (this.position >= this.end) throw this.truncated(expected);
      const byte = this.bytes[this.position++] ?? 0;
      if (index === 4 && byte > 0x0f) throw this.overlong(start, byte >= 0x80, 'an unsigned 32-bit number');
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (byte === 0 && index > 0) this.onPadded?.(start);
        return result;
      }
      factor *= 128;
    }
  }

  /** An unsigned 64-bit LEB128 number. */
  u64(expected: string): bigint {
    const start = this.position;
    let result = 0n;
    for (let index = 0; ; index++) {
      if (this.position >= this.end) throw this.truncated(expected);
      const byte = this.bytes[this.position++] ?? 0;
      if (index === 9 && byte > 0x01) throw this.overlong(start, byte >= 0x80, 'an unsigned 64-bit number');
      result |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return result;
    }
  }

  s32(expected: string): number {
    const start = this.position;
    let result = 0;
    for (let index = 0; ; index++) {
      const byte = this.byte(expected);
      if (index === 4) this.checkLast(start, byte, 4, 32);
      result |= (byte & 0x7f) << (7 * index);
      if (byte >= 0x80) continue;
      const unused = 25 - 7 * index;
      return unused > 0 ? (result << unused) >> unused : result;
    }
  }

  /** Passes over a number that only has to be well-formed, without computing it. */
  skipNumber(bits: 32 | 64, signed: boolean, expected: string): void {
    const start = this.position;
    const last = bits === 32 ? 4 : 9;
    for (let index = 0; ; index++) {
      const byte = this.byte(expected);
      if (index === last) {
        if (signed) this.checkLast(start, byte, bits - 7 * last, bits);
        else if (byte >= 1 << (bits - 7 * last)) {
          throw this.overlong(start, byte >= 0x80, `an unsigned ${bits}-bit number`);
        }
      }
      if (byte < 0x80) return;
    }
  }

  /** The last possible byte of a signed number may only repeat the sign in the bits that the number has not. */
  private checkLast(start: number, byte: number, usedBits: number, bits: number): void {
    const rest = (byte & 0x7f) >> (usedBits - 1);
    if (byte >= 0x80 || (rest !== 0 && rest !== 0x7f >> (usedBits - 1))) {
      throw this.overlong(start, byte >= 0x80, `a signed ${bits}-bit number`);
    }
  }

  /** A signed 33-bit number, as block types and heap types are written. */
  s33(expected: string): number {
    const next = this.peek();
    if (next >= 0 && next < 0x80) {
      this.position++;
      return next < 0x40 ? next : next - 0x80;
    }
    const start = this.position;
    let result = 0;
    let factor = 1;
    for (let index = 0; ; index++) {
      const byte = this.byte(expected);
      if (index === 4) this.checkLast(start, byte, 5, 33);
      result += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return (byte & 0x40) === 0 ? result : result - factor;
    }
  }

  s64(expected: string): bigint {
    const start = this.position;
    let result = 0n;
    for (let index = 0; ; index++) {
      if (this.position >= this.end) throw this.truncated(expected);
      const byte = this.bytes[this.position++] ?? 0;
      if (index === 9) this.checkLast(start, byte, 1, 64);
      result |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asIntN(Math.min(64, 7 * (index + 1)), result);
    }
  }

  /** The number of entries that follow, each at least `minBytes` long and no more than `limit` of them. */
  count(what: string, minBytes: number, limit: number): number {
    const start = this.position;
    const value = this.u32(`the number of ${what}`);
    if (value * minBytes > this.remaining) {
      throw malformed(
        start,
        `Unexpected end of the ${this.where}: ${value} ${what} are announced and ${this.remaining} bytes are left`,
        `${what} that fit into the section`,
      );
    }
    if (value > limit) throw overLimit(start, `${value} ${what} in the ${this.where}`, limit);
    return value;
  }

  /**
   * Prepares for so many names. Of many, short ones are cut from a text of the whole window, which is one piece of
   * memory for all of them, rather than put together letter by letter.
   */
  expectNames(count: number): void {
    if (count < MANY_NAMES) return;
    const { bytes, position, end } = this;
    this.text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', position, end);
    this.textStart = position;
  }

  /** A name in UTF-8 (section 5.2.4). */
  name(what: string): string {
    const start = this.position;
    const length = this.u32(`the length of ${what}`);
    if (length > this.remaining) this.skip(length, what);
    if (length > LIMITS.nameBytes) throw overLimit(start, `${length} bytes of ${what}`, LIMITS.nameBytes);
    const from = this.position;
    this.position = from + length;
    if (length < SHORT_NAME) {
      if (this.text !== '') {
        const at = from - this.textStart;
        if (isAscii(this.bytes, from, length)) return this.text.slice(at, at + length);
      } else {
        const text = asciiText(this.bytes, from, length);
        if (text !== undefined) return text;
      }
    }
    try {
      return utf8.decode(this.bytes.subarray(from, from + length));
    } catch {
      throw malformed(from, `Malformed UTF-8 encoding in ${what}`, 'text in UTF-8');
    }
  }

  /** Fails unless everything was read. */
  finish(): void {
    if (this.position !== this.end) {
      throw malformed(
        this.position,
        `Section size mismatch: ${this.remaining} bytes are left over in the ${this.where}`,
        'the section to end here',
      );
    }
  }

  truncated(expected: string): Error {
    return malformed(this.end, `Unexpected end of the ${this.where}`, expected);
  }

  private overlong(start: number, continues: boolean, kind: string): Error {
    return continues
      ? malformed(start, `Integer representation too long in the ${this.where}`, `${kind} in its usual length`)
      : malformed(start, `Integer too large in the ${this.where}`, kind);
  }
}

const SHORT_NAME = 24;
const MANY_NAMES = 200;

function isAscii(bytes: Uint8Array, from: number, length: number): boolean {
  for (let index = from; index < from + length; index++) if ((bytes[index] ?? 0x80) >= 0x80) return false;
  return true;
}

/** Short names are nearly always ASCII, for which building the string directly beats a decoder call. */
function asciiText(bytes: Uint8Array, from: number, length: number): string | undefined {
  let text = '';
  for (let index = from; index < from + length; index++) {
    const byte = bytes[index] ?? 0x80;
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
