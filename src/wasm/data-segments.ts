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
  /** Where the bytes of segment `i` stand in the file, and how many they are. */
  readonly offsets: Uint32Array;
  readonly sizes: Uint32Array;
  /** Where it lands in memory: NaN where that is no constant or the segment is passive. Not exact above 2^53. */
  readonly addresses: Float64Array;
  readonly memories: Uint32Array;
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
    this.memories[index] = memory;
    this.addresses[index] = at === undefined ? Number.NaN : Number(at);
    if (mode === 'passive') this.passive[index] = 1;
    if (typeof at === 'bigint' && at > BigInt(Number.MAX_SAFE_INTEGER)) this.large.set(index, at);
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
    this.order ??= this.sorted();
    return this.order;
  }

  private sorted(): ReadonlyMap<number, Uint32Array> {
    const { addresses, sizes, memories } = this;
    const groups = new Map<number, { readonly members: number[]; last: number; rises: boolean }>();
    for (let index = 0; index < this.length; index++) {
      const address = addresses[index] ?? Number.NaN;
      if (sizes[index] === 0 || Number.isNaN(address)) continue;
      const memory = memories[index] ?? 0;
      let group = groups.get(memory);
      if (group === undefined) groups.set(memory, (group = { members: [], last: 0, rises: true }));
      // Linkers write them in order, or nearly so.
      if (address < group.last) group.rises = false;
      group.last = address;
      group.members.push(index);
    }
    return new Map(
      Array.from(groups, ([memory, { members, rises }]) => [
        memory,
        rises ? Uint32Array.from(members) : this.byAddress(members),
      ]),
    );
  }

  /** Merges the stretches that rise, two at a time: there are few, so that this takes little more than looking at all. */
  private byAddress(group: readonly number[]): Uint32Array {
    const { addresses } = this;
    let from = Uint32Array.from(group);
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

  get bytes(): number {
    let sum = 0;
    for (let index = 0; index < this.length; index++) sum += this.sizes[index] ?? 0;
    return sum;
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
