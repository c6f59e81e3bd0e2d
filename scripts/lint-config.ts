import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import {
  ALIAS_HEADS,
  EFFECT_GLOBALS,
  EFFECT_PROPERTIES,
  type Folder,
  LAYOUT,
  mayImport,
  PURE_BUILTINS,
  PURE_PACKAGES,
} from './layout.ts';

interface Restriction {
  readonly regex: string;
  readonly message: string;
}

/** How many levels of folders below a folder of the layout the configuration covers. */
export const SOURCE_DEPTHS = 3;

// The linter's expressions know no look-around, so what is forbidden is written out instead of what is allowed.
const EFFECT_BUILTINS = `^(?:node:)?(?:${namesWithout(builtinModules.map(firstSegment), PURE_BUILTINS).join('|')})(?:/|$)`;
const EFFECT_PACKAGES = `^(?:${namesWithout(installedPackages(), PURE_PACKAGES).join('|')})(?:/|$)`;

function firstSegment(name: string): string {
  return name.replace(/^node:/, '').replace(/\/.*$/, '');
}

function namesWithout(names: readonly string[], pure: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => !pure.includes(name) && !name.startsWith('_')).toSorted();
}

/** Every package that package.json names; the dead-code gate refuses the import of any other. */
function installedPackages(): string[] {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const manifest: unknown = JSON.parse(text);
  if (typeof manifest !== 'object' || manifest === null) throw new Error('package.json is not an object');
  return Object.entries(manifest)
    .filter(([key]) => key === 'dependencies' || key === 'devDependencies')
    .flatMap(([, packages]) => Object.keys(packages));
}

/** The configuration as the text of `.oxlintrc.json`: one line an override, so that a change reads as a change. */
export function lintConfigText(): string {
  const { overrides, ...head } = lintConfig();
  const lines = overrides.map((override) => `    ${JSON.stringify(override)}`).join(',\n');
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "overrides": [\n${lines}\n  ]\n}\n`;
}

/** The configuration of oxlint, with one override for each folder of the layout. Written to `.oxlintrc.json`. */
export function lintConfig(): { readonly overrides: readonly object[]; readonly [key: string]: unknown } {
  return {
    $schema: './node_modules/oxlint/configuration_schema.json',
    plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest'],
    categories: { correctness: 'error' },
    options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
    ignorePatterns: ['dist', 'node_modules', 'demo-out', 'coverage', 'examples/plugins'],
    rules: generalRules(),
    overrides: [...LAYOUT.flatMap(folderOverrides), effectOverride(), ...outsideOverrides()],
  };
}

function generalRules(): Record<string, unknown> {
  return {
    eqeqeq: 'error',
    'no-console': 'error',
    'no-eval': 'error',
    'no-new-func': 'error',
    'no-param-reassign': 'error',
    'no-unused-vars': ['error', { args: 'after-used', argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'no-var': 'error',
    'prefer-const': 'error',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-self-import': 'error',
    'promise/no-multiple-resolved': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': ['error', { ignoreVoid: false }],
    'typescript/no-misused-promises': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-unnecessary-type-assertion': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'unicorn/no-instanceof-array': 'error',
    'unicorn/prefer-node-protocol': 'error',
    // Hostile text is this project's daily bread: control characters are matched and code points split on purpose.
    'no-control-regex': 'off',
    'typescript/no-misused-spread': 'off',
    'unicorn/no-useless-spread': 'off',
    // A literal beside its wider type documents the special case.
    'typescript/no-redundant-type-constituents': 'off',
    // Tables of a known size are allocated once on the hot paths of the decoder.
    'unicorn/no-new-array': 'off',
    // Objects are closures here; none of them has a `this` to lose.
    'typescript/unbound-method': 'off',
    'typescript/restrict-template-expressions': 'off',
  };
}

/** One override for each depth of a folder, because `../` may stay inside the folder but not leave it. */
function folderOverrides(folder: Folder): object[] {
  return filesByDepth(folder).map((files, depth) => ({ files: [files], rules: imports(folder, depth) }));
}

function filesByDepth(folder: Folder): string[] {
  if (folder.path.endsWith('.ts')) return [`src/${folder.path}`];
  return Array.from({ length: SOURCE_DEPTHS }, (_, depth) => `src/${folder.path}/${'*/'.repeat(depth)}*.ts`);
}

function effectOverride(): object {
  const pureFolders = LAYOUT.filter((folder) => !folder.effects);
  return {
    files: pureFolders.map((folder) =>
      folder.path.endsWith('.ts') ? `src/${folder.path}` : `src/${folder.path}/**/*.ts`,
    ),
    rules: {
      'no-restricted-globals': [
        'error',
        {
          globals: EFFECT_GLOBALS.map((name) => ({ name, message: `${name} reaches the world: go through a port.` })),
          checkGlobalObject: true,
          globalObjects: ['global'],
        },
      ],
      'no-restricted-properties': [
        'error',
        ...EFFECT_PROPERTIES.map((entry) => ({ ...entry, message: 'Take the clock or chance from a port.' })),
      ],
    },
  };
}

function imports(folder: Folder, depth: number): Record<string, unknown> {
  return { 'no-restricted-imports': ['error', { patterns: restrictions(folder, depth) }] };
}

/** What a file that lies `depth` folders below `folder` may not import. */
export function restrictions(folder: Folder, depth: number): Restriction[] {
  const forbidden = ALIAS_HEADS.filter((head) => !mayImport(folder, head));
  const list: Restriction[] = [
    {
      regex: `^(\\./)*(\\.\\./){${depth + 1}}`,
      message: `src/${folder.path} is left only through a package import such as #model/errors.`,
    },
    { regex: '[^.]/\\.\\.(/|$)', message: 'A path that climbs after it descended hides where it leads.' },
    { regex: '^(/|file:|data:|[A-Za-z]:)', message: 'Imports are relative or go through package imports.' },
  ];
  if (forbidden.length > 0) {
    list.push({
      regex: `^#(${forbidden.join('|')})(/|$)`,
      message: `src/${folder.path} may import ${folder.imports.length === 0 ? 'nothing of ours' : folder.imports.join(', ')} (scripts/layout.ts).`,
    });
  }
  if (!folder.effects) {
    list.push(
      { regex: EFFECT_BUILTINS, message: 'This module of Node reaches the world: go through a port.' },
      {
        regex: EFFECT_PACKAGES,
        message:
          'Packages that touch the world belong to adapters and entry; pure ones are listed in scripts/layout.ts.',
      },
    );
  }
  return list;
}

/** Programs may print; tests, scripts, benches and examples may import what they like. */
function outsideOverrides(): object[] {
  return [
    {
      files: ['src/entry/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts', 'examples/*.ts'],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['test/**/*.ts'],
      rules: {
        'typescript/no-non-null-assertion': 'off',
        'vitest/no-focused-tests': 'error',
        'vitest/expect-expect': 'off',
        'vitest/valid-expect': ['error', { maxArgs: 2 }],
        'vitest/no-conditional-tests': 'off',
        'vitest/no-conditional-expect': 'off',
        'vitest/no-standalone-expect': 'off',
        'vitest/valid-title': 'off',
      },
    },
  ];
}
