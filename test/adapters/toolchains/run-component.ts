import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { temporaryFolder } from './compile.ts';

type Call = (...args: never[]) => unknown;
type Members = Record<string, unknown>;

/** The host's functions that were called: `wasi:filesystem/types#[method]descriptor.open-at`, without versions. */
export interface Calls {
  readonly onLoad: ReadonlySet<string>;
  readonly byExport: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Runs a component the way jco does, over its implementation of WASI with no folder but an empty one, and calls each
 * export in an instance of its own. `exports` are `function` or `instance#function`, versions included.
 * Ending the program or trapping ends a call and nothing else.
 */
export async function callsOf(
  bytes: Uint8Array,
  exports: readonly string[],
  own: Record<string, Members> = {},
): Promise<Calls> {
  const folder = await temporaryFolder();
  const { files, imports } = await transpileBytes(bytes, {
    name: 'component',
    instantiation: 'sync',
    nodejsCompat: false,
    wasiShim: false,
  });
  const file = (name: string) => {
    const content = files[name];
    if (content === undefined) throw new Error(`jco made no ${name}`);
    return content;
  };
  await writeFile(join(folder, 'component.mjs'), file('component.js'));
  const { instantiate } = await import(pathToFileURL(join(folder, 'component.mjs')).href);
  const recorder = new Recorder();
  const host: Members = {};
  for (const name of imports) host[name] = recorder.record(name, own[name] ?? (await shimOf(name)));
  const fresh = () => instantiate((name: string) => new WebAssembly.Module(Buffer.from(file(name))), host);
  const onLoad = recorder.during(fresh).calls;
  const byExport = new Map<string, ReadonlySet<string>>();
  for (const path of exports) {
    const { value } = recorder.during(fresh);
    byExport.set(path, recorder.during(() => functionAt(value, path)()).calls);
  }
  recorder.restore();
  return { onLoad, byExport };
}

/** jco's own implementation of a WASI interface, found beside it. */
async function shimOf(name: string): Promise<Members> {
  const [, part = '', member = ''] = /^wasi:([a-z]+)\/([a-z-]+)/.exec(name) ?? [];
  const require = createRequire(createRequire(import.meta.url).resolve('@bytecodealliance/jco-transpile'));
  const shim: Members = await import(pathToFileURL(require.resolve(`@bytecodealliance/preview2-shim/${part}`)).href);
  const found = shim[camel(member)];
  if (!isRecord(found)) throw new Error(`no implementation of ${name}`);
  return found;
}

function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

/** The export, called with a text, which those without parameters do not look at. */
function functionAt(instance: unknown, path: string): () => unknown {
  let found = instance;
  for (const part of path.split('#')) {
    found = isRecord(found) ? (found[part] ?? found[part.replace(/@.*/, '')] ?? found[camel(part)]) : undefined;
  }
  if (typeof found !== 'function') throw new Error(`the component has no ${path}`);
  const called: (...args: string[]) => unknown = found.bind(undefined);
  return () => called('a text');
}

class Recorder {
  private seen = new Set<string>();
  private readonly undo: (() => void)[] = [];

  /** What `work` returns and which functions of the host it calls, whether it ends well or not. */
  during<T>(work: () => T): { value: T | undefined; calls: ReadonlySet<string> } {
    this.seen = new Set();
    let value: T | undefined;
    try {
      value = work();
    } catch {
      // A trap or an exit; what was called until then counts.
    }
    return { value, calls: this.seen };
  }

  restore(): void {
    for (const step of this.undo.reverse()) step();
  }

  /** The members of an interface, wrapped; methods are wrapped in place, since the host makes the objects. */
  record(name: string, members: Members): Members {
    const note = (called: string) => this.seen.add(called.replace(/#default$/, ''));
    const recorded: Members = {};
    for (const [key, member] of Object.entries(members)) {
      if (typeof member !== 'function') continue;
      if (!/^[A-Z]/.test(key)) recorded[key] = this.wrap(member as Call, () => note(`${name}#${kebab(key)}`));
      else {
        this.patch(member.prototype, (method) => note(`${name}#[method]${kebab(key)}.${kebab(method)}`));
        recorded[key] = member;
      }
    }
    return recorded;
  }

  private patch(prototype: Members, note: (method: string) => void): void {
    for (const method of Object.getOwnPropertyNames(prototype)) {
      const original = prototype[method];
      if (method === 'constructor' || typeof original !== 'function') continue;
      prototype[method] = this.wrap(original as Call, () => note(method));
      this.undo.push(() => {
        prototype[method] = original;
      });
    }
  }

  private wrap(original: Call, note: () => void): Call {
    return function wrapped(this: unknown, ...args: never[]) {
      note();
      return original.apply(this, args);
    };
  }
}

function camel(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function kebab(name: string): string {
  return name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
}
