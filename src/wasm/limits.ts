/**
 * Upper bounds of the decoder. Counts are those of the WebAssembly JavaScript interface (section "Limits"), which
 * browsers and Node share; the others bound the memory and time that hostile input can take here or in an engine.
 */
export const LIMITS = {
  moduleBytes: 1_073_741_824,
  types: 1_000_000,
  functions: 1_000_000,
  imports: 1_000_000,
  exports: 1_000_000,
  globals: 1_000_000,
  tags: 1_000_000,
  tables: 100_000,
  memories: 100,
  dataSegments: 100_000,
  elementSegments: 100_000,
  elementEntries: 10_000_000,
  recursionGroupTypes: 1_000_000,
  functionBytes: 7_654_321,
  functionLocals: 50_000,
  parameters: 1_000,
  results: 1_000,
  structFields: 10_000,
  supertypeDepth: 63,
  /** Entries of a name in bytes. */
  nameBytes: 100_000,
  customSections: 10_000,
  sections: 20_000,
  /** Nested blocks in one function. V8 spends about 170 bytes for each open block. */
  blockDepth: 100_000,
  /** Targets of one br_table. */
  branchTargets: 65_520,
  /** Distinct pairs of type and table that a module calls through, or of tables it copies between. */
  callSites: 100_000,
  /** Instructions of one constant expression. */
  constantOperators: 100_000,
  /** Components and modules inside each other. */
  nestingDepth: 16,
  /** Sections, nested ones included, of a component. */
  componentSections: 100_000,
  componentItems: 1_000_000,
  /** Core modules and components in one component. */
  nestedModules: 1_000,
  instanceMembers: 10_000,
  /** Facts that are listed singly; beyond, only counted. */
  listedOddities: 200,
} as const;

export type LimitName = keyof typeof LIMITS;
