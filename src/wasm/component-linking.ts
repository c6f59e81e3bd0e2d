import type { ComponentDefinitions, Definition, ItemRef, NamedItem } from './component-definitions.ts';
import { addRoots, dropOf, hostItem, type Item, type Items, join, NOTHING } from './component-items.ts';
import type { ExternDescription } from './component-types.ts';
import { LIMITS } from './limits.ts';
import {
  type Callee,
  type CoreItem,
  type LinkedInstance,
  LinkedProgram,
  type LinkedTable,
  Unlinkable,
} from './linked-program.ts';
import { START_ROOT } from './root-names.ts';

/** What is to be instantiated; what the host gives is code that nobody here has seen. */
function known(item: Item = NOTHING): Item {
  if (item.sort === 'unknown-code') throw new Unlinkable(`a ${item.what} that it imports is instantiated inside`);
  return item;
}

type CoreInstance = { readonly linked: LinkedInstance } | { readonly items: ReadonlyMap<string, CoreItem> };

const OTHER: CoreItem = { sort: 'other' };

/**
 * Instantiates a component and everything in it on paper, the way a host would: linking is static, so what each core
 * instance imports is known. `size` is the component's in bytes. Throws `Unlinkable` where it is not: code of the
 * host's own is instantiated inside, a table says where threads begin, or the limits are passed.
 */
export function linkComponent(definitions: ComponentDefinitions, size: number): LinkedProgram {
  const program = new LinkedProgram(size);
  const scope = new Scope(program, undefined, undefined, 0);
  scope.run(definitions);
  for (const [name, item] of scope.exports) addRoots(program, name, item);
  if (program.started.length > 0) program.roots.push({ name: START_ROOT, callee: program.relay(program.started) });
  return program;
}

/** One instantiation of a component: its index spaces, filled in the order of its definitions. */
class Scope {
  readonly exports = new Map<string, Item>();
  private readonly program: LinkedProgram;
  private readonly outer: Scope | undefined;
  /** What its imports are given; undefined for the outermost, which the host gives its own. */
  private readonly args: Items | undefined;
  private readonly depth: number;
  private imports = 0;

  private readonly functions: Item[] = [];
  private readonly types: Item[] = [];
  private readonly components: Item[] = [];
  private readonly instances: Item[] = [];
  private readonly coreModules: Item[] = [];
  private readonly coreInstances: CoreInstance[] = [];
  private readonly coreFunctions: CoreItem[] = [];
  private readonly coreTables: CoreItem[] = [];

  constructor(program: LinkedProgram, outer: Scope | undefined, args: Items | undefined, depth: number) {
    if (depth > LIMITS.linkedDepth) {
      throw new Unlinkable(`more than ${LIMITS.linkedDepth} components are instantiated inside each other`);
    }
    this.program = program;
    this.outer = outer;
    this.args = args;
    this.depth = depth;
  }

  run({ list }: ComponentDefinitions): void {
    for (const definition of list) {
      this.program.step();
      this.define(definition);
    }
  }

