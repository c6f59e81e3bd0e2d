/** Sections of a component by their id (component model, Binary.md). */
export const COMPONENT_SECTION = {
  custom: 0,
  coreModule: 1,
  coreInstance: 2,
  coreType: 3,
  component: 4,
  instance: 5,
  alias: 6,
  type: 7,
  canon: 8,
  start: 9,
  import: 10,
  export: 11,
  value: 12,
} as const;

/** Sections without which imports or exports would be missed; what is not understood there is an error. */
export const ESSENTIAL_SECTIONS: ReadonlySet<number> = new Set([COMPONENT_SECTION.import, COMPONENT_SECTION.export]);

/** Names of the sections, at their ids. */
export const COMPONENT_SECTION_NAMES: readonly string[] = [
  'custom',
  'core module',
  'core instance',
  'core type',
  'component',
  'instance',
  'alias',
  'type',
  'canon',
  'start',
  'import',
  'export',
  'value',
];
