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