  private define(definition: Definition): void {
    const { program } = this;
    switch (definition.kind) {
      case 'core-module':
        this.coreModules.push({ sort: 'core-module', module: definition.module });
        return;
      case 'core-instance':
        this.coreInstances.push({ linked: this.instantiateModule(definition) });
        return;
      case 'core-exports':
        this.coreInstances.push({ items: this.coreItems(definition.items) });
        return;
      case 'component':
        this.components.push(this.component(definition.component));
        return;
      case 'instance':
        this.instances.push(this.instantiate(definition.component, definition.args));
        return;
      case 'exports':
        this.instances.push({ sort: 'instance', members: this.items(definition.items) });
        return;
      case 'alias':
        this.enter(definition.of, this.memberOf(definition.instance, definition.name));
        return;
      case 'core-alias':
        this.enterCore(definition.of, this.coreExport(definition.instance, definition.name));
        return;
      case 'outer-alias':
        this.enter(definition.of, this.ancestor(definition.outward).at({ ...definition.of, index: definition.index }));
        return;
      case 'type': {
        const { resource, destructor: index } = definition;
        const destructor = index === undefined ? undefined : this.coreFunction(index);
        this.types.push(resource ? { sort: 'resource', destructor } : NOTHING);
        return;
      }
      case 'lift':
        this.functions.push(this.relay(this.calls([definition.function, ...definition.calls])));
        return;
      case 'lower':
        this.coreFunctions.push(this.relay([this.function(definition.function), ...this.calls(definition.calls)]));
        return;
      case 'resource-drop':
        this.coreFunctions.push(this.relay(this.dropping(definition.type)));
        return;
      case 'thread-start':
        throw new Unlinkable('it starts threads at entries of a table');
      case 'builtin':
        this.coreFunctions.push(this.relay(this.calls(definition.calls)));
        return;
      case 'import':
        this.import(definition.name, definition.description);
        return;
      case 'export': {
        const item = this.at(definition.item);
        this.exports.set(definition.item.name, item);
        this.enter(definition.item, item);
        return;
      }
      case 'start':
        program.started.push(this.function(definition.function));
        return;
      case 'core-type':
        return;
    }
  }

  private import(name: string, description: ExternDescription): void {
    const place = this.imports++;
    const given = this.args === undefined ? this.fromHost(place, description) : this.args.get(name);
    if (given === undefined && description.sort !== 'type' && description.sort !== 'value') {
      throw new Unlinkable(`a component inside lacks its import ${name}`);
    }
    this.enter(
      { sort: description.sort === 'core-module' ? 'core' : description.sort, core: 'module' },
      given ?? NOTHING,
    );
  }

  private fromHost(place: number, description: ExternDescription): Item {
    const { equals } = description;
    if (equals !== undefined) return this.types[equals] ?? NOTHING;
    return hostItem(this.program, place, '', description);
  }

  private instantiate(component: number, args: readonly NamedItem[]): Item {
    const item = known(this.components[component]);
    if (item.sort !== 'component') throw new Unlinkable(`component ${component} is not known`);
    return { sort: 'instance', members: item.instantiate(this.items(args), this.depth + 1) };
  }

  /** A component that is defined here: what it aliases from outside is this scope's, wherever it is instantiated. */
  private component(definitions: ComponentDefinitions): Item {
    return {
      sort: 'component',
      instantiate: (args, depth) => {
        const scope = new Scope(this.program, this, args, depth);
        scope.run(definitions);
        return scope.exports;
      },
    };
  }

  private instantiateModule({ module, args }: Extract<Definition, { kind: 'core-instance' }>): LinkedInstance {
    const item = known(this.coreModules[module]);
    if (item.sort !== 'core-module') throw new Unlinkable(`core module ${module} is not known`);
    this.program.step(args.length);
    const given = new Map(args.map(({ name, instance }) => [name, instance]));
    const functions: Callee[] = [];
    const tables: LinkedTable[] = [];
    for (const wanted of item.module.imports) {
      const { kind } = wanted.type;
      if (kind !== 'func' && kind !== 'table' && kind !== 'global' && kind !== 'tag') continue;
      const instance = given.get(wanted.module);
      const found = instance === undefined ? undefined : this.coreExport(instance, wanted.name);
      if (kind === 'func' && found?.sort === 'func') functions.push(found.callee);
      else if (kind === 'table' && found?.sort === 'table') tables.push(found.table);
      else if (kind === 'func' || kind === 'table' || found === undefined) {
        throw new Unlinkable(`a core module inside lacks its import ${wanted.module}.${wanted.name}`);
      }
    }
    return this.program.instantiate(item.module, functions, tables);
  }

