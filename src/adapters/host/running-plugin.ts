import { AssayError, isAssayError } from '#model/errors';
import { assemblyScriptImport } from './assemblyscript-imports.ts';
import { limitMemories, signatureOf } from './module-shape.ts';
import type { RunRequest, RunResult } from './protocol.ts';
import { TextPasser } from './text-passing.ts';
import { deny, PluginExit, WasiHost } from './wasi-imports.ts';

const DEFAULT_MEMORY = 256 * 1024 * 1024;
const WASI_MODULES: ReadonlySet<string> = new Set(['wasi_snapshot_preview1', 'wasi_unstable']);

/** One plugin, loaded and called once. It blocks while the plugin computes and may bring its process down, so it belongs
 * into a process of its own. */
export class RunningPlugin {
  readonly #request: RunRequest;
  readonly #granted: ReadonlySet<string>;
  readonly #wasi: WasiHost;
  #exports: WebAssembly.Exports = {};

  constructor(request: RunRequest) {
    this.#request = request;
    this.#granted = new Set(request.capabilities);
    this.#wasi = new WasiHost({
      granted: this.#granted,
      args: ['plugin', ...(request.export === undefined ? request.args.map(shown) : [])],
      environment: request.environment ?? {},
      folders: request.folders ?? {},
      stdin: new TextEncoder().encode(request.stdin ?? ''),
    });
  }

  /** What the plugin has printed so far. */
  printed(): { readonly stdout: string; readonly stderr: string } {
    return { stdout: this.#wasi.text(1), stderr: this.#wasi.text(2) };
  }

  async run(): Promise<RunResult> {
    const { export: name } = this.#request;
    refuseForeignAbi(this.#request);
    const instance = await this.#load();
    this.#exports = instance.exports;
    if (name === undefined) return this.#start();
    const exported = this.#exports[name];
    if (typeof exported !== 'function') throw unknownExport(name, this.#exports);
    const result = this.#guarded(() => {
      this.#call('_initialize');
      const texts = new TextPasser(this.#exports);
      const signature = signatureOf(this.#request.bytes, name);
      const values = texts.lower(name, this.#request.args, signature);
      const value: unknown = Reflect.apply(exported, undefined, values);
      return texts.lift(value, this.#request.result ?? 'auto');
    });
    return { ...this.printed(), result };
  }

  #start(): RunResult {
    if (typeof this.#exports['_start'] !== 'function') {
      throw new AssayError('EXPORT_UNKNOWN', 'the plugin is no command: it has no _start', {
        hint: `Name one of its exports: ${functionsOf(this.#exports)}`,
      });
    }
    try {
      this.#guarded(() => this.#call('_start'));
    } catch (thrown) {
      if (thrown instanceof PluginExit) return { ...this.printed(), result: thrown.code };
      throw thrown;
    }
    return { ...this.printed(), result: 0 };
  }

  async #load(): Promise<WebAssembly.Instance> {
    const bytes = limitMemories(this.#request.bytes, this.#request.maxMemoryBytes ?? DEFAULT_MEMORY);
    try {
      const module = await WebAssembly.compile(Uint8Array.from(bytes));
      const { imports, usesWasi } = this.#importsOf(module);
      const instance = await WebAssembly.instantiate(module, imports);
      if (usesWasi) this.#wasi.bind(instance);
      return instance;
    } catch (cause) {
      if (isAssayError(cause)) throw cause;
      if (!(cause instanceof Error)) throw uncaught(cause);
      throw new AssayError('LOAD_FAILED', `the plugin does not load: ${cause.message}`, { cause });
    }
  }

  #importsOf(module: WebAssembly.Module): { imports: WebAssembly.Imports; usesWasi: boolean } {
    // Without a prototype: a module may import from "__proto__" or "constructor".
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = Object.create(null);
    let usesWasi = false;
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      if (kind !== 'function') {
        throw new AssayError(
          'HOST_UNSUPPORTED',
          `the plugin imports the ${kind} ${from}.${name}, which this host lacks`,
        );
      }
      const group: Record<string, WebAssembly.ImportValue> = imports[from] ?? Object.create(null);
      imports[from] = group;
      const isWasi = WASI_MODULES.has(from);
      usesWasi ||= isWasi;
      const offered = isWasi ? this.#wasi.function(name) : this.#hostFunction(from, name);
      group[name] = offered ?? (() => this.#refuse(from, name));
    }
    return { imports, usesWasi };
  }

  #hostFunction(from: string, name: string): WebAssembly.ImportValue | undefined {
    if (from !== 'env') return undefined;
    if (name === 'abort') return (message: number, file: number, line: number) => this.#abort(message, file, line);
    if (name === 'emscripten_notify_memory_growth') return () => {};
    return assemblyScriptImport(name, {
      require: (capability, called) => {
        this.#requireLoaded(called);
        if (!this.#granted.has(capability)) deny(capability, called);
      },
      string: (address) => new TextPasser(this.#exports).assemblyScriptString(address >>> 0) ?? '',
      print: (stream, line) => this.#wasi.print(stream, `${line}\n`),
    });
  }

  #requireLoaded(called: string): void {
    if (this.#exports['memory'] instanceof WebAssembly.Memory) return;
    throw new AssayError(
      'CAPABILITY_DENIED',
      `the plugin called ${called} before it was loaded, or exports no memory`,
      {
        hint: 'While a module loads nothing is granted: call it from an exported function, not at the top level.',
      },
    );
  }

  #refuse(from: string, name: string): never {
    const capability = `host:${from}.${name}`;
    if (!this.#granted.has(capability)) deny(capability, `${from}.${name}`);
    throw new AssayError('HOST_UNSUPPORTED', `the plugin called ${from}.${name}, which only its own host offers`, {
      hint: 'Run it in the application it was written for.',
    });
  }

  #abort(message: number, file: number, line: number): never {
    const texts = new TextPasser(this.#exports);
    const read = (pointer: number): string | undefined =>
      texts.passing === 'none' ? undefined : texts.assemblyScriptString(pointer >>> 0);
    const place = read(file);
    const where = place === undefined ? '' : ` (${place}:${line})`;
    throw new AssayError('PLUGIN_TRAPPED', `the plugin aborted: ${read(message) ?? 'no message'}${where}`);
  }

  #call(name: string): void {
    const exported = this.#exports[name];
    if (typeof exported === 'function') Reflect.apply(exported, undefined, []);
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      if (isAssayError(thrown)) throw thrown;
      if (!(thrown instanceof Error)) throw uncaught(thrown);
      if (thrown instanceof PluginExit) {
        if (this.#request.export === undefined) throw thrown;
        throw new AssayError('PLUGIN_TRAPPED', `${thrown.message} instead of returning`, { cause: thrown });
      }
      if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) {
        throw new AssayError('PLUGIN_TRAPPED', `the plugin trapped: ${thrown.message}`, { cause: thrown });
      }
      throw thrown;
    }
  }
}

/** What a module throws by itself is a WebAssembly.Exception, or any value at all; never an Error. */
function uncaught(cause: unknown): AssayError {
  return new AssayError('PLUGIN_TRAPPED', 'the plugin threw an exception that nothing in it catches', { cause });
}

function refuseForeignAbi(request: RunRequest): void {
  const { kind } = request.abi;
  if (kind === 'wasi-p1' || kind === 'custom' || kind === 'emscripten') return;
  throw new AssayError('HOST_UNSUPPORTED', `plugins of kind ${kind} need their own host; "assay run" is none`, {
    hint: 'It runs wasi-p1, emscripten (standalone) and custom modules.',
  });
}

function unknownExport(name: string, exports: WebAssembly.Exports): AssayError {
  return new AssayError('EXPORT_UNKNOWN', `the plugin has no function "${name}"`, {
    hint: `It exports: ${functionsOf(exports)}`,
  });
}

function functionsOf(exports: WebAssembly.Exports): string {
  const names = Object.keys(exports).filter((name) => typeof exports[name] === 'function' && !name.startsWith('_'));
  return names.length === 0 ? 'no functions' : names.slice(0, 20).join(', ');
}

function shown(argument: RunRequest['args'][number]): string {
  return typeof argument === 'object' ? argument.text : String(argument);
}
