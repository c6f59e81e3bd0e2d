import type { Export, Import, Section } from '#model/module-facts';
import { ByteReader } from './byte-reader.ts';
import { readCanonicalFunction } from './canonical-functions.ts';
import { ComponentDefinitions, RecordedDefinitions } from './component-definitions.ts';
import { ComponentIndexSpaces, externType } from './component-index-spaces.ts';
import { readAlias, readCoreInstance, readInstance } from './component-instances.ts';
import { COMPONENT_SECTION, COMPONENT_SECTION_NAMES, ESSENTIAL_SECTIONS } from './component-sections.ts';
import { skipCoreType } from './component-core-types.ts';
import { readExternName } from './component-names.ts';
import { readSort } from './component-sorts.ts';
import { TypeBudget } from './component-type-budget.ts';
import { type ExternDescription, TypeScope } from './component-types.ts';
import { readEach } from './component-vectors.ts';
import { type CoreModule, decodeCoreModule, type Oddity } from './core-module.ts';
import { CORE_SECTION } from './core-sections.ts';
import { malformed, NotUnderstood, overLimit } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { LIMITS } from './limits.ts';
import { readComponentPreamble } from './preamble.ts';

export interface Nested {
  readonly kind: 'module' | 'component';
  readonly offset: number;
  readonly size: number;
  readonly depth: number;
}

/** A component as the file says it. Imports and exports are those of the outermost one. */
export interface Component {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly imports: readonly (Import & { readonly callable: boolean })[];
  readonly exports: readonly Export[];
  readonly features: FeatureSet;
  /** Core modules at any depth, in file order. */
  readonly modules: readonly CoreModule[];
  readonly nested: readonly Nested[];
  /** Custom sections of the component and of those inside it, in file order; not those of core modules. */
  readonly customSections: readonly Section[];
  /** What the outermost component defines, and whether anything is missing there. */
  readonly definitions: ComponentDefinitions;
  readonly recorded: RecordedDefinitions;
  readonly oddities: readonly Oddity[];
}

/** What all levels of one file share. */
interface Shared {
  readonly features: FeatureSet;
  readonly modules: CoreModule[];
  readonly nested: Nested[];
  readonly customSections: Section[];
  readonly oddities: Oddity[];
  readonly budget: TypeBudget;
  readonly recorded: RecordedDefinitions;
  sections: number;
  /** Custom sections, those of core modules included. */
  custom: number;
}

export function decodeComponent(bytes: Uint8Array): Component {
  if (bytes.length > LIMITS.moduleBytes) throw overLimit(0, `${bytes.length} bytes`, LIMITS.moduleBytes);
  const shared: Shared = {
    features: new Set(['component-model']),
    modules: [],
    nested: [],
    customSections: [],
    oddities: [],
    budget: new TypeBudget(bytes.length),
    recorded: new RecordedDefinitions(),
    sections: 0,
    custom: 0,
  };
  const reader = new ComponentReader(bytes, 0, bytes.length, shared, undefined, 0);
  reader.read();
  const { features, modules, nested, customSections, oddities, recorded } = shared;
  return {
    bytes,
    features,
    modules,
    nested,
    customSections,
    oddities,
    recorded,
    sections: reader.sections,
    imports: reader.imports,
    exports: reader.exports,
    definitions: reader.definitions,
  };
}

class ComponentReader {
  readonly sections: Section[] = [];
  readonly imports: (Import & { readonly callable: boolean })[] = [];
  readonly exports: Export[] = [];
  readonly definitions: ComponentDefinitions;

  private readonly bytes: Uint8Array;
  private readonly start: number;
  private readonly end: number;
  private readonly shared: Shared;
  private readonly scope: TypeScope;
  private readonly spaces: ComponentIndexSpaces;
  private readonly depth: number;