  private coreExport(instance: number, name: string): CoreItem {
    const from = this.coreInstances[instance];
    if (from === undefined) throw new Unlinkable(`core instance ${instance} is not known`);
    const item = 'linked' in from ? this.program.exported(from.linked, name) : from.items.get(name);
    if (item === undefined) throw new Unlinkable(`core instance ${instance} has no export ${name}`);
    return item;
  }

  private memberOf(instance: number, name: string): Item {
    const from = this.instances[instance] ?? NOTHING;
    if (from.sort === 'instance') return from.members.get(name) ?? NOTHING;
    if (from.sort !== 'host-instance') throw new Unlinkable(`instance ${instance} is not known`);
    const description = from.members?.get(name);
    if (description === undefined) throw new Unlinkable(`the type of instance ${instance} has no ${name}`);
    return hostItem(this.program, from.place, join(from.path, name), description);
  }

  private items(refs: readonly NamedItem[]): Items {
    this.program.step(refs.length);
    return new Map(refs.map((ref) => [ref.name, this.at(ref)]));
  }

  private coreItems(refs: readonly NamedItem[]): ReadonlyMap<string, CoreItem> {
    this.program.step(refs.length);
    return new Map(refs.map(({ name, core, index }) => [name, this.coreAt(core, index)]));
  }

  private at({ sort, core, index }: ItemRef): Item {
    switch (sort) {
      case 'func':
        return this.functions[index] ?? NOTHING;
      case 'type':
        return this.types[index] ?? NOTHING;
      case 'component':
        return this.components[index] ?? NOTHING;
      case 'instance':
        return this.instances[index] ?? NOTHING;
      case 'core':
        return core === 'module' ? (this.coreModules[index] ?? NOTHING) : NOTHING;
      case 'value':
        return NOTHING;
    }
  }

  private coreAt(core: ItemRef['core'], index: number): CoreItem {
    if (core === 'func') return { sort: 'func', callee: this.coreFunction(index) };
    if (core !== 'table') return OTHER;
    const table = this.coreTables[index];
    if (table === undefined) throw new Unlinkable(`core table ${index} is not known`);
    return table;
  }

  private enter({ sort, core }: Omit<ItemRef, 'index'>, item: Item): void {
    if (sort === 'func') this.functions.push(item);
    else if (sort === 'type') this.types.push(item);
    else if (sort === 'component') this.components.push(item);
    else if (sort === 'instance') this.instances.push(item);
    else if (sort === 'core' && core === 'module') this.coreModules.push(item);
  }

  private enterCore(core: ItemRef['core'], item: CoreItem): void {
    if (core === 'func') this.coreFunctions.push(item);
    else if (core === 'table') this.coreTables.push(item);
  }

  private function(index: number): Callee {
    const item = this.functions[index];
    if (item?.sort !== 'func') throw new Unlinkable(`function ${index} is not known`);
    return item.callee;
  }

  private coreFunction(index: number): Callee {
    const item = this.coreFunctions[index];
    if (item?.sort !== 'func') throw new Unlinkable(`core function ${index} is not known`);
    return item.callee;
  }

  private calls(coreFunctions: readonly number[]): Callee[] {
    return coreFunctions.map((index) => this.coreFunction(index));
  }

  private relay(calls: Callee[]): { readonly sort: 'func'; readonly callee: Callee } {
    return { sort: 'func', callee: this.program.relay(calls) };
  }

  private dropping(index: number): Callee[] {
    const item = this.types[index];
    if (item?.sort === 'host-type') return [this.program.hostFunction(item.place, dropOf(item.path))];
    if (item?.sort !== 'resource') throw new Unlinkable(`type ${index} is not known to be a resource`);
    return item.destructor === undefined ? [] : [item.destructor];
  }

  private ancestor(count: number): Scope {
    if (count === 0) return this;
    if (this.outer === undefined) throw new Unlinkable('an alias leads out of the outermost component');
    return this.outer.ancestor(count - 1);
  }
}
