import type { Export, Import, Section } from '#model/module-facts';
import { ByteReader } from './byte-reader.ts';
import type { CodeFacts } from './code-facts.ts';
import { type KernelUse, readCodeSection, withoutCodeSection } from './code-section.ts';
import { CoreIndexSpaces, type Global, type Memory, type Table } from './core-index-spaces.ts';
import { CORE_SECTION, CORE_SECTION_NAMES, CORE_SECTION_RANK } from './core-sections.ts';
import { checkDataCount, readDataSection } from './data-section.ts';
import { DataSegments } from './data-segments.ts';
import {
  readFunctionSection,
  readGlobalSection,
  readMemorySection,
  readStartSection,
  readTableSection,
  readTagSection,
} from './definition-sections.ts';
import { type ElementSegment, readElementSection } from './element-section.ts';
import { readExportSection } from './export-section.ts';
import type { LimitsRead } from './extern-types.ts';
import { malformed, overLimit } from './failures.ts';
import type { Integer } from './constant-expression.ts';
import type { FeatureSet } from './features.ts';
import { readImportSection } from './import-section.ts';
import { LIMITS } from './limits.ts';
import { operatorFeature } from './operators.ts';
import { readCorePreamble } from './preamble.ts';
import { readTypeSection, type TypeTable } from './type-table.ts';

export type { KernelUse } from './code-section.ts';

export interface Oddity {
  readonly what: string;
  readonly offset: number;
  readonly detail: string;
}

/** A core module as the file says it, before anything is concluded from it. */
export interface CoreModule {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly sections: Section[];
  readonly features: FeatureSet;
  readonly types: TypeTable;
  readonly imports: Import[];
  readonly exports: Export[];
  /** Type index of every function, imported ones first. */
  readonly functionTypes: Uint32Array;
  readonly importedFunctions: number;
  /** For each imported function its place among the imports. */
  readonly functionImports: number[];
  readonly tables: Table[];
  readonly memories: Memory[];
  readonly globals: Global[];
  /** The value of each global that is constant and known. */
  readonly globalValues: readonly (Integer | undefined)[];
  /** Type index of every tag. */
  readonly tags: number[];
  readonly startFunction: number | undefined;
  readonly elements: ElementSegment[];
  readonly data: DataSegments;
  readonly code: CodeFacts;
  /** How often each operator occurs, in code and in constant expressions. */
  readonly histogram: Uint32Array;
  /** Functions whose reference a constant expression of a global takes. */
  readonly globalReferences: number[];
  readonly oddities: Oddity[];
  /** Every limit that was read, for engines whose own bounds are tighter. */
  readonly limitsRead: LimitsRead[];
}

/** Takes the sections in their order and gives each to its reader. */
class CoreModuleReader {
  private readonly bytes: Uint8Array;
  private readonly start: number;
  private readonly end: number;
  private readonly kernelUse: KernelUse;
  private readonly features: FeatureSet = new Set();
  private readonly spaces: CoreIndexSpaces;
  private readonly sections: Section[] = [];
  private readonly oddities: Oddity[] = [];
  private imports: Import[] = [];
  private exports: Export[] = [];
  private elements: ElementSegment[] = [];
  private data = new DataSegments(0);
  private startFunction: number | undefined;
  private code: CodeFacts | undefined;
  private definedFunctions = 0;
  private customs = 0;
  private rank = -1;
  private padded = 0;

  constructor(bytes: Uint8Array, start: number, end: number, kernelUse: KernelUse) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.kernelUse = kernelUse;
    this.spaces = new CoreIndexSpaces(bytes, this.features);
  }

  read(): CoreModule {
    const reader = new ByteReader(this.bytes, this.start, this.end, 'module');
    reader.onPadded = (offset) => this.notePadding(offset);
    readCorePreamble(reader);
    while (!reader.done) this.section(reader);
    return this.finish();
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
    const name = CORE_SECTION_NAMES[id];
    if (name === undefined) throw malformed(at, `Malformed section id ${id}`, 'a section id from 0 to 13');
    const size = reader.u32('the size of a section');
    const offset = reader.position;
    const inner = reader.window(size, `${name} section`);
    if (this.sections.length >= LIMITS.sections) throw overLimit(at, 'Too many sections', LIMITS.sections);
    if (id === CORE_SECTION.custom) {
      this.customs++;
      if (this.customs > LIMITS.customSections) throw overLimit(at, 'Too many custom sections', LIMITS.customSections);
      const custom = inner.name('the name of a custom section');
      this.sections.push({ id, name, custom, offset, size });
      return;
    }
    const rank = CORE_SECTION_RANK.get(id) ?? 0;
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
    const { spaces, features } = this;
    switch (id) {
      case CORE_SECTION.type:
        spaces.setTypes(readTypeSection(reader, features));
        return;
      case CORE_SECTION.import:
        this.imports = readImportSection(reader, spaces);
        return;
      case CORE_SECTION.function:
        this.definedFunctions = readFunctionSection(reader, spaces);
        return;
      case CORE_SECTION.table:
        return readTableSection(reader, spaces);
      case CORE_SECTION.memory:
        return readMemorySection(reader, spaces);
      case CORE_SECTION.tag:
        return readTagSection(reader, spaces);
      case CORE_SECTION.global:
        return readGlobalSection(reader, spaces);
      case CORE_SECTION.export:
        this.exports = readExportSection(reader, spaces);
        return;
      case CORE_SECTION.start:
        this.startFunction = readStartSection(reader, spaces);
        return;
      case CORE_SECTION.element:
        this.elements = readElementSection(
          reader,
          spaces.constantWalk(),
          features,
          spaces.globalValues,
          spaces.sizes(),
        );
        return;
      case CORE_SECTION.dataCount:
        spaces.dataCount = reader.u32('the number of data segments');
        features.add('bulk-memory');
        return;
      case CORE_SECTION.code:
        this.code = readCodeSection(reader, spaces, this.definedFunctions, this.end - this.start, this.kernelUse);
        return;
      case CORE_SECTION.data:
        this.data = readDataSection(reader, spaces);
        return;
    }
  }

  private finish(): CoreModule {
    const { bytes, start, end, sections, features, spaces, oddities, imports, exports, elements, data } = this;
    const code = this.code ?? withoutCodeSection(end, spaces, this.definedFunctions, end - start);
    if (data.length === 0) checkDataCount(spaces, end, 0);
    const { types, functionImports, tables, memories, globals, globalValues, tags, histogram } = spaces;
    const { globalReferences, limitsRead } = spaces;
    if (memories.length > 1) features.add('multi-memory');
    if (code.typedBlocks) features.add('multivalue');
    if (tables.length > 1) features.add('reference-types');
    addOperatorFeatures(histogram, features);
    return {
      bytes,
      start,
      end,
      sections,
      features,
      types,
      imports,
      exports,
      functionTypes: code.functionTypes,
      importedFunctions: functionImports.length,
      functionImports,
      tables,
      memories,
      globals,
      globalValues,
      tags,
      startFunction: this.startFunction,
      elements,
      data,
      code,
      histogram,
      globalReferences,
      oddities,
      limitsRead,
    };
  }
}

function addOperatorFeatures(histogram: Uint32Array, features: FeatureSet): void {
  for (let operator = 0; operator < histogram.length; operator++) {
    if (histogram[operator] === 0) continue;
    const feature = operatorFeature(operator);
    if (feature !== undefined) features.add(feature);
  }
}

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
