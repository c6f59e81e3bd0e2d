import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Folder, LAYOUT } from './layout.ts';
import { restrictions, SOURCE_DEPTHS } from './lint-config.ts';
import type { Complaint } from './oxlint.ts';

interface Pattern {
  readonly code: string;
  readonly regex: RegExp;
  readonly message: string;
  readonly applies: (folder: Folder) => boolean;
}

const isPure = (folder: Folder): boolean => !folder.effects;

/** What the linter has no rule for. Comments are blanked before the pure ones are looked for. */
const PATTERNS: readonly Pattern[] = [
  {
    code: 'assay(clock)',
    regex: /\bnew\s+Date\s*\(\s*\)|(?<![.\w])Date\s*\(\s*\)/g,
    message: 'Take the time from a port.',
    applies: isPure,
  },
  {
    code: 'assay(computed-import)',
    regex: /(?<![.\w$]|(?:private|public|protected|async|static) )import\s*\(\s*(?!['"])/g,
    message: 'A computed import cannot be held against the layout: name the module.',
    applies: isPure,
  },
  {
    code: 'assay(require)',
    regex: /\brequire\s*\(|\bcreateRequire\b|\bgetBuiltinModule\b/g,
    message: 'Modules are imported, so that the layout can be checked.',
    applies: isPure,
  },
];

/** Declarations of globals lie beside the folders, belong to all of them and import nothing. */
const AMBIENT = /^[^/]+\.d\.ts$/;
const INLINE_IMPORT = /\bimport\s*\(\s*(['"])(?<specifier>[^'"]*)\1/g;
const DIRECTIVE = /(?:oxlint|eslint)-disable(?<rest>[^\n]*)/g;

/** Checks every TypeScript file under `src` of a tree for its place in the layout and for what oxlint cannot see. */
export function sourceChecks(root: string): Complaint[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !AMBIENT.test(path))
    .flatMap((path) => checkFile(path, readFileSync(join(root, 'src', path), 'utf8')));
}

function checkFile(path: string, text: string): Complaint[] {
  const file = `src/${path}`;
  const folder = LAYOUT.find((entry) => path === entry.path || path.startsWith(`${entry.path}/`));
  if (folder === undefined) {
    return [{ file, line: 1, code: 'assay(layout)', message: 'This place is not in the table of scripts/layout.ts.' }];
  }
  const found: Complaint[] = [];
  const depth = Math.max(0, path.slice(folder.path.length).split('/').length - 2);
  if (depth >= SOURCE_DEPTHS) {
    found.push({ file, line: 1, code: 'assay(layout)', message: 'It lies deeper than the import rules reach.' });
  }
  const code = blankComments(text);
  for (const pattern of PATTERNS) {
    if (!pattern.applies(folder)) continue;
    for (const match of code.matchAll(pattern.regex)) {
      found.push({ file, line: lineOf(text, match.index), code: pattern.code, message: pattern.message });
    }
  }
  return [...found, ...inlineImports(folder, depth, file, code), ...directives(file, text)];
}

/** Holds `import('…')` against the layout wherever it stands; the linter does not look at those inside types. */
function inlineImports(folder: Folder, depth: number, file: string, code: string): Complaint[] {
  const rules = restrictions(folder, depth).map(({ regex, message }) => ({ regex: new RegExp(regex), message }));
  return [...code.matchAll(INLINE_IMPORT)].flatMap((match) => {
    const specifier = match.groups?.['specifier'] ?? '';
    const rule = rules.find(({ regex }) => regex.test(specifier));
    if (rule === undefined) return [];
    return [{ file, line: lineOf(code, match.index), code: 'assay(inline-import)', message: rule.message }];
  });
}

/** A lint rule may be switched off by name and with a reason behind ` -- `; the import and effect rules never. */
function directives(file: string, text: string): Complaint[] {
  return [...text.matchAll(DIRECTIVE)].flatMap((match) => {
    const [rules = '', reason] = (match.groups?.['rest'] ?? '').replace(/^-(?:next-)?line/, '').split(' -- ');
    const line = lineOf(text, match.index);
    const complain = (message: string): Complaint[] => [{ file, line, code: 'assay(directive)', message }];
    if (rules.trim() === '') return complain('Name the rule that is switched off.');
    if (rules.includes('no-restricted')) return complain('The import and effect rules cannot be switched off.');
    return reason === undefined ? complain('Say why behind " -- ".') : [];
  });
}

function blankComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|\s)\/\/[^\n]*/g, (comment) => comment.replaceAll(/[^\n]/g, ' '));
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
