import { digestOf } from '#model/digest';
import type { BuildJob } from '#model/build-record';
import type { BuildCache } from '#ports/build-cache';
import type { BuildFiles } from '#ports/build-files';
import type { CompileRequest, SharedInput, Toolchain } from '#ports/toolchain';

export const JOB: BuildJob = {
  id: 'acme.greet',
  plugin: 'acme/greet',
  version: '1.0.0',
  folder: '.',
  toolchain: 'wat',
  sources: ['a.wat'],
  optimize: 'size',
  options: {},
  inputs: [],
};

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Build files in memory: `sources` are the inputs of every folder; outputs of compilers and builds land in `written`. */
export class MemoryFiles implements BuildFiles {
  sources = new Map([['a.wat', '(module)']]);
  readonly written = new Map<string, Uint8Array>();
  readonly scratches: string[] = [];

  async listInputs() {
    return [...this.sources].map(([path, text]) => ({ path, digest: digestOf(text), size: text.length }));
  }

  async scratch() {
    const path = `/scratch/${this.scratches.length}`;
    this.scratches.push(path);
    return { path, [Symbol.asyncDispose]: async () => {} };
  }

  async copyInputs(_folder: string, _inputs: unknown, into: string) {
    return { root: into, folder: `${into}/plugin` };
  }

  async readOutput(folder: string, path: string) {
    return this.written.get(`${folder}/${path}`) ?? encode('');
  }

  async write(folder: string, files: readonly { readonly name: string; readonly bytes: Uint8Array }[]) {
    for (const { name, bytes } of files) this.written.set(`${folder}/${name}`, bytes);
  }
}

/** A compiler whose output names its run, so that a second run can be told from a restored first one. */
export class CountingToolchain implements Toolchain {
  readonly name = 'wat';
  recipe = 1;
  version = 'fake 1.0';
  runs = 0;
  companions: string[] = [];
  identity: string | undefined;
  shared: SharedInput[] = [];
  readonly requests: CompileRequest[] = [];
  readonly #files: MemoryFiles;

  constructor(files: MemoryFiles) {
    this.#files = files;
  }

  async detect() {
    const identity = this.identity === undefined ? {} : { identity: this.identity };
    return { version: this.version, location: '/fake', ...identity };
  }

  async sharedInputs() {
    return this.shared;
  }

  async compile(request: CompileRequest) {
    const { outputFolder } = request;
    this.requests.push(request);
    this.runs++;
    const names = ['module.wasm', ...this.companions];
    await this.#files.write(
      outputFolder,
      names.map((name) => ({ name, bytes: encode(`${name} of run ${this.runs}`) })),
    );
    const diagnostics = [{ severity: 'warning' as const, message: 'unused', file: 'a.wat', line: 3 }];
    return {
      module: 'module.wasm',
      companions: this.companions,
      arguments: ['-o', '$OUTPUT'],
      diagnostics,
      log: 'ok\n',
    };
  }
}

export class MemoryCache implements BuildCache {
  readonly name = 'memory';
  readonly entries = new Map<string, Uint8Array>();

  async restore(key: string) {
    return this.entries.get(key);
  }

  async save(key: string, bytes: Uint8Array) {
    this.entries.set(key, bytes);
  }

  async discard(key: string) {
    this.entries.delete(key);
  }
}
