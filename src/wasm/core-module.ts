import type { Export, ExternType, Import, Limits, ModuleFacts, Section } from '#model/module-facts';
import { ByteReader } from './byte-reader.ts';
import { CodeFacts } from './code-facts.ts';
import { type Integer, readConstantExpression } from './constant-expression.ts';
import { type ElementSegment, readElementSection } from './element-section.ts';
import {
  count64,
  ExternTypes,
  type GlobalType,
  type LimitsRead,
  readGlobalType,
  readLimits,
  readTableType,
  readTagType,
  readTypeUse,
  type TableType,
} from './extern-types.ts';
import { invalid, malformed, notWebAssembly, overLimit } from './failures.ts';
import type { FeatureSet } from './features.ts';
import { type IndexSpaces, InstructionWalk } from './function-body.ts';
import { instructionKernel } from './kernel.ts';
import { LIMITS } from './limits.ts';
import { operatorFeature } from './operators.ts';
import { readTypeSection, TypeTable } from './type-table.ts';

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** Import kind of a function whose type must be exactly the one named (custom descriptors proposal). */
const EXACT_FUNCTION = 0x20;

const SECTION_NAMES = [
  'custom',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'global',
  'export',
  'start',
  'element',
  'code',
  'data',
  'data count',
  'tag',
];
/** Sections in the order that they must have (section 5.5.17). */
const ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.tag,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];
const RANK = new Map(ORDER.map((id, rank) => [id, rank]));

/** Bytes of code from which on starting the kernel is cheaper than doing without. */
const KERNEL_PAYS = 4096;

export interface Oddity {
  readonly what: string;
  readonly offset: number;
  readonly detail: string;
}

export interface Table extends TableType {
  readonly imported: boolean;
  /** Functions that its initial value refers to. */
  readonly initial: readonly number[];
}

/** A core module as the file says it, before anything is concluded from it. */
export interface CoreModule {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly sections: Section[];
  readonly features: FeatureSet;
  types: TypeTable;
  readonly imports: Import[];
  readonly exports: Export[];
  /** Type index of every function, imported ones first. */
  functionTypes: Uint32Array;
  importedFunctions: number;
  /** For each imported function its place among the imports. */
  readonly functionImports: number[];
  readonly tables: Table[];
  readonly memories: { readonly limits: Limits; readonly imported: boolean }[];
  readonly globals: (GlobalType & { readonly imported: boolean })[];
  readonly tags: number[];
  startFunction: number | undefined;
  readonly elements: ElementSegment[];
  readonly data: ModuleFacts['data'];
  code: CodeFacts;
  readonly walk: InstructionWalk;
  /** Functions whose reference a constant expression of a global takes. */
  readonly globalReferences: number[];
  readonly oddities: Oddity[];
  /** Every limit that was read, for engines whose own bounds are tighter. */
  readonly limitsRead: LimitsRead[];
}

class CoreModuleReader implements CoreModule {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly sections: Section[] = [];
  readonly features: FeatureSet = new Set();
  types: TypeTable;
  readonly imports: Import[] = [];
  readonly exports: Export[] = [];
  functionTypes: Uint32Array = new Uint32Array(0);
  importedFunctions = 0;
  readonly functionImports: number[] = [];
  readonly tables: Table[] = [];
  readonly memories: { readonly limits: Limits; readonly imported: boolean }[] = [];
  readonly globals: (GlobalType & { readonly imported: boolean })[] = [];
  readonly tags: number[] = [];
  startFunction: number | undefined;
  readonly elements: ElementSegment[] = [];
  readonly data: ModuleFacts['data'] = [];
  code: CodeFacts;
  walk: InstructionWalk;
  readonly globalReferences: number[] = [];
  readonly oddities: Oddity[] = [];
  readonly limitsRead: LimitsRead[] = [];

  private externs: ExternTypes;
  private readonly functions: number[] = [];
  private readonly globalValues: (Integer | undefined)[] = [];
  private definedFunctions = 0;
  private dataCount: number | undefined;
  private codeSeen = false;
  private rank = -1;
  private padded = 0;
  private readonly kernelUse: KernelUse;

  constructor(bytes: Uint8Array, start: number, end: number, kernelUse: KernelUse) {
    this.kernelUse = kernelUse;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.types = new TypeTable(bytes);
    this.externs = new ExternTypes(this.types);
    this.code = new CodeFacts(0, this.functionTypes, this.types, 0, 0);
    this.walk = this.makeWalk();
  }

  private codeSpaces(): IndexSpaces {
    return {
      types: this.types.size,
      functions: this.functions.length,
      tables: this.tables.length,
      dataCount: this.dataCount !== undefined,
    };
  }

