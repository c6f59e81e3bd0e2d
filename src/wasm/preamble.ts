import type { ByteReader } from './byte-reader.ts';
import { notWebAssembly } from './failures.ts';

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const COMPONENT_PREAMBLE = [...MAGIC, 0x0d, 0x00, 0x01, 0x00];

/** Whether the leading bytes are those of a component of any version. */
export function looksLikeComponent(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte) && bytes[6] === 1 && bytes[7] === 0;
}

/** The eight bytes that every component starts with. Throws NOT_WEBASSEMBLY at the first that differs. */
export function readComponentPreamble(reader: ByteReader): void {
  const start = reader.position;
  for (const [index, byte] of COMPONENT_PREAMBLE.entries()) {
    if (reader.remaining > 0 && reader.peek() === byte) {
      reader.position++;
      continue;
    }
    throw notWebAssembly(start + index, index < 4 ? 'Magic header not detected' : 'Unknown component version');
  }
}

/** The eight bytes that every core module starts with. */
export function readCorePreamble(reader: ByteReader): void {
  const start = reader.position;
  for (const [index, byte] of MAGIC.entries()) {
    if (reader.bytes[start + index] !== byte || start + index >= reader.end) {
      throw notWebAssembly(start, start === reader.end ? 'There is nothing in it' : 'Magic header not detected');
    }
  }
  reader.position += 4;
  const version = [0, 1, 2, 3].map((index) => (reader.remaining > index ? reader.bytes[start + 4 + index] : -1));
  if (version[0] !== 1 || version[1] !== 0 || version[2] !== 0 || version[3] !== 0) {
    throw notWebAssembly(start + 4, 'Unknown binary version');
  }
  reader.position += 4;
}
