import { WASI } from 'node:wasi';
import type { CapabilityClass } from '#model/capability';
import { AssayError } from '#model/errors';
import { WasiPaths } from './wasi-paths.ts';

/** Errors of WASI preview 1 (`errno` in wasi_snapshot_preview1.witx). */
const ERRNO = { success: 0, badf: 8, inval: 28, notsup: 58, spipe: 70 } as const;
const MAX_STREAM_BYTES = 4 * 1024 * 1024;
const STDERR = 2;

/** Thrown by proc_exit to unwind to whoever called the plugin. */
export class PluginExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the plugin ended itself with exit code ${code}`);
    this.code = code;
  }
}

export interface WasiOptions {
  readonly granted: ReadonlySet<string>;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folders: Readonly<Record<string, string>>;
  readonly stdin: Uint8Array;
}

/** A host function as the engine calls it: numbers and bigints in, an errno out. */
type HostFunction = (...args: never[]) => unknown;

/**
 * WASI preview 1 for one instance. Files, clocks and randomness come from node:wasi; the three standard streams are
 * kept in memory here, so that a plugin never holds a descriptor of the host process; what was not granted ends the
 * run when it is called. Arguments and variables that were not granted are simply none.
 */
export class WasiHost {
  readonly #wasi: WASI;
  readonly #paths: WasiPaths;
  readonly #options: WasiOptions;
  readonly #streams: Record<1 | 2, Uint8Array[]> = { 1: [], 2: [] };
  #written = 0;
  #stdinAt = 0;
  #memory: WebAssembly.Memory | undefined;

  constructor(options: WasiOptions) {
    this.#options = options;
    const has = (capability: CapabilityClass): boolean => options.granted.has(capability);
    const folders = has('fs') ? options.folders : {};
    this.#paths = new WasiPaths(Object.values(folders));
    this.#wasi = new WASI({
      version: 'preview1',
      args: has('args') ? [...options.args] : [],
      env: has('env') ? { ...options.environment } : {},
      preopens: { ...folders },
      returnOnExit: true,
    });
  }

  /** Ties the functions to the instance's memory; must come before any call into it. */
  bind(instance: WebAssembly.Instance): void {
    const { memory } = instance.exports;
    if (!(memory instanceof WebAssembly.Memory)) {
      throw new AssayError('LOAD_FAILED', 'the plugin uses WASI but exports no memory');
    }
    this.#memory = memory;
    // Node binds on initialize(), which would also run _initialize; a bare stand-in with the same memory avoids that.
    this.#wasi.initialize({ exports: { memory } });
  }

  text(stream: 1 | 2): string {
    return Buffer.concat(this.#streams[stream]).toString('utf8');
  }

  /** The function behind an import, or undefined when WASI preview 1 has none of that name. */
  function(name: string): HostFunction | undefined {
    const own = this.#own(name);
    if (own !== undefined) return own;
    // Names come from the module, and "constructor" is no function of WASI.
    const real: unknown = Object.hasOwn(this.#wasi.wasiImport, name) ? this.#wasi.wasiImport[name] : undefined;
    if (typeof real !== 'function') return undefined;
    const capability = capabilityOf(name);
    if (capability !== undefined && !this.#options.granted.has(capability)) {
      return () => deny(capability, `wasi_snapshot_preview1.${name}`);
    }
    return (...args: unknown[]) => {
      const memory = this.#view();
      const call = (): unknown => Reflect.apply(real, undefined, args);
      if (name.startsWith('path_')) return this.#onPath(name, args, memory, call);
      if (!name.startsWith('fd_')) return call();
      if (name === 'fd_renumber') return this.#renumber(args, call);
      return isStream(args[0]) ? this.#onStream(name, args) : call();
    };
  }

  #onPath(name: string, args: readonly unknown[], memory: DataView, call: () => unknown): unknown {
    const refusal = this.#paths.refusal(name, args, memory);
    if (refusal !== undefined) return refusal;
    const result = call();
    if (name === 'path_open' && result === ERRNO.success) this.#paths.opened(args, memory);
    return result;
  }

  // Behind node:wasi's own numbers 0 to 2 are descriptors of the host process, which renumbering would close.
  #renumber([from, to]: readonly unknown[], call: () => unknown): unknown {
    if (typeof from !== 'number' || typeof to !== 'number' || isStream(from) || isStream(to)) return ERRNO.badf;
    const result = call();
    if (result === ERRNO.success) this.#paths.renumbered(from, to);
    return result;
  }

  #own(name: string): HostFunction | undefined {
    switch (name) {
      case 'proc_exit':
        return (code: number) => {
          throw new PluginExit(code);
        };
      case 'sched_yield':
        return () => ERRNO.success;
      case 'poll_oneoff':
        return (subscriptions: number, events: number, count: number, stored: number) => {
          if (!this.#options.granted.has('clock')) deny('clock', 'wasi_snapshot_preview1.poll_oneoff');
          return this.#sleep(subscriptions, events, count, stored);
        };
      default:
        if (name.startsWith('sock_')) {
          return () => {
            if (!this.#options.granted.has('net')) deny('net', `wasi_snapshot_preview1.${name}`);
            return ERRNO.notsup;
          };
        }
        return undefined;
    }
  }

  #onStream(name: string, args: readonly unknown[]): number {
    const [fd, first, second, third] = args.map(Number);
    if (fd === undefined) return ERRNO.badf;
    switch (name) {
      case 'fd_write':
        return this.#write(fd, first ?? 0, second ?? 0, third ?? 0);
      case 'fd_read':
        return this.#read(fd, first ?? 0, second ?? 0, third ?? 0);
      case 'fd_fdstat_get':
        return this.#describe(first ?? 0);
      case 'fd_close':
      case 'fd_fdstat_set_flags':
      case 'fd_sync':
      case 'fd_datasync':
        return ERRNO.success;
      case 'fd_seek':
      case 'fd_tell':
        return ERRNO.spipe;
      default:
        return ERRNO.badf;
    }
  }

  /** Adds to a standard stream; whether the plugin may is for the caller to know. Throws RUN_LIMIT. */
  print(stream: 1 | 2, text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#count(bytes.length);
    this.#streams[stream].push(bytes);
  }

  #count(bytes: number): void {
    this.#written += bytes;
    if (this.#written > MAX_STREAM_BYTES) {
      throw new AssayError('RUN_LIMIT', `the plugin printed more than ${MAX_STREAM_BYTES} bytes and was ended`);
    }
  }

  #write(fd: number, vectors: number, count: number, written: number): number {
    if (!this.#options.granted.has('stdio')) deny('stdio', 'wasi_snapshot_preview1.fd_write');
    if (fd !== 1 && fd !== STDERR) return ERRNO.badf;
    let total = 0;
    for (const part of this.#vectors(vectors, count)) {
      // Before the copy: many vectors may name the same large part of the memory.
      this.#count(part.length);
      this.#streams[fd].push(part.slice());
      total += part.length;
    }
    this.#view().setUint32(written, total, true);
    return ERRNO.success;
  }

  #read(fd: number, vectors: number, count: number, read: number): number {
    if (!this.#options.granted.has('stdio')) deny('stdio', 'wasi_snapshot_preview1.fd_read');
    if (fd !== 0) return ERRNO.badf;
    let total = 0;
    for (const part of this.#vectors(vectors, count)) {
      const chunk = this.#options.stdin.subarray(this.#stdinAt, this.#stdinAt + part.length);
      part.set(chunk);
      this.#stdinAt += chunk.length;
      total += chunk.length;
    }
    this.#view().setUint32(read, total, true);
    return ERRNO.success;
  }

  // struct fdstat: filetype u8, flags u16 at 2, rights u64 at 8, inheriting rights u64 at 16.
  #describe(at: number): number {
    const CHARACTER_DEVICE = 2;
    const READ_AND_WRITE = 0x42n;
    const view = this.#view();
    view.setUint8(at, CHARACTER_DEVICE);
    view.setUint16(at + 2, 0, true);
    view.setBigUint64(at + 8, READ_AND_WRITE, true);
    view.setBigUint64(at + 16, 0n, true);
    return ERRNO.success;
  }

  // node:wasi sleeps inside the system, where a time limit cannot reach; Atomics.wait can be interrupted.
  #sleep(subscriptions: number, events: number, count: number, stored: number): number {
    const SUBSCRIPTION_BYTES = 48;
    const EVENT_BYTES = 32;
    const CLOCK = 0;
    const view = this.#view();
    if (count === 0) return ERRNO.inval;
    let soonest: { at: number; ms: number } | undefined;
    for (let i = 0; i < count; i++) {
      const at = subscriptions + i * SUBSCRIPTION_BYTES;
      if (view.getUint8(at + 8) !== CLOCK) return ERRNO.notsup;
      const isAbsolute = (view.getUint16(at + 40, true) & 1) !== 0;
      if (isAbsolute) return ERRNO.notsup;
      const ms = Number(view.getBigUint64(at + 24, true)) / 1e6;
      if (soonest === undefined || ms < soonest.ms) soonest = { at, ms };
    }
    if (soonest === undefined) return ERRNO.inval;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, soonest.ms);
    const after = this.#view();
    new Uint8Array(after.buffer, events, EVENT_BYTES).fill(0);
    after.setBigUint64(events, after.getBigUint64(soonest.at, true), true);
    after.setUint32(stored, 1, true);
    return ERRNO.success;
  }

  *#vectors(at: number, count: number): Generator<Uint8Array> {
    const view = this.#view();
    for (let i = 0; i < count; i++) {
      const start = view.getUint32(at + i * 8, true);
      const length = view.getUint32(at + i * 8 + 4, true);
      yield new Uint8Array(view.buffer, start, length);
    }
  }

  #view(): DataView {
    if (this.#memory === undefined) {
      throw new AssayError('CAPABILITY_DENIED', 'the plugin calls its host while it is being loaded', {
        hint: 'Nothing is granted to a start section; move the work into an export or _initialize.',
      });
    }
    return new DataView(this.#memory.buffer);
  }
}

function isStream(descriptor: unknown): boolean {
  return typeof descriptor === 'number' && descriptor >= 0 && descriptor <= STDERR;
}

function capabilityOf(name: string): CapabilityClass | undefined {
  if (name.startsWith('path_') || name === 'fd_readdir') return 'fs';
  if (name.startsWith('clock_')) return 'clock';
  if (name === 'random_get') return 'random';
  if (name === 'proc_raise') return 'process';
  return undefined;
}

/** Ends the run: the plugin called what it was not given. */
export function deny(capability: string, name: string): never {
  throw new AssayError('CAPABILITY_DENIED', `the plugin called ${name}, which needs the capability ${capability}`, {
    hint: `If it should have it, add to capabilities in plugin.yaml: - ${capability} (a bare module gets it with --allow ${capability})`,
  });
}
