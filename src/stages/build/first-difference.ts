/** Where two artifacts part, for people. */
export interface Difference {
  /** Byte offset of the first difference in the first artifact. */
  readonly offset: number;
  /** `code section, function body 12`, `custom section "producers"`, or `byte 17` where the bytes are no module. */
  readonly where: string;
  /** Sizes of the two, in bytes. */
  readonly sizes: readonly [number, number];
}

const SECTIONS = [
  'custom',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'global',
  'export',
  'start',
  'element',
  'code',
  'data',
  'data count',
  'tag',
] as const;
const CODE = 10;
const HEADER_BYTES = 8;
const COMPONENT_LAYER = 1;

/**
 * The first place where two artifacts differ, named by section and function body (WebAssembly binary format, modules),
 * or undefined when they are the same. A module that cannot be walked is named by its byte.
 */
export function firstDifference(one: Uint8Array, two: Uint8Array): Difference | undefined {
  const length = Math.min(one.length, two.length);
  let offset = 0;
  while (offset < length && one[offset] === two[offset]) offset++;
  if (offset === length && one.length === two.length) return undefined;
  return { offset, where: placeOf(one, offset) ?? `byte ${offset}`, sizes: [one.length, two.length] };
}

function placeOf(bytes: Uint8Array, offset: number): string | undefined {
  if (bytes.length < HEADER_BYTES || offset < HEADER_BYTES) return offset < HEADER_BYTES ? 'header' : undefined;
  const isComponent = bytes[6] === COMPONENT_LAYER;
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    const id = bytes[at];
    const size = unsigned(bytes, at + 1);
    if (id === undefined || size === undefined) return undefined;
    const end = size.next + size.value;
    if (offset < end) {
      if (id === 0) return customName(bytes, size.next);
      if (isComponent) return `component section ${id}`;
      const name = SECTIONS[id];
      if (name === undefined) return undefined;
      return id === CODE ? bodyAt(bytes, size.next, offset) : `${name} section`;
    }
    at = end;
  }
  return 'the end: one has more bytes';
}

function customName(bytes: Uint8Array, at: number): string {
  const length = unsigned(bytes, at);
  if (length === undefined || length.value > 200) return 'custom section';
  const name = new TextDecoder().decode(bytes.subarray(length.next, length.next + length.value));
  return `custom section ${JSON.stringify(name)}`;
}

function bodyAt(bytes: Uint8Array, at: number, offset: number): string {
  const count = unsigned(bytes, at);
  if (count === undefined || offset < count.next) return 'code section, number of functions';
  let next = count.next;
  for (let body = 0; body < count.value; body++) {
    const size = unsigned(bytes, next);
    if (size === undefined) break;
    next = size.next + size.value;
    if (offset < next) return `code section, function body ${body} of ${count.value}`;
  }
  return 'code section';
}

function unsigned(bytes: Uint8Array, at: number): { value: number; next: number } | undefined {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return undefined;
}