  constructor(
    bytes: Uint8Array,
    start: number,
    end: number,
    shared: Shared,
    outer: TypeScope | undefined,
    depth: number,
  ) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.shared = shared;
    this.scope = new TypeScope(shared.features, shared.budget, outer);
    this.spaces = new ComponentIndexSpaces(this.scope);
    this.depth = depth;
    this.definitions = new ComponentDefinitions(shared.recorded);
  }

  read(): void {
    const reader = new ByteReader(this.bytes, this.start, this.end, 'component');
    readComponentPreamble(reader);
    while (!reader.done) this.section(reader);
  }

  private section(reader: ByteReader): void {
    const at = reader.position;
    const id = reader.byte('a section id');
    const name = COMPONENT_SECTION_NAMES[id];
    if (name === undefined) throw malformed(at, `Malformed section id ${id}`, 'a section id from 0 to 12');
    const size = reader.u32('the size of a section');
    const offset = reader.position;
    const inner = reader.window(size, `${name} section`);
    if (++this.shared.sections > LIMITS.componentSections) {
      throw overLimit(at, 'Too many sections', LIMITS.componentSections);
    }
    if (id === COMPONENT_SECTION.custom) {
      this.countCustomSections(1, at);
      const custom = inner.name('the name of a custom section');
      const section = { id, name, custom, offset, size };
      this.sections.push(section);
      this.shared.customSections.push(section);
      return;
    }
    this.sections.push({ id, name, offset, size });
    try {
      this.known(id, inner);
      inner.finish();
      const items = Math.max(this.spaces.size, this.definitions.list.length);
      if (items > LIMITS.componentItems) throw overLimit(at, `${items} items of a component`, LIMITS.componentItems);
    } catch (failure) {
      if (!(failure instanceof NotUnderstood)) throw failure;
      if (ESSENTIAL_SECTIONS.has(id)) {
        throw malformed(failure.offset, `The ${name} section has ${failure.message}`, 'a construct that is known');
      }
      this.spaces.adrift = true;
      this.shared.recorded.missing ??= `its ${name} section has ${failure.message}, which is not known`;
      this.shared.oddities.push({
        what: 'not-understood',
        offset: failure.offset,
        detail: `${name}: ${failure.message}`,
      });
    }
  }

  private known(id: number, reader: ByteReader): void {
    switch (id) {
      case COMPONENT_SECTION.coreModule:
        this.addModule(reader);
        return;
      case COMPONENT_SECTION.component:
        this.addComponent(reader);
        return;
      case COMPONENT_SECTION.coreInstance:
        return readEach(reader, 'core instances', () => readCoreInstance(reader, this.definitions));
      case COMPONENT_SECTION.coreType:
        return readEach(reader, 'core types', () => {
          skipCoreType(reader, this.shared.features);
          this.definitions.add({ kind: 'core-type' });
        });
      case COMPONENT_SECTION.instance:
        return readEach(reader, 'instances', () => readInstance(reader, this.spaces, this.definitions));
      case COMPONENT_SECTION.alias:
        return readEach(reader, 'aliases', () => readAlias(reader, this.spaces, this.definitions));
      case COMPONENT_SECTION.type:
        return readEach(reader, 'types', () => this.definedType(reader));
      case COMPONENT_SECTION.import:
        return this.interface(reader, this.imports, () => this.import(reader));
      case COMPONENT_SECTION.export:
        return this.interface(reader, this.exports, () => this.export(reader));
      case COMPONENT_SECTION.canon:
        return readEach(reader, 'canonical functions', () => this.canonicalFunction(reader));
      case COMPONENT_SECTION.start:
        this.shared.features.add('component-model-values');
        this.definitions.add({ kind: 'start', function: reader.u32('a function') });
        readEach(reader, 'arguments', () => reader.u32('a value'));
        reader.u32('a number of results');
        return;
      case COMPONENT_SECTION.value:
        this.shared.features.add('component-model-values');
        reader.position = reader.end;
        return;
    }
  }

  private interface(reader: ByteReader, items: readonly unknown[], read: () => void): void {
    readEach(reader, 'imports or exports', () => {
      if (items.length >= LIMITS.componentInterface) {
        throw overLimit(reader.position, 'Too many imports or exports of a component', LIMITS.componentInterface);
      }
      read();
    });
  }

  private nest(kind: Nested['kind'], reader: ByteReader): void {
    if (this.depth >= LIMITS.nestingDepth) {
      throw overLimit(this.start, 'Modules and components inside each other', LIMITS.nestingDepth);
    }
    if (this.shared.nested.length >= LIMITS.nestedModules) {
      throw overLimit(reader.position, 'Too many modules and components in one file', LIMITS.nestedModules);
    }
    this.shared.nested.push({ kind, offset: reader.position, size: reader.remaining, depth: this.depth + 1 });
  }

  private countCustomSections(many: number, offset: number): void {
    this.shared.custom += many;
    if (this.shared.custom > LIMITS.customSections) {
      throw overLimit(offset, 'Too many custom sections', LIMITS.customSections);
    }
  }

  private addModule(reader: ByteReader): void {
    this.nest('module', reader);
    const module = decodeCoreModule(this.bytes, reader.position, reader.end);
    this.shared.modules.push(module);
    const customs = module.sections.filter(({ id }) => id === CORE_SECTION.custom);
    this.countCustomSections(customs.length, reader.position);
    this.definitions.add({ kind: 'core-module', module });
    for (const feature of module.features) this.shared.features.add(feature);
    reader.position = reader.end;
  }

  private addComponent(reader: ByteReader): void {
    this.nest('component', reader);
    const inner = new ComponentReader(this.bytes, reader.position, reader.end, this.shared, this.scope, this.depth + 1);
    inner.read();
    this.definitions.add({ kind: 'component', component: inner.definitions });
    const members = new Map<string, ExternDescription>();
    for (const { name, type } of inner.exports) {
      members.set(name, {
        sort: 'func',
        text: 'text' in type ? (type.text ?? '_') : '_',
        callable: true,
        members: undefined,
      });
    }
    this.spaces.components.push({ text: 'component', callable: true, members });
    reader.position = reader.end;
  }

  private canonicalFunction(reader: ByteReader): void {
    const { definition, type } = readCanonicalFunction(reader, this.scope);
    this.definitions.add(definition);
    if (type !== undefined) this.spaces.functions.push(this.spaces.item(this.scope.types, type));
  }

  private definedType(reader: ByteReader): void {
    const type = this.scope.readDefinedType(reader);
    this.scope.types.push(type);
    const { resource } = type;
    this.definitions.add({ kind: 'type', resource: resource !== undefined, destructor: resource?.destructor });
  }

  private import(reader: ByteReader): void {
    const offset = reader.position;
    const name = readExternName(reader, this.shared.features);
    const description = this.scope.readExternDescription(reader);
    const known = this.spaces.adrift ? { ...description, text: '_', callable: true } : description;
    this.spaces.enter(known, offset);
    this.definitions.add({ kind: 'import', name, description });
    this.imports.push({ module: '', name, type: externType(known), offset, callable: known.callable });
  }

  private export(reader: ByteReader): void {
    const offset = reader.position;
    const name = readExternName(reader, this.shared.features);
    const { sort, core } = readSort(reader);
    const index = reader.u32('an index');
    this.definitions.add({ kind: 'export', item: { name, sort, core, index } });
    const own = this.spaces.describe(sort, index);
    const described = reader.flag('option') ? this.scope.readExternDescription(reader) : own;
    this.spaces.enter(described, offset);
    this.exports.push({ name, type: externType(described), index, offset });
  }
}
