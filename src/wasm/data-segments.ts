import type { ModuleFacts } from '#model/module-facts';
import type { Integer } from './constant-expression.ts';
import { count64 } from './extern-types.ts';

type DataSegment = ModuleFacts['data'][number];

/**
 * The data segments of a module, in columns: linkers cut data at every run of zeros, so that a module can have a
 * hundred thousand of them, and each is looked at several times.
 */
export class DataSegments {
  length = 0;
  /** How many bytes all segments hold together. */
  bytes = 0;
  /** Where the bytes of segment `i` stand in the file, and how many they are. */
  readonly offsets: Uint32Array;
  readonly sizes: Uint32Array;
  /** Where it lands in memory: NaN where that is no constant or the segment is passive. Not exact above 2^53. */
  readonly addresses: Float64Array;
  readonly memories: Uint32Array;
  /** Where memory 0 is filled up to, as long as every segment lies behind the one before it there and holds bytes. */
  private filled = 0;
  private readonly passive: Uint8Array;
  /** Addresses that a plain number cannot hold. */
  private readonly large = new Map<number, bigint>();
  private order: ReadonlyMap<number, Uint32Array> | undefined;

  constructor(capacity: number) {
    this.offsets = new Uint32Array(capacity);
    this.sizes = new Uint32Array(capacity);
    this.addresses = new Float64Array(capacity);
    this.memories = new Uint32Array(capacity);
    this.passive = new Uint8Array(capacity);
  }

  add(mode: DataSegment['mode'], memory: number, at: Integer | undefined, offset: number, size: number): void {
    const index = this.length++;
    this.offsets[index] = offset;
    this.sizes[index] = size;
    this.bytes += size;
    this.memories[index] = memory;
    this.addresses[index] = at === undefined ? Number.NaN : Number(at);
    if (mode === 'passive') this.passive[index] = 1;
    // Not for what is no number: each comparison with it is false.
    if (memory === 0 && size > 0 && typeof at === 'number' && at >= this.filled) this.filled = at + size;
    else this.filled = Number.NaN;
    if (typeof at === 'bigint' && at > BigInt(Number.MAX_SAFE_INTEGER)) this.large.set(index, at);
  }

  /**
   * Where the last segment ends, when all lie in memory 0 one behind the other, as linkers write them; then none
   * overlaps another, and their order in the file is that of their addresses. Otherwise undefined.
   */
  get endInOrder(): number | undefined {
    return Number.isNaN(this.filled) ? undefined : this.filled;
  }

  isPassive(index: number): boolean {
    return this.passive[index] === 1;
  }

  /** The exact address; undefined where `addresses` has none. */
  address(index: number): bigint | undefined {
    const rounded = this.addresses[index] ?? Number.NaN;
    return Number.isNaN(rounded) ? undefined : (this.large.get(index) ?? BigInt(rounded));
  }

  /**
   * Indices of the segments that hold bytes and land at a constant address, by memory, in the order of their addresses
   * and, where these are equal, of the file.
   */
  placed(): ReadonlyMap<number, Uint32Array> {
    this.order ??= this.endInOrder === undefined || this.length === 0 ? this.sorted() : new Map([[0, this.indices()]]);
    return this.order;
  }

  /** Indices of the segments that hold bytes and are passive or land at no constant address. */
  adrift(): Uint32Array {
    if (this.endInOrder !== undefined) return new Uint32Array(0);
    return this.indices().filter((index) => this.sizes[index] !== 0 && Number.isNaN(this.addresses[index]));
  }

  private indices(): Uint32Array {
    const indices = new Uint32Array(this.length);
    for (let index = 0; index < indices.length; index++) indices[index] = index;
    return indices;
  }

  private sorted(): ReadonlyMap<number, Uint32Array> {
    const { addresses, sizes, memories } = this;
    const found = new Uint32Array(this.length);
    let count = 0;
    const used = new Set<number>();
    let last = -1;
    for (let index = 0; index < this.length; index++) {
      if (sizes[index] === 0 || Number.isNaN(addresses[index])) continue;
      found[count++] = index;
      const memory = memories[index] ?? 0;
      // Nearly always the one before, and looking a number up a hundred thousand times is slow.
      if (memory !== last) used.add(memory);
      last = memory;
    }
    const placed = found.subarray(0, count);
    const of = (memory: number) => (used.size === 1 ? placed : placed.filter((index) => memories[index] === memory));
    return new Map([...used].map((memory) => [memory, this.byAddress(of(memory))]));
  }

  /** Merges the stretches that rise, two at a time: there are few or just one, so that this takes little more than looking at all. */
  private byAddress(group: Uint32Array): Uint32Array {
    const { addresses } = this;
    let from = group.slice();
    let into = new Uint32Array(from.length);
    let ends: number[] = [];
    for (let place = 1; place <= from.length; place++) {
      const rises = (addresses[from[place - 1] ?? 0] ?? 0) <= (addresses[from[place] ?? 0] ?? 0);
      if (place === from.length || !rises) ends.push(place);
    }
    while (ends.length > 1) {
      const merged: number[] = [];
      let start = 0;
      for (let run = 0; run < ends.length; run += 2) {
        const middle = ends[run] ?? 0;
        const end = ends[run + 1] ?? middle;
        this.merge(from, start, middle, end, into);
        merged.push(end);
        start = end;
      }
      ends = merged;
      [from, into] = [into, from];
    }
    return from;
  }

  /** Puts two rising stretches of indices together; of equal addresses those of the first come first. */
  private merge(from: Uint32Array, start: number, middle: number, end: number, into: Uint32Array): void {
    const { addresses } = this;
    let left = start;
    let right = middle;
    for (let place = start; place < end; place++) {
      const takeLeft =
        right === end || (left < middle && (addresses[from[left] ?? 0] ?? 0) <= (addresses[from[right] ?? 0] ?? 0));
      into[place] = from[takeLeft ? left++ : right++] ?? 0;
    }
  }

  /** The first `many` segments as facts list them. */
  listed(many: number): DataSegment[] {
    const listed: DataSegment[] = [];
    for (let index = 0; index < Math.min(many, this.length); index++) {
      const at = this.address(index);
      listed.push({
        mode: this.isPassive(index) ? 'passive' : 'active',
        memory: this.memories[index] ?? 0,
        ...(at === undefined ? {} : { at: count64(at) }),
        offset: this.offsets[index] ?? 0,
        size: this.sizes[index] ?? 0,
      });
    }
    return listed;
  }
}
