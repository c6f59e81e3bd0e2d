import type { Limits } from '#model/module-facts';
import type { Integer } from './constant-expression.ts';
import { ExternTypes, type GlobalType, type LimitsRead, type TableType } from './extern-types.ts';
import type { FeatureSet } from './features.ts';
import { type IndexSpaces, InstructionWalk } from './function-body.ts';
import { FunctionTypes } from './function-types.ts';
import { OPERATOR_COUNT } from './operators.ts';
import { TypeTable } from './type-table.ts';

export interface Table extends TableType {
  readonly imported: boolean;
  /** Functions that its initial value refers to. */
  readonly initial: readonly number[];
}

export interface Memory {
  readonly limits: Limits;
  readonly imported: boolean;
}

export interface Global extends GlobalType {
  readonly imported: boolean;
}

/** What the indices of a core module stand for, while its sections are read one after the other. */
export class CoreIndexSpaces {
  readonly features: FeatureSet;
  /** Type index of every function, imported ones first. */
  readonly functions = new FunctionTypes();
  readonly tables: Table[] = [];
  readonly memories: Memory[] = [];
  readonly globals: Global[] = [];
  /** The value of each global that is constant and known. */
  readonly globalValues: (Integer | undefined)[] = [];
  /** Type index of every tag. */
  readonly tags: number[] = [];
  /** For each imported function its place among the imports. */
  readonly functionImports: number[] = [];
  /** Functions whose reference a constant expression of a global takes. */
  readonly globalReferences: number[] = [];
  /** Every limit that was read. */
  readonly limitsRead: LimitsRead[] = [];
  /** How often each operator occurs, over every walk. */
  readonly histogram = new Uint32Array(OPERATOR_COUNT);
  /** The number that the data count section says, once it was there. */
  dataCount: number | undefined;
  private readonly globalKinds = new Map<number, Global>();
  types: TypeTable;
  externs: ExternTypes;

  constructor(bytes: Uint8Array, features: FeatureSet) {
    this.features = features;
    this.types = new TypeTable(bytes);
    this.externs = new ExternTypes(this.types);
  }

  /** Adds a global and gives its description. Those that are alike share one description: there may be two hundred thousand. */
  addGlobal({ value, mutable }: GlobalType, imported: boolean, known: Integer | undefined): Global {
    const key = 4 * value + (mutable ? 2 : 0) + (imported ? 1 : 0);
    let global = this.globalKinds.get(key);
    if (global === undefined) {
      global = { value, mutable, imported };
      this.globalKinds.set(key, global);
    }
    this.globals.push(global);
    this.globalValues.push(known);
    return global;
  }

  /** Takes in what the type section says. */
  setTypes(types: TypeTable): void {
    this.types = types;
    this.externs = new ExternTypes(types);
  }

  /** Spaces that know the same types and are thrown away: for what is read only to find its end. */
  aside(): CoreIndexSpaces {
    const other = new CoreIndexSpaces(this.types.bytes, this.features);
    other.setTypes(this.types);
    return other;
  }

  /** How large the spaces are by now. */
  sizes(): IndexSpaces {
    return {
      types: this.types.size,
      functions: this.functions.length,
      tables: this.tables.length,
      dataCount: this.dataCount !== undefined,
    };
  }

  /**
   * A walk over constant expressions that may name anything known by now. Data segments may be named without a data
   * count section there; being constant forbids it anyway.
   */
  constantWalk(): InstructionWalk {
    return new InstructionWalk({ ...this.sizes(), dataCount: true }, this.features, this.histogram);
  }

  /** A walk over function bodies. */
  codeWalk(): InstructionWalk {
    return new InstructionWalk(this.sizes(), this.features, this.histogram);
  }
}
