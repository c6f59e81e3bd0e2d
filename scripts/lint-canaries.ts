import { ALIAS_HEADS, EFFECT_GLOBALS, type Folder, LAYOUT, mayImport } from './layout.ts';

/** A file that plants one thing. `code` is the complaint it must raise; without one it must pass. */
export interface Canary {
  readonly what: string;
  readonly file: string;
  readonly text: string;
  readonly code?: string;
}

const RESTRICTED_IMPORT = 'eslint(no-restricted-imports)';

/** The ways in which one module can reach another; the pairs of the layout take turns with them. */
const WAYS: readonly ((specifier: string) => string)[] = [
  (specifier) => `import type { Thing } from '${specifier}';\nexport type Other = Thing;\n`,
  (specifier) => `import { thing } from '${specifier}';\nexport const other = thing;\n`,
  (specifier) => `export { thing } from '${specifier}';\n`,
  (specifier) => `export const load = async (): Promise<unknown> => await import('${specifier}');\n`,
];

/** Every canary of the lint gate: one for each forbidden and each allowed pair of folders, and one for each rule. */
export function lintCanaries(): Canary[] {
  return [...folderPairs(), ...escapes(), ...effects(), ...generalRules()];
}

function fileIn(folder: Folder, name: string): string {
  return folder.path.endsWith('.ts') ? `src/${folder.path}` : `src/${folder.path}/${name}.ts`;
}

function folderPairs(): Canary[] {
  let turn = 0;
  const takeTurn = (specifier: string): string => (WAYS[turn++ % WAYS.length] ?? String)(specifier);
  return LAYOUT.filter((folder) => !folder.path.endsWith('.ts')).flatMap((folder) =>
    ALIAS_HEADS.map((head): Canary => {
      const target = head === 'pipeline' ? '#pipeline' : `#${head}/target`;
      const canary = { file: fileIn(folder, `canary-${head}`), text: takeTurn(target) };
      return mayImport(folder, head)
        ? { ...canary, what: `src/${folder.path} may import ${target}` }
        : { ...canary, what: `src/${folder.path} imports ${target}`, code: RESTRICTED_IMPORT };
    }),
  );
}

function escapes(): Canary[] {
  const red = (what: string, file: string, specifier: string): Canary => ({
    what,
    file,
    text: `export { thing } from '${specifier}';\n`,
    code: RESTRICTED_IMPORT,
  });
  return [
    red('../ out of a folder', 'src/model/escape.ts', '../wasm/target.ts'),
    red('../../ out of a subfolder', 'src/rules/deep/escape.ts', '../../wasm/target.ts'),
    red('../ from one stage into another', 'src/stages/audit/escape.ts', '../decide/target.ts'),
    red('../ after a step down', 'src/model/sideways.ts', './deep/../../wasm/target.ts'),
    red('../ inside a package import', 'src/model/alias.ts', '#model/../wasm/target'),
    red('an absolute path', 'src/model/absolute.ts', '/src/wasm/target.ts'),
    red('a rule in the pipeline', 'src/pipeline.ts', '#rules/target'),
    red('a stage that imports its neighbour', 'src/stages/sign/neighbour.ts', '#stages/verify/target'),
    red('files in a pure folder', 'src/runtime/files.ts', 'node:fs/promises'),
    red('files without node: in a pure folder', 'src/report/bare.ts', 'fs'),
    red('a server in the control folder', 'src/control/server.ts', 'node:http'),
    red('a child process in a stage', 'src/stages/build/spawn.ts', 'node:child_process'),
    red('an SDK in a stage', 'src/stages/sign/sdk.ts', '@sigstore/sign'),
    red('the runner in a report', 'src/report/runner.ts', '@actions/cache'),
    {
      what: '../ inside a folder passes',
      file: 'src/rules/deep/up.ts',
      text: "export { thing } from '../target.ts';\n",
    },
    { what: 'hashing passes', file: 'src/model/hash.ts', text: "export { createHash } from 'node:crypto';\n" },
    { what: 'files in an adapter pass', file: 'src/adapters/fs/read.ts', text: "export { open } from 'node:fs';\n" },
    {
      what: 'a file outside the table',
      file: 'src/helpers/stray.ts',
      text: 'export const thing = 1;\n',
      code: 'assay(layout)',
    },
    {
      what: 'a file below the reach of the import rules',
      file: 'src/model/a/b/c/d.ts',
      text: 'export const thing = 1;\n',
      code: 'assay(layout)',
    },
  ];
}

