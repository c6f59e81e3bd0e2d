import type { Fix } from '#model/audit-report';
import { visible } from './visible-text.ts';

/** A line of a fix as a person would type it; `+` is new, `-` goes away, a space is there to show where. */
export interface FixLine {
  readonly sign: '+' | '-' | ' ';
  readonly text: string;
}

type Edit = Extract<Fix, { kind: 'manifest' | 'policy' }>['edits'][number];

const FILES = { manifest: 'plugin.yaml', policy: 'policy.yaml' } as const;

/** Where the fix belongs: the document's usual name, or the toolchain's command line. */
export function fixTarget(fix: Fix): string {
  return fix.kind === 'flags' ? 'compiler flags' : FILES[fix.kind];
}

/** The exact lines to add or take away: YAML for a document, `toolchain: flags` for a compiler. */
export function fixLines(fix: Fix): FixLine[] {
  if (fix.kind === 'flags') {
    return Object.entries(fix.flags).map(([toolchain, flags]) => ({
      sign: '+',
      text: `${toolchain === '*' ? 'any toolchain' : visible(toolchain)}: ${flags.map((flag) => visible(flag)).join(' ')}`,
    }));
  }
  const lines: FixLine[] = [];
  let open: readonly string[] = [];
  for (const edit of fix.edits) {
    const path = edit.path.split('/').slice(1).map(unescapePointer);
    const parents = path.slice(0, -1);
    let shared = 0;
    while (shared < parents.length && shared < open.length && open[shared] === parents[shared]) shared += 1;
    for (let depth = shared; depth < parents.length; depth += 1) {
      lines.push({ sign: ' ', text: `${'  '.repeat(depth)}${parentText(parents[depth] ?? '')}` });
    }
    open = parents;
    lines.push(editLine(edit, path));
  }
  return lines;
}

function parentText(key: string): string {
  return /^\d+$/.test(key) ? `# entry ${Number(key) + 1}` : `${scalar(key)}:`;
}

function editLine(edit: Edit, path: readonly string[]): FixLine {
  const indent = '  '.repeat(path.length - 1);
  const key = path.at(-1) ?? '';
  const sign = edit.op === 'remove' ? '-' : '+';
  const isEntry = key === '-' || /^\d+$/.test(key);
  if (edit.op === 'remove') {
    return { sign, text: isEntry ? `${indent}# entry ${Number(key) + 1}` : `${indent}${scalar(key)}` };
  }
  const value = flow(edit.value);
  return { sign, text: isEntry ? `${indent}- ${value}` : `${indent}${scalar(key)}: ${value}` };
}

/** YAML in flow style; JSON is YAML, so only strings that need no quotes differ. */
function flow(value: unknown): string {
  return typeof value === 'string' ? scalar(value) : visible(JSON.stringify(value ?? null), 2000);
}

const PLAIN = /^[A-Za-z/][A-Za-z0-9_./:@*-]*$/;
const NOT_A_STRING = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function scalar(text: string): string {
  const shown = PLAIN.test(text) && !NOT_A_STRING.test(text) && !text.endsWith(':') ? text : JSON.stringify(text);
  return visible(shown, 2000);
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