  /** Constant expressions may name data segments without a data count section; being constant forbids it anyway. */
  private makeWalk(inCode = false): InstructionWalk {
    const spaces = { ...this.codeSpaces(), dataCount: !inCode || this.dataCount !== undefined };
    return new InstructionWalk(spaces, this.features, this.walk?.histogram);
  }

  read(): this {
    const reader = new ByteReader(this.bytes, this.start, this.end, 'module');
    reader.onPadded = (offset) => this.notePadding(offset);
    readCorePreamble(reader);
    while (!reader.done) this.section(reader);
    this.finish();
    return this;
  }

  private notePadding(offset: number): void {
    this.padded++;
    if (this.padded <= LIMITS.listedOddities) {
      this.oddities.push({ what: 'padded-number', offset, detail: 'A LEB128 number is longer than it needs to be' });
    }
  }

  private section(reader: ByteReader): void {
    const at = reader.position;
    const id = reader.byte('a section id');
    const name = SECTION_NAMES[id];
    if (name === undefined) throw malformed(at, `Malformed section id ${id}`, 'a section id from 0 to 13');
    const size = reader.u32('the size of a section');
    const offset = reader.position;
    const inner = reader.window(size, `${name} section`);
    if (this.sections.length >= LIMITS.sections) throw overLimit(at, 'Too many sections', LIMITS.sections);
    if (id === SECTION.custom) {
      const custom = inner.name('the name of a custom section');
      this.sections.push({ id, name, custom, offset, size });
      return;
    }
    const rank = RANK.get(id) ?? 0;
    if (rank <= this.rank) {
      throw malformed(
        at,
        `Unexpected content after last section: the ${name} section stands twice or too late`,
        'sections in their order, each once',
      );
    }
    this.rank = rank;
    this.sections.push({ id, name, offset, size });
    this.known(id, inner);
    inner.finish();
  }

  private known(id: number, reader: ByteReader): void {
    switch (id) {
      case SECTION.type:
        this.types = readTypeSection(reader, this.features);
        this.externs = new ExternTypes(this.types);
        return;
      case SECTION.import:
        return this.readImports(reader);
      case SECTION.function:
        return this.readFunctions(reader);
      case SECTION.table:
        return this.readTables(reader);
      case SECTION.memory:
        return this.readMemories(reader);
      case SECTION.tag:
        return this.readTags(reader);
      case SECTION.global:
        return this.readGlobals(reader);
      case SECTION.export:
        return this.readExports(reader);
      case SECTION.start:
        this.startFunction = this.functionIndex(reader);
        return;
      case SECTION.element: {
        this.walk = this.makeWalk();
        const spaces = { tables: this.tables.length, functions: this.functions.length };
        for (const segment of readElementSection(reader, this.walk, this.features, this.globalValues, spaces)) {
          this.elements.push(segment);
        }
        return;
      }
      case SECTION.dataCount:
        this.dataCount = reader.u32('the number of data segments');
        this.features.add('bulk-memory');
        return;
      case SECTION.code:
        return this.readCode(reader);
      case SECTION.data:
        return this.readData(reader);
    }
  }

  private functionIndex(reader: ByteReader): number {
    const start = reader.position;
    const index = reader.u32('a function index');
    if (index >= this.functions.length) {
      throw invalid(start, `Unknown function ${index}`, `an index below ${this.functions.length}`);
    }
    return index;
  }

  private readImports(reader: ByteReader): void {
    const count = reader.count('imports', 3, LIMITS.imports);
    let lastModule = '';
    for (let index = 0; index < count; index++) {
      const offset = reader.position;
      const read = reader.name('the module name of an import');
      const module = read === lastModule ? lastModule : read;
      lastModule = module;
      const name = reader.name('the name of an import');
      this.imports.push({ module, name, type: this.importType(reader), offset });
    }
    this.importedFunctions = this.functions.length;
  }

  private importType(reader: ByteReader): ExternType {
    const start = reader.position;
    const kind = reader.byte('an import kind');
    if (kind === EXACT_FUNCTION) this.features.add('custom-descriptors');
    switch (kind === EXACT_FUNCTION ? 0 : kind) {
      case 0: {
        const type = readTypeUse(reader, this.types);
        this.functionImports.push(this.imports.length);
        this.functions.push(type);
        return this.externs.func(type);
      }
      case 1: {
        const { type, read } = readTableType(reader, this.features);
        this.limitsRead.push(read);
        this.tables.push({ ...type, imported: true, initial: [] });
        return this.externs.table(type);
      }
      case 2: {
        const read = readLimits(reader, 'memory', this.features);
        this.limitsRead.push(read);
        this.memories.push({ limits: read.limits, imported: true });
        return this.externs.memory(read.limits);
      }
      case 3: {
        const type = readGlobalType(reader, this.features);
        if (type.mutable) this.features.add('mutable-globals');
        this.globals.push({ ...type, imported: true });
        this.globalValues.push(undefined);
        return this.externs.global(type);
      }
      case 4: {
        const type = readTagType(reader, this.types, this.features);
        this.tags.push(type);
        return this.externs.tag(type);
      }
      default:
        throw malformed(start, `Malformed import kind 0x${kind.toString(16)}`, 'a number from 0 to 4');
    }
  }

