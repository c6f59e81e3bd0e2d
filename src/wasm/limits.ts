/**
 * Upper bounds of the decoder. Where the WebAssembly JavaScript interface (section "Limits") has one that keeps memory
 * within a small multiple of the file, it is taken over. Types, imports, exports and the like are held lower, but above
 * the most that published modules have: 75,111 exports (duckdb-wasm), 952 imports (Ruffle; side modules of Emscripten
 * have several thousand), 619,936 functions (Pandoc), 98,450 data segments (esbuild), 3 tables, 22 custom sections, 177
 * pairs of type and table; and components 252 sections, 464 definitions, 18 imports and 5 modules inside. A million of
 * them in four megabytes would take hundreds here and in the engine. How many, `test/wasm/bombs` measures.
 */
export const LIMITS = {
  /** What is read as one text has to stay below the engine's 512 MB. */
  moduleBytes: 268_435_456,
  types: 200_000,
  functions: 1_000_000,
  /** Compilers for JavaScript hosts import every string constant as a global. */
  imports: 20_000,
  functionImports: 10_000,
  exports: 100_000,
  /** Exports of tables. Each is a root that reaches all that is in its table. */
  tableExports: 1_000,
  globals: 200_000,
  tags: 10_000,
  tables: 1_000,
  memories: 100,
  dataSegments: 100_000,
  elementSegments: 20_000,
  elementEntries: 10_000_000,
  recursionGroupTypes: 200_000,
  functionBytes: 7_654_321,
  functionLocals: 50_000,
  parameters: 1_000,
  results: 1_000,
  structFields: 10_000,
  supertypeDepth: 63,
  /** Entries of a name in bytes. */
  nameBytes: 100_000,
  /** Characters of a module name that many imports share, counted once for each. */
  sharedNameBytes: 16_000_000,
  sections: 5_000,
  /** Custom sections of a file, at any depth. Nothing but rules reads them, and each rule looks at all. */
  customSections: 1_000,
  /** Nested blocks in one function. V8 spends about 170 bytes for each open block. */
  blockDepth: 50_000,
  /** Targets of one br_table. */
  branchTargets: 65_520,
  /** Distinct pairs of type and table that a module calls through, or of tables it copies between. */
  callSites: 50_000,
  /** Instructions of one constant expression. */
  constantOperators: 100_000,
  /** Components and modules inside each other. */
  nestingDepth: 16,
  /** Sections, nested ones included, of a component. */
  componentSections: 5_000,
  componentItems: 10_000,
  /** Component and instance types of a file. */
  scopeTypes: 10_000,
  /** Names of parameters, fields, cases and flags in the types of a component file. */
  labels: 200_000,
  /** Imports, or exports, of a component. */
  componentInterface: 1_000,
  /** Core modules and components in one component. */
  nestedModules: 200,
  /** Instances of a component, those that are imported included. */
  instances: 10_000,
  instanceMembers: 10_000,
  /** Definitions of all components in a file, and items in them, that are kept to see how parts are linked. */
  recordedDefinitions: 200_000,
  /** Definitions, and items in them, that are carried out to link the largest component; small ones may do less. */
  linkedDefinitions: 1_000_000,
  /** Functions, calls and table entries of all core instances together. */
  linkedFunctions: 500_000,
  linkedCalls: 5_000_000,
  /** Components that are being instantiated inside each other. */
  linkedDepth: 64,
  /** Functions that a component exports, over all its instances. */
  linkedRoots: 100_000,
  /** Facts that are listed singly; beyond, only counted. */
  listedOddities: 200,
  listedSegments: 200,
} as const;

export type LimitName = keyof typeof LIMITS;
