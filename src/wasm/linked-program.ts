import type { CoreModule } from './core-module.ts';
import { LIMITS } from './limits.ts';

/** A function of the linked program, by number. */
export type Callee = number;

/** Linking cannot be followed, for this reason. */
export class Unlinkable extends Error {}

/** A table that one or several core instances hold. */
export interface LinkedTable {
  /** Core instances that hold it, with its index there. */
  readonly holders: { readonly instance: LinkedInstance; readonly index: number }[];
}

/** What an item of a core instance is. Of memories and globals nothing matters here. */
export type CoreItem =
  | { readonly sort: 'func'; readonly callee: Callee }
  | { readonly sort: 'table'; readonly table: LinkedTable }
  | { readonly sort: 'other' };

/** A core module with its imports filled in. Functions that it defines have consecutive numbers from `first`. */
export interface LinkedInstance {
  readonly module: CoreModule;
  readonly first: Callee;
  /** The functions that it imports. */
  readonly imported: readonly Callee[];
  /** All its tables, imported ones first. */
  readonly tables: readonly LinkedTable[];
}

/** A function of the host: that of an import, or of an imported instance. */
export interface HostFunction {
  readonly callee: Callee;
  readonly import: number;
  /** Name in the imported instance; empty for an imported function. */
  readonly member: string;
}

/** A step between functions that is none of its own: a lifted or lowered function, a builtin, a destructor's call. */
export interface Relay {
  readonly callee: Callee;
  readonly calls: Callee[];
}

/** How much a component may become when it is linked: a little for any, and more with its size in bytes. */
export interface LinkLimits {
  readonly definitions: number;
  readonly functions: number;
  readonly calls: number;
  /** Characters of names that are put together from several. */
  readonly text: number;
}

function limitsFor(size: number): LinkLimits {
  return {
    definitions: Math.min(LIMITS.linkedDefinitions, 50_000 + size),
    functions: Math.min(LIMITS.linkedFunctions, 50_000 + Math.floor(size / 8)),
    calls: Math.min(LIMITS.linkedCalls, 500_000 + size),
    text: 1_000_000 + 4 * size,
  };
}

/**
 * All functions of a component once everything in it is instantiated. It grows while the component is linked, within
 * limits: a small file can instantiate components inside each other without end.
 */
export class LinkedProgram {
  readonly instances: LinkedInstance[] = [];
  readonly hostFunctions: HostFunction[] = [];
  readonly relays: Relay[] = [];
  /** What is called while the component is instantiated. */
  readonly started: Callee[] = [];
  /** Functions that the host calls. */
  readonly roots: { readonly name: string; readonly callee: Callee }[] = [];
  /** Exported components and core modules: the host instantiates them with imports of its own choosing. */
  readonly instantiable: string[] = [];
  /** Exports of each module that something inside the component uses. */
  readonly usedExports = new Map<CoreModule, Set<string>>();
  functions = 0;

  readonly limits: LinkLimits;

  private readonly host = new Map<string, Callee>();
  private steps = 0;
  private characters = 0;

  constructor(size: number) {
    this.limits = limitsFor(size);
  }

  /** Counts work against its limit. */
  step(many = 1): void {
    this.steps += many;
    if (this.steps > this.limits.definitions) {
      throw new Unlinkable(`more than ${this.limits.definitions} definitions are carried out to instantiate it`);
    }
  }

  /** Counts a name that is put together: a long one may stand before each of many short ones. */
  text(name: string): void {
    this.characters += name.length;
    if (this.characters > this.limits.text) throw new Unlinkable('its names are too long to put together');
  }

  hostFunction(place: number, member: string): Callee {
    this.text(member);
    const key = `${place} ${member}`;
    let callee = this.host.get(key);
    if (callee === undefined) {
      callee = this.number(1);
      this.host.set(key, callee);
      this.hostFunctions.push({ callee, import: place, member });
    }
    return callee;
  }

  relay(calls: Callee[]): Callee {
    const callee = this.number(1);
    this.relays.push({ callee, calls });
    return callee;
  }

  instantiate(module: CoreModule, imported: readonly Callee[], importedTables: readonly LinkedTable[]): LinkedInstance {
    const first = this.number(module.functionTypes.length - module.importedFunctions);
    const tables = module.tables.map((_, index): LinkedTable => importedTables[index] ?? { holders: [] });
    const instance: LinkedInstance = { module, first, imported, tables };
    for (const [index, table] of tables.entries()) table.holders.push({ instance, index });
    this.instances.push(instance);
    this.step(module.imports.length + tables.length);
    if (module.startFunction !== undefined) this.started.push(calleeOf(instance, module.startFunction));
    return instance;
  }

  /** An export of a core instance of `instance`'s module; undefined where it has none of that name. */
  exported(instance: LinkedInstance, name: string): CoreItem | undefined {
    const { module } = instance;
    const item = exportsOf(module).get(name);
    if (item === undefined) return undefined;
    const used = this.usedExports.get(module);
    if (used === undefined) this.usedExports.set(module, new Set([name]));
    else used.add(name);
    if (item.kind === 'func') return { sort: 'func', callee: calleeOf(instance, item.index) };
    const table = item.kind === 'table' ? instance.tables[item.index] : undefined;
    return table === undefined ? { sort: 'other' } : { sort: 'table', table };
  }

  private number(many: number): Callee {
    const first = this.functions;
    this.functions += many;
    if (this.functions > this.limits.functions) {
      throw new Unlinkable(`its core instances have more than ${this.limits.functions} functions together`);
    }
    return first;
  }
}

/** The number of a function that an instance knows by `index`. */
export function calleeOf({ module, first, imported }: LinkedInstance, index: number): Callee {
  if (index >= module.importedFunctions) return first + index - module.importedFunctions;
  const callee = imported[index];
  if (callee === undefined) throw new Unlinkable('a core module lacks an import');
  return callee;
}

const EXPORTS = new WeakMap<CoreModule, ReadonlyMap<string, { readonly kind: string; readonly index: number }>>();

function exportsOf(module: CoreModule): ReadonlyMap<string, { readonly kind: string; readonly index: number }> {
  let exports = EXPORTS.get(module);
  if (exports === undefined) {
    exports = new Map(module.exports.map(({ name, type, index }) => [name, { kind: type.kind, index }]));
    EXPORTS.set(module, exports);
  }
  return exports;
}