  private readFunctions(reader: ByteReader): void {
    const start = reader.position;
    const count = reader.count('functions', 1, LIMITS.functions);
    if (this.functions.length + count > LIMITS.functions) {
      throw overLimit(start, `${this.functions.length + count} functions`, LIMITS.functions);
    }
    for (let index = 0; index < count; index++) this.functions.push(readTypeUse(reader, this.types));
    this.definedFunctions = count;
  }

  private readTables(reader: ByteReader): void {
    const count = reader.count('tables', 3, LIMITS.tables);
    for (let index = 0; index < count; index++) {
      const start = reader.position;
      const initialised = reader.peek() === 0x40;
      if (initialised) {
        reader.position++;
        if (reader.byte('a zero byte') !== 0) throw malformed(start, 'Malformed table', 'a zero byte after 0x40');
      }
      const { type, read } = readTableType(reader, this.features);
      this.limitsRead.push(read);
      let initial: readonly number[] = [];
      if (initialised) {
        this.features.add('function-references');
        this.walk = this.makeWalk();
        initial = readConstantExpression(reader, this.walk, this.globalValues).functions;
      }
      this.tables.push({ ...type, imported: false, initial });
    }
  }

  private readMemories(reader: ByteReader): void {
    const count = reader.count('memories', 2, LIMITS.memories);
    for (let index = 0; index < count; index++) {
      const read = readLimits(reader, 'memory', this.features);
      this.limitsRead.push(read);
      this.memories.push({ limits: read.limits, imported: false });
    }
  }

  private readTags(reader: ByteReader): void {
    const count = reader.count('tags', 2, LIMITS.tags);
    for (let index = 0; index < count; index++) this.tags.push(readTagType(reader, this.types, this.features));
  }

  private readGlobals(reader: ByteReader): void {
    this.walk = this.makeWalk();
    const count = reader.count('globals', 3, LIMITS.globals);
    for (let index = 0; index < count; index++) {
      const type = readGlobalType(reader, this.features);
      const initial = readConstantExpression(reader, this.walk, this.globalValues);
      this.globals.push({ ...type, imported: false });
      this.globalValues.push(type.mutable ? undefined : initial.value);
      for (const target of initial.functions) this.globalReferences.push(target);
    }
  }

  private readExports(reader: ByteReader): void {
    const count = reader.count('exports', 3, LIMITS.exports);
    for (let index = 0; index < count; index++) {
      const offset = reader.position;
      const name = reader.name('the name of an export');
      const { type, index: item } = this.exportItem(reader);
      this.exports.push({ name, type, index: item, offset });
    }
  }

  private exportItem(reader: ByteReader): { type: ExternType; index: number } {
    const start = reader.position;
    const kind = reader.byte('an export kind');
    const at = reader.position;
    const index = reader.u32('the index of an export');
    const item = <T>(space: readonly T[], what: string): T => {
      const value = space[index];
      if (value === undefined) throw invalid(at, `Unknown ${what} ${index}`, `an index below ${space.length}`);
      return value;
    };
    switch (kind) {
      case 0:
        return { index, type: this.externs.func(item(this.functions, 'function')) };
      case 1:
        return { index, type: this.externs.table(item(this.tables, 'table')) };
      case 2:
        return { index, type: this.externs.memory(item(this.memories, 'memory').limits) };
      case 3: {
        const type = item(this.globals, 'global');
        if (type.mutable) this.features.add('mutable-globals');
        return { index, type: this.externs.global(type) };
      }
      case 4:
        return { index, type: this.externs.tag(item(this.tags, 'tag')) };
      default:
        throw malformed(start, `Malformed export kind 0x${kind.toString(16)}`, 'a number from 0 to 4');
    }
  }

  private readCode(reader: ByteReader): void {
    this.codeSeen = true;
    const start = reader.position;
    const count = reader.count('function bodies', 1, LIMITS.functions);
    if (count !== this.definedFunctions) this.lengthsDiffer(start, count);
    this.prepareCode(count);
    const kernel = this.kernelUse === 'never' || reader.remaining < KERNEL_PAYS ? undefined : instructionKernel();
    kernel?.begin(this.bytes, this.codeSpaces());
    for (let index = 0; index < count; index++) {
      if (kernel !== undefined) {
        index += kernel.walk(reader, count - index, this.code);
        if (index >= count) break;
      }
      this.readBody(reader);
    }
    kernel?.finish(this.walk);
  }

