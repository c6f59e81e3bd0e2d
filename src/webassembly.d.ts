/**
 * The part of the WebAssembly JavaScript interface that Assay uses (W3C, "WebAssembly JavaScript Interface").
 * Node's own types leave it to the browser's, which would bring in every other browser global as well.
 */
declare namespace WebAssembly {
  type ImportValue = ((...args: never[]) => unknown) | Memory | Table | Global | Tag | number | bigint;
  type Imports = Record<string, Record<string, ImportValue>>;
  type Exports = Record<string, unknown>;
  type ExternalKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }
  const Module: {
    new (bytes: Uint8Array): Module;
    imports(module: Module): { module: string; name: string; kind: ExternalKind }[];
    exports(module: Module): { name: string; kind: ExternalKind }[];
    customSections(module: Module, name: string): ArrayBuffer[];
  };

  interface Instance {
    readonly exports: Exports;
  }
  const Instance: { new (module: Module, imports?: Imports): Instance };

  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  const Memory: { new (descriptor: { initial: number; maximum?: number; shared?: boolean }): Memory };

  interface Table {
    readonly length: number;
    get(index: number): unknown;
    set(index: number, value: unknown): void;
  }
  const Table: {
    new (descriptor: { element: 'anyfunc' | 'externref'; initial: number; maximum?: number }): Table;
  };
  interface Global {
    value: unknown;
  }
  const Global: { new (descriptor: { value: string; mutable: boolean }, value?: unknown): Global };

  interface Tag {
    readonly [Symbol.toStringTag]: 'WebAssembly.Tag';
  }
  const Tag: { new (descriptor: { parameters: string[] }): Tag };
  class Exception {
    is(tag: Tag): boolean;
    getArg(tag: Tag, index: number): unknown;
  }

  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  function validate(bytes: Uint8Array): boolean;
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
}
