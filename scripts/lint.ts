import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportGate } from './gate-report.ts';
import { lintConfigText } from './lint-config.ts';
import { type Canary, lintCanaries } from './lint-canaries.ts';
import { type Complaint, oxlint } from './oxlint.ts';
import { ROOT, scratchTree } from './scratch-tree.ts';
import { sourceChecks } from './source-checks.ts';

const LINTED = ['src', 'test', 'scripts', 'bench', 'examples'];

function lint(root: string, paths: readonly string[]): Complaint[] {
  return [...oxlint(root, paths), ...sourceChecks(root)];
}

/** Plants every canary in one tree and names those that did not do what they must. */
function silentCanaries(canaries: readonly Canary[]): string[] {
  using tree = scratchTree(['package.json', 'tsconfig.json', '.oxlintrc.json']);
  tree.write('src/rules/target.ts', 'export const thing = 1;\n');
  for (const canary of canaries) tree.write(canary.file, canary.text);
  const complaints = lint(tree.folder, ['src', 'test', 'scripts']);
  return canaries.flatMap((canary) => {
    const codes = complaints.filter((complaint) => complaint.file === canary.file).map((complaint) => complaint.code);
    if (canary.code === undefined) return codes.length === 0 ? [] : [`${canary.what}, but raised ${codes.join(', ')}`];
    return codes.includes(canary.code)
      ? []
      : [`${canary.what} stayed green (${canary.code} expected in ${canary.file})`];
  });
}

function main(): number {
  const complaints = lint(ROOT, LINTED).map(({ file, line, code, message }) => `${file}:${line} ${code} ${message}`);
  if (readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8') !== lintConfigText()) {
    complaints.push('.oxlintrc.json differs from scripts/layout.ts: run npm run docs');
  }
  const canaries = lintCanaries();
  return reportGate({ gate: 'lint', complaints, canaries: canaries.length, silent: silentCanaries(canaries) });
}

process.exitCode = main();