  /** One body, by the reference walk. */
  private readBody(reader: ByteReader): void {
    const at = reader.position;
    const size = reader.u32('the size of a function body');
    if (size > LIMITS.functionBytes && size <= reader.remaining) {
      throw overLimit(at, `A function of ${size} bytes`, LIMITS.functionBytes);
    }
    const offset = reader.position;
    const body = reader.window(size, 'function body');
    body.onPadded = undefined;
    this.walk.body(body);
    this.code.add(offset, size, this.walk, this.walk.trace, 0, this.walk.trace.length);
  }

  private prepareCode(bodies: number): void {
    this.functionTypes = Uint32Array.from(this.functions);
    let tagWeight = 0;
    for (const tag of this.tags) tagWeight = Math.max(tagWeight, this.types.weights[tag] ?? 0);
    const size = this.end - this.start;
    this.code = new CodeFacts(bodies, this.functionTypes, this.types, tagWeight, size);
    this.walk = this.makeWalk(true);
  }

  private lengthsDiffer(offset: number, bodies: number): never {
    throw malformed(
      offset,
      `Function and code section have inconsistent lengths: ${this.definedFunctions} functions, ${bodies} bodies`,
      'a body for every function',
    );
  }

  private readData(reader: ByteReader): void {
    const start = reader.position;
    const count = reader.count('data segments', 2, LIMITS.dataSegments);
    this.dataDiffers(start, count);
    this.walk = this.makeWalk();
    for (let index = 0; index < count; index++) {
      const at = reader.position;
      const flags = reader.u32('the flags of a data segment');
      if (flags > 2) throw malformed(at, `Malformed data segment flags ${flags}`, 'a number from 0 to 2');
      const memory = flags === 2 ? reader.u32('a memory index') : 0;
      const value = flags === 1 ? undefined : readConstantExpression(reader, this.walk, this.globalValues).value;
      const size = reader.u32('the size of a data segment');
      const offset = reader.position;
      reader.skip(size, 'the bytes of a data segment');
      if (flags === 1) this.features.add('bulk-memory');
      const mode = flags === 1 ? 'passive' : 'active';
      if (value === undefined) this.data.push({ mode, memory, offset, size });
      else this.data.push({ mode, memory, at: count64(value), offset, size });
    }
  }

  private dataDiffers(offset: number, count: number): void {
    if (this.dataCount === undefined || this.dataCount === count) return;
    throw malformed(
      offset,
      `Data count and data section have inconsistent lengths: ${this.dataCount} and ${count}`,
      'the same number',
    );
  }

  private finish(): void {
    if (!this.codeSeen) {
      if (this.definedFunctions > 0) this.lengthsDiffer(this.end, 0);
      this.prepareCode(0);
    }
    if (this.data.length === 0) this.dataDiffers(this.end, 0);
    if (this.memories.length > 1) this.features.add('multi-memory');
    if (this.tables.length > 1) this.features.add('reference-types');
    const histogram = this.walk.histogram;
    for (let operator = 0; operator < histogram.length; operator++) {
      if (histogram[operator] === 0) continue;
      const feature = operatorFeature(operator);
      if (feature !== undefined) this.features.add(feature);
    }
  }
}

/** The eight bytes that every core module starts with. */
export function readCorePreamble(reader: ByteReader): void {
  const start = reader.position;
  const magic = [0x00, 0x61, 0x73, 0x6d];
  for (const [index, byte] of magic.entries()) {
    if (reader.bytes[start + index] !== byte || start + index >= reader.end) {
      throw notWebAssembly(start, 'Magic header not detected');
    }
  }
  reader.position += 4;
  const version = [0, 1, 2, 3].map((index) => (reader.remaining > index ? reader.bytes[start + 4 + index] : -1));
  if (version[0] !== 1 || version[1] !== 0 || version[2] !== 0 || version[3] !== 0) {
    throw notWebAssembly(start + 4, 'Unknown binary version');
  }
  reader.position += 4;
}

/** `never` leaves every body to the reference walk, which tests compare the kernel with. */
export type KernelUse = 'where it pays' | 'never';

/** Decodes the core module between `start` and `end`. Throws NOT_WEBASSEMBLY, MODULE_MALFORMED, _INVALID or _LIMIT. */
export function decodeCoreModule(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
  kernelUse: KernelUse = 'where it pays',
): CoreModule {
  if (end - start > LIMITS.moduleBytes) throw overLimit(start, `${end - start} bytes`, LIMITS.moduleBytes);
  return new CoreModuleReader(bytes, start, end, kernelUse).read();
}
