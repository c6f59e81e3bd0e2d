import { AssayError } from '#model/errors';

/** A value type's byte in the binary format: i32 0x7f, i64 0x7e, f32 0x7d, f64 0x7c. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'other';

export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

const VALUE_TYPES: Readonly<Record<number, ValueType>> = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64' };
const SECTION = { type: 1, import: 2, function: 3, memory: 5, export: 7 } as const;
const HAS_MAXIMUM = 1;
const IS_64 = 4;
const CUSTOM_PAGE = 8;
const PAGE_BYTES = 65_536;

/** Reads LEB128 numbers and names from bytes that V8 has already accepted as a module. */
class Reader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new AssayError('MODULE_MALFORMED', 'the module ends too early', { offset: this.at });
    return value;
  }

  unsigned(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  count(): number {
    return Number(this.unsigned());
  }

  name(): string {
    const length = this.count();
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }
}

interface Section {
  readonly id: number;
  /** Where its id byte stands. */
  readonly start: number;
  readonly contents: number;
  readonly end: number;
}

function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const start = reader.at;
    const id = reader.byte();
    const size = reader.count();
    sections.push({ id, start, contents: reader.at, end: reader.at + size });
    reader.at += size;
  }
  return sections;
}

/**
 * The parameter and result types of an exported function. Undefined where the module's types go beyond plain
 * functions (garbage-collected types), or the export is a re-exported import of another shape.
 */
export function signatureOf(bytes: Uint8Array, exportName: string): Signature | undefined {
  const sections = sectionsOf(bytes);
  const index = exportedFunction(bytes, sections, exportName);
  const types = functionTypes(bytes, sections);
  if (index === undefined || types === undefined) return undefined;
  const typeIndex = typeOfFunction(bytes, sections, index);
  return typeIndex === undefined ? undefined : types[typeIndex];
}

function exportedFunction(bytes: Uint8Array, sections: readonly Section[], name: string): number | undefined {
  const section = sections.find(({ id }) => id === SECTION.export);
  if (section === undefined) return undefined;
  const reader = new Reader(bytes, section.contents);
  for (let left = reader.count(); left > 0; left--) {
    const exported = reader.name();
    const kind = reader.byte();
    const index = reader.count();
    if (exported === name) return kind === 0 ? index : undefined;
  }
  return undefined;
}

function functionTypes(bytes: Uint8Array, sections: readonly Section[]): Signature[] | undefined {
  const section = sections.find(({ id }) => id === SECTION.type);
  if (section === undefined) return [];
  const reader = new Reader(bytes, section.contents);
  const types: Signature[] = [];
  for (let left = reader.count(); left > 0; left--) {
    if (reader.byte() !== 0x60) return undefined;
    const parameters = valueTypes(reader);
    const results = valueTypes(reader);
    if (parameters === undefined || results === undefined) return undefined;
    types.push({ parameters, results });
  }
  return types;
}

function valueTypes(reader: Reader): ValueType[] | undefined {
  const types: ValueType[] = [];
  for (let left = reader.count(); left > 0; left--) {
    const byte = reader.byte();
    // A typed reference continues with a heap type, which is more than this host can pass anyway.
    if (byte === 0x63 || byte === 0x64) return undefined;
    types.push(VALUE_TYPES[byte] ?? 'other');
  }
  return types;
}

function typeOfFunction(bytes: Uint8Array, sections: readonly Section[], index: number): number | undefined {
  const imported = importedFunctions(bytes, sections);
  if (imported === undefined || index < imported) return undefined;
  const section = sections.find(({ id }) => id === SECTION.function);
  if (section === undefined) return undefined;
  const reader = new Reader(bytes, section.contents);
  const count = reader.count();
  for (let i = imported; i < imported + count; i++) {
    const type = reader.count();
    if (i === index) return type;
  }
  return undefined;
}

function importedFunctions(bytes: Uint8Array, sections: readonly Section[]): number | undefined {
  const section = sections.find(({ id }) => id === SECTION.import);
  if (section === undefined) return 0;
  const reader = new Reader(bytes, section.contents);
  let functions = 0;
  for (let left = reader.count(); left > 0; left--) {
    reader.name();
    reader.name();
    const kind = reader.byte();
    if (kind === 0) {
      functions++;
      reader.count();
    } else if (kind === 3) {
      reader.byte();
      reader.byte();
    } else if (kind === 2) skipLimits(reader);
    else if (kind === 1) {
      if (reader.byte() < 0x65) return undefined;
      skipLimits(reader);
    } else if (kind === 4) {
      reader.byte();
      reader.count();
    } else return undefined;
  }
  return functions;
}

function skipLimits(reader: Reader): void {
  const flags = reader.byte();
  reader.unsigned();
  if ((flags & HAS_MAXIMUM) !== 0) reader.unsigned();
  if ((flags & CUSTOM_PAGE) !== 0) reader.unsigned();
}

/**
 * The same module with its own memories allowed to grow to `maxBytes` together: the engine itself then refuses the
 * growth. Several memories share in equal parts what none of them starts with. Throws RUN_LIMIT when they start larger
 * than that.
 */
export function limitMemories(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const section = sectionsOf(bytes).find(({ id }) => id === SECTION.memory);
  if (section === undefined) return bytes;
  const most = BigInt(Math.floor(maxBytes / PAGE_BYTES));
  const reader = new Reader(bytes, section.contents);
  const count = reader.count();
  const memories: { flags: number; initial: bigint; maximum: bigint | undefined }[] = [];
  for (let i = 0; i < count; i++) {
    const flags = reader.byte();
    const initial = reader.unsigned();
    const maximum = (flags & HAS_MAXIMUM) === 0 ? undefined : reader.unsigned();
    if ((flags & CUSTOM_PAGE) !== 0) {
      throw new AssayError('HOST_UNSUPPORTED', 'the module uses pages of its own size, which this host does not offer');
    }
    memories.push({ flags, initial, maximum });
  }
  const total = memories.reduce((sum, { initial }) => sum + initial, 0n);
  if (total > most) {
    throw new AssayError('RUN_LIMIT', `the module starts with ${total} pages of memory; it may have ${most}`, {
      hint: 'Allow more with --memory.',
    });
  }
  const contents: number[] = [...leb(BigInt(count))];
  for (const { flags, initial, maximum } of memories) {
    const largest = initial + (most - total) / BigInt(count);
    const cap = maximum === undefined || maximum > largest ? largest : maximum;
    contents.push((flags & (HAS_MAXIMUM | 2 | IS_64)) | HAS_MAXIMUM, ...leb(initial), ...leb(cap));
  }
  const head = Uint8Array.from([SECTION.memory, ...leb(BigInt(contents.length))]);
  return new Uint8Array(
    Buffer.concat([bytes.subarray(0, section.start), head, Uint8Array.from(contents), bytes.subarray(section.end)]),
  );
}

function leb(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if (rest === 0n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
