import { AssayError } from '#model/errors';
import { KERNEL } from './kernel-bytes.ts';

const PAGE = 65_536;
/** Memory that a kernel may keep from one file to the next. */
const KEPT_BYTES = 64 * 1024 * 1024;

/**
 * The compiled kernel (kernel/*.c). All its parts work in the same memory from `heap` on, one piece of work after the
 * other: nothing that a part left there outlives the next piece.
 */
export class Kernel {
  readonly memory: WebAssembly.Memory;
  readonly heap: number;
  /** The bytes that stand at `heap` just now, so that they need not be put there again. */
  private occupant: Uint8Array | undefined;
  private readonly exports: WebAssembly.Exports;

  constructor() {
    this.exports = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(KERNEL, 'base64'))).exports;
    const { memory } = this.exports;
    if (!(memory instanceof WebAssembly.Memory)) throw missing('memory');
    this.memory = memory;
    this.heap = this.call('heap')();
  }

  /** A function of the kernel; numbers come back unsigned. */
  call(name: string): (...args: number[]) => number {
    const found = this.exports[name];
    if (typeof found !== 'function') throw missing(name);
    return (...args) => Number(found(...args)) >>> 0;
  }

  /** Several functions of the kernel by their names. */
  calls<K extends string>(names: readonly K[]): Record<K, (...args: number[]) => number> {
    return Object.fromEntries(names.map((name) => [name, this.call(name)])) as Record<K, (...args: number[]) => number>;
  }

  /**
   * Makes room for work that takes the memory from `heap` up to the address `end`. Whatever stood there may be written
   * over, and views that were made before may be detached.
   */
  reach(end: number): void {
    this.occupant = undefined;
    const lacking = end - this.memory.buffer.byteLength;
    if (lacking > 0) this.memory.grow(Math.ceil(lacking / PAGE));
  }

  /** Puts bytes at `heap` with a zero byte behind them, unless that is where they are. */
  load(bytes: Uint8Array): void {
    if (this.occupant === bytes) return;
    this.reach(this.heap + bytes.length + 1);
    const place = this.bytes(this.heap, bytes.length + 1);
    place.set(bytes);
    place[bytes.length] = 0;
    this.occupant = bytes;
  }

  words(address: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.memory.buffer, address, length);
  }

  bytes(address: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer, address, length);
  }
}

function missing(name: string): AssayError {
  return new AssayError('INTERNAL', `The compiled kernel does not export ${name}`, {
    hint: 'Build it again: npm run kernel',
  });
}

let shared: Kernel | undefined;

/** One kernel serves all modules of a process, one after the other. */
function sharedKernel(): Kernel {
  shared ??= new Kernel();
  return shared;
}

/** A part of the kernel: its memory, and the functions that the part exports. */
export interface KernelPart<K extends string> {
  readonly kernel: Kernel;
  readonly calls: Record<K, (...args: number[]) => number>;
}

/**
 * Gives access to a part of the kernel that the process shares, and binds its functions once for each kernel. `prepare`
 * puts what the part needs into a new one.
 */
export function kernelPart<K extends string>(
  names: readonly K[],
  prepare: (part: KernelPart<K>) => void = () => undefined,
): () => KernelPart<K> {
  let bound: KernelPart<K> | undefined;
  return () => {
    const kernel = sharedKernel();
    if (bound?.kernel !== kernel) {
      bound = { kernel, calls: kernel.calls(names) };
      prepare(bound);
    }
    return bound;
  };
}

/** Lets go of a kernel whose memory an earlier file made large; memory of WebAssembly never shrinks. */
export function beginFile(): void {
  if (shared !== undefined && shared.memory.buffer.byteLength > KEPT_BYTES) shared = undefined;
}
