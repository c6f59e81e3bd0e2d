import { ByteReader } from './byte-reader.ts';
import { COMPOSITE } from './composite-types.ts';
import type { FeatureSet } from './features.ts';
import { readStorageType, readValueType, referenceFlags, shorthandOf, typeIndexOf } from './value-types.ts';

/** Bytes below those of value types: a reference to a type of the same group, or to an earlier one, by its flags. */
const INSIDE = 0x10;
const OUTSIDE = 0x14;
/** A type that has no shorthand and names no other. */
const WRITTEN_OUT = 0x18;
const NO_PARENT = 0;

/** What is known of each type, as `TypeTable` keeps it. */
interface TypeColumns {
  readonly bytes: Uint8Array;
  readonly offsets: readonly number[];
  readonly kinds: readonly number[];
  readonly supers: readonly number[];
  readonly plainEnds: readonly number[];
}

/**
 * Texts that are equal for two recursion groups that are, a character a byte: references inside a group count from its
 * start, others are the numbers of what they name. The same type may be written with padded numbers or references in
 * their long form; it is still the same type, and has the same text. Clauses that no call depends on (final, shared,
 * descriptors) are left out, so that some groups that differ have one text: more calls are possible then, none is missed.
 */
export class TypeKeys {
  private readonly table: TypeColumns;
  private readonly ids: Int32Array;
  private readonly file: Buffer;
  private readonly ignored: FeatureSet = new Set();
  private key = Buffer.alloc(1024);
  private length = 0;

  /** `ids` holds the numbers of all types of earlier groups. */
  constructor(table: TypeColumns, ids: Int32Array) {
    const { bytes } = table;
    this.table = table;
    this.ids = ids;
    this.file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The text of the group of these types. */
  ofGroup(start: number, end: number): string {
    const { offsets, plainEnds, kinds, supers } = this.table;
    const plainEnd = plainEnds[start] ?? 0;
    // What is written the shortest way and names no type is its own text.
    if (end - start === 1 && plainEnd > 0) return this.file.toString('latin1', offsets[start] ?? 0, plainEnd);
    this.length = 0;
    if (end - start > 1 || kinds[start] !== COMPOSITE.function || (supers[start] ?? -1) >= 0)
      this.number(0x80 + end - start);
    for (let index = start; index < end; index++) this.type(index, start);
    return this.key.toString('latin1', 0, this.length);
  }

  private type(index: number, start: number): void {
    const { bytes, offsets, kinds, supers } = this.table;
    const reader = new ByteReader(bytes, (offsets[index] ?? 0) + 1, bytes.length, 'type section');
    const kind = kinds[index] ?? 0;
    const parent = supers[index] ?? -1;
    // A function type by itself begins like one that is its own text.
    if (this.length > 0) {
      if (parent < 0) this.byte(NO_PARENT);
      else this.reference(parent, start, 0);
    }
    this.byte(kind);
    if (kind === COMPOSITE.function) {
      this.values(reader, start);
      this.values(reader, start);
    } else if (kind === COMPOSITE.continuation) this.reference(reader.s33('a type'), start, 0);
    else {
      const fields = kind === COMPOSITE.struct ? reader.u32('fields') : 1;
      this.number(fields);
      for (let field = 0; field < fields; field++) {
        this.value(readStorageType(reader, this.ignored), start);
        this.byte(reader.byte('mutability'));
      }
    }
  }

  private values(reader: ByteReader, start: number): void {
    const count = reader.u32('the number of types');
    this.number(count);
    for (let index = 0; index < count; index++) this.value(readValueType(reader, this.ignored), start);
  }

  private value(type: number, start: number): void {
    const index = typeIndexOf(type);
    if (index !== undefined) return this.reference(index, start, referenceFlags(type));
    const short = shorthandOf(type);
    if (short !== undefined) return this.byte(short);
    this.byte(WRITTEN_OUT);
    this.number(type);
  }

  private reference(index: number, start: number, flags: number): void {
    this.byte((index >= start ? INSIDE : OUTSIDE) + flags);
    this.number(index >= start ? index - start : (this.ids[index] ?? 0));
  }

  private number(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  private byte(value: number): void {
    if (this.length === this.key.length) this.key = Buffer.concat([this.key], 2 * this.length);
    this.key[this.length++] = value;
  }
}