function effects(): Canary[] {
  const inStage = (what: string, body: string, code: string): Canary => ({
    what: `${what} in a pure folder`,
    file: `src/stages/plan/${what.replaceAll(/\W+/g, '-')}.ts`,
    text: `${body}\n`,
    code,
  });
  return [
    ...EFFECT_GLOBALS.map((name) =>
      inStage(`the global ${name}`, `export const thing = ${name};`, 'eslint(no-restricted-globals)'),
    ),
    inStage('a global by globalThis', 'export const thing = globalThis.process;', 'eslint(no-restricted-globals)'),
    inStage('Date.now', 'export const thing = Date.now();', 'eslint(no-restricted-properties)'),
    inStage('Math.random', 'export const thing = Math.random();', 'eslint(no-restricted-properties)'),
    inStage('new Date()', 'export const thing = new Date();', 'assay(clock)'),
    inStage(
      'a computed import',
      'export const load = async (name: string): Promise<unknown> => await import(name);',
      'assay(computed-import)',
    ),
    inStage(
      'require',
      "declare const require: (name: string) => unknown;\nexport const thing = require('x');",
      'assay(require)',
    ),
    inStage('a nameless directive', '// oxlint-disable-next-line\nexport const thing = 1;', 'assay(directive)'),
    inStage(
      'a directive against the import rules',
      "// oxlint-disable-next-line no-restricted-imports -- because\nexport { open } from 'node:fs';",
      'assay(directive)',
    ),
    inStage(
      'a directive without a reason',
      '// oxlint-disable-next-line no-var\nexport var thing = 1;',
      'assay(directive)',
    ),
    {
      what: 'a method called import passes',
      file: 'src/wasm/method.ts',
      text: 'export class Reader {\n  read(): number {\n    return this.import(1);\n  }\n\n  private import(n: number): number {\n    return n;\n  }\n}\n',
    },
    {
      what: 'a date made from text passes',
      file: 'src/stages/plan/date.ts',
      text: 'export const day = (text: string): Date => new Date(text);\n',
    },
    {
      what: 'the environment in an entry passes',
      file: 'src/entry/environment.ts',
      text: 'export const home = process.env.HOME;\n',
    },
  ];
}

function generalRules(): Canary[] {
  const red = (name: string, code: string, text: string): Canary => ({
    what: name,
    file: `src/model/${name.replaceAll(/\W+/g, '-')}.ts`,
    text: `${text}\n`,
    code,
  });
  const work = 'const work = async (): Promise<void> => await Promise.resolve();\n';
  return [
    red('console in the core', 'eslint(no-console)', "export const say = (): void => console.log('x');"),
    red('a floating promise', 'typescript(no-floating-promises)', `${work}export function go(): void {\n  work();\n}`),
    red(
      'a voided promise',
      'typescript(no-floating-promises)',
      `${work}export function go(): void {\n  void work();\n}`,
    ),
    red(
      'a misused promise',
      'typescript(no-misused-promises)',
      `${work}export function go(): string {\n  if (work()) return 'always';\n  return 'never';\n}`,
    ),
    red('an any', 'typescript(no-explicit-any)', 'export const loose = (value: any): unknown => value;'),
    red('an unused variable', 'eslint(no-unused-vars)', 'const unused = 1;\nexport {};'),
    red('an unused import', 'eslint(no-unused-vars)', "import { createHash } from 'node:crypto';\nexport {};"),
    red('a loose comparison', 'eslint(eqeqeq)', 'export const same = (a: number, b: number): boolean => a == b;'),
    red(
      'a non-null assertion',
      'typescript(no-non-null-assertion)',
      'export const first = (a: string[]): string => a[0]!;',
    ),
    red('an await of nothing', 'typescript(await-thenable)', 'export const go = async (): Promise<number> => await 1;'),
    red('eval', 'eslint(no-eval)', "export const go = (): unknown => eval('1');"),
    red(
      'a switch that forgets a case',
      'typescript(switch-exhaustiveness-check)',
      "export function go(word: 'a' | 'b'): number {\n  let sum = 0;\n  switch (word) {\n    case 'a':\n      sum = 1;\n  }\n  return sum;\n}",
    ),
    red('a type reached by import()', 'assay(inline-import)', "export type Other = import('#wasm/target').Thing;"),
    red(
      'an import of values for types',
      'typescript(consistent-type-imports)',
      "import { thing } from './target.ts';\nexport type Other = typeof thing;",
    ),
    red('a thrown string', 'typescript(only-throw-error)', "export function go(): never {\n  throw 'text';\n}"),
    red('a suppressed type error', 'typescript(ban-ts-comment)', '// @ts-ignore\nexport const thing = 1;'),
    {
      what: 'a cycle',
      file: 'src/trust/cycle-a.ts',
      text: "import { b } from './cycle-b.ts';\nexport const a = (): unknown => b;\n",
      code: 'import(no-cycle)',
    },
    {
      what: 'the other half of the cycle',
      file: 'src/trust/cycle-b.ts',
      text: "import { a } from './cycle-a.ts';\nexport const b = (): unknown => a;\n",
      code: 'import(no-cycle)',
    },
    {
      what: 'a cycle of types',
      file: 'src/ports/types-a.ts',
      text: "import type { B } from './types-b.ts';\nexport interface A {\n  readonly b: B;\n}\n",
      code: 'import(no-cycle)',
    },
    {
      what: 'the other half of the cycle of types',
      file: 'src/ports/types-b.ts',
      text: "import type { A } from './types-a.ts';\nexport interface B {\n  readonly a: A;\n}\n",
      code: 'import(no-cycle)',
    },
    {
      what: 'a focused test',
      file: 'test/model/focused.test.ts',
      text: "import { expect, it } from 'vitest';\n\nit.only('adds', () => {\n  expect(1 + 1).toBe(2);\n});\n",
      code: 'vitest(no-focused-tests)',
    },
    {
      what: 'printing from a script passes',
      file: 'scripts/say.ts',
      text: "console.log('x');\n",
    },
  ];
}
