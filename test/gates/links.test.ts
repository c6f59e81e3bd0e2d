import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '#entry/cli/program';
import { ROOT } from '../../scripts/scratch-tree.ts';

const PAGES = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'workflows/*.md'], {
  cwd: ROOT,
  exclude: ['**/node_modules/**'],
});
const LINK = /\]\((?<target>[^)\s]+)\)/g;

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

function brokenLinks(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  return [...text.matchAll(LINK)].flatMap((match) => {
    const target = match.groups?.['target'] ?? '';
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
    if (!existsSync(file)) return [target];
    if (anchor === undefined) return [];
    const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (?<heading>.*)$/gm)].map((found) =>
      anchorOf(found.groups?.['heading'] ?? ''),
    );
    return headings.includes(anchor) ? [] : [target];
  });
}

describe('the pages', () => {
  it.each(PAGES)('%s links only to what is there', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });
});

describe('messages', () => {
  it('name only commands that there are', () => {
    const program = buildProgram({ width: 80, stdout: () => {}, stderr: () => {}, perform: async () => {} });
    const known = new Set(
      program.commands.flatMap((command) => [
        command.name(),
        ...command.commands.map((member) => `${command.name()} ${member.name()}`),
      ]),
    );
    const groups = program.commands.filter((command) => command.commands.length > 0).map((command) => command.name());
    const unknown = globSync('src/**/*.ts', { cwd: ROOT }).flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/[`"'(:] ?assay ([a-z]+)(?: ([a-z]+))?/g)]
        .map(([, first = '', second = '']) => (groups.includes(first) ? `${first} ${second}` : first))
        .filter((command) => !known.has(command) && command !== '')
        .map((command) => `${file}: assay ${command}`),
    );
    expect(unknown).toEqual([]);
  });

  it('name only pages that are there', () => {
    const named = globSync('src/**/*.ts', { cwd: ROOT }).flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?<![/\w-])docs\/[a-z-]+\.md/g)].map(([page]) => page),
    );
    expect(named.length).toBeGreaterThan(5);
    expect([...new Set(named)].filter((page) => !existsSync(join(ROOT, page)))).toEqual([]);
  });
});
