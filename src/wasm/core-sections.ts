/** Sections of a core module by their id (WebAssembly 3.0, section 5.5.2). */
export const CORE_SECTION = {
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

/** Names of the sections, at their ids. */
export const CORE_SECTION_NAMES: readonly string[] = [
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
  CORE_SECTION.type,
  CORE_SECTION.import,
  CORE_SECTION.function,
  CORE_SECTION.table,
  CORE_SECTION.memory,
  CORE_SECTION.tag,
  CORE_SECTION.global,
  CORE_SECTION.export,
  CORE_SECTION.start,
  CORE_SECTION.element,
  CORE_SECTION.dataCount,
  CORE_SECTION.code,
  CORE_SECTION.data,
];

/** The place in that order of every section but the custom ones, which may stand anywhere. */
export const CORE_SECTION_RANK: ReadonlyMap<number, number> = new Map(ORDER.map((id, rank) => [id, rank]));
