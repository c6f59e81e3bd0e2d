import type { ModuleFacts } from '#model/module-facts';
import type { Integer } from './constant-expression.ts';
import { count64 } from './extern-types.ts';

type DataSegment = ModuleFacts['data'][number];

/** More than a module may have segments. */
const INDEX_ROOM = 2 ** 17;

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

  /** Sorts by one number that holds address and index, where both fit; comparing pairs takes many times as long. */
  private byAddress(group: readonly number[]): Uint32Array {
    const { addresses } = this;
    if (group.some((index) => (addresses[index] ?? 0) >= 2 ** 53 / INDEX_ROOM)) {
      return Uint32Array.from(group.toSorted((a, b) => (addresses[a] ?? 0) - (addresses[b] ?? 0) || a - b));
    }
    const keys = Float64Array.from(group, (index) => (addresses[index] ?? 0) * INDEX_ROOM + index).sort();
    return Uint32Array.from(keys, (key) => key % INDEX_ROOM);
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
