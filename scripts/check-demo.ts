/**
 * Runs the demo and compares what it prints with the README, apart from times, digests and what came from a cache.
 * With `--write` the README takes over what was printed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './scratch-tree.ts';

const README = join(ROOT, 'README.md');
const BLOCK = /(<!-- demo -->\n```\n)([\s\S]*?)(```\n)/;

/** What stays the same from run to run. */
function essence(text: string): string[] {
  return text
    .replaceAll(/[0-9]+(?:\.[0-9]+)? (?:ms|s)\b/g, 'TIME')
    .replaceAll(/\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b/g, 'DIGEST')
    .replaceAll(' (cached)', '')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim());
}

function firstDifference(shown: readonly string[], printed: readonly string[]): string | undefined {
  for (let line = 0; line < Math.max(shown.length, printed.length); line++) {
    if (shown[line] !== printed[line]) {
      return `line ${line + 1}:\n  README  ${shown[line] ?? '(ends)'}\n  printed ${printed[line] ?? '(ends)'}`;
    }
  }
  return undefined;
}

const demo = spawnSync('npm', ['run', '-s', 'demo'], {
  cwd: ROOT,
  env: { ...process.env, NO_COLOR: '1' },
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
process.stdout.write(demo.stdout);
process.stderr.write(demo.stderr);
const readme = readFileSync(README, 'utf8');
const block = BLOCK.exec(readme)?.[2];
if (demo.status !== 0) {
  process.exitCode = demo.status ?? 1;
} else if (process.argv.includes('--write')) {
  writeFileSync(
    README,
    readme.replace(BLOCK, (_whole, head: string, _body, tail: string) => head + demo.stdout + tail),
  );
} else if (block === undefined) {
  console.error('README.md has no block after <!-- demo -->');
  process.exitCode = 1;
} else {
  const difference = firstDifference(essence(block), essence(demo.stdout));
  if (difference !== undefined) {
    console.error(`README.md shows something else than the demo prints: npm run demo:check -- --write\n${difference}`);
    process.exitCode = 1;
  } else console.log('README.md shows what the demo prints');
}
