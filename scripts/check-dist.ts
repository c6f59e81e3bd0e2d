/**
 * Builds dist anew and compares it with what is committed: `node scripts/check-dist.ts`. Also checks that every
 * action.yml points into it and that it stays within its budget.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ROOT } from './scratch-tree.ts';

/** Bytes that all of dist may hold: every run of an action downloads it. */
const BUDGET = 10_000_000;

const ActionSchema = z.object({
  runs: z.object({
    using: z.string(),
    main: z.string().optional(),
    pre: z.string().optional(),
    post: z.string().optional(),
  }),
});

/** Paths below `folder` that differ from the last commit; new and deleted files count. */
export function uncommitted(root: string, folder: string): string[] {
  const run = spawnSync('git', ['status', '--porcelain', '--untracked-files=all', '--', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`git status failed: ${run.stderr}`.trim());
  return run.stdout.split('\n').filter((line) => line !== '');
}

/** What is wrong with the action.yml files of a tree: a program that is not there, or another Node than node24. */
export function actionProblems(root: string): string[] {
  return globSync(['action.yml', 'actions/*/action.yml'], { cwd: root }).flatMap((path) => {
    const { runs } = ActionSchema.parse(parse(readFileSync(join(root, path), 'utf8')));
    if (runs.using === 'composite') return [];
    const programs = [runs.main, runs.pre, runs.post].filter((program) => program !== undefined);
    return [
      ...(runs.using === 'node24' ? [] : [`${path} runs on ${runs.using} instead of node24`]),
      ...programs
        .map((program) => normalize(join(dirname(path), program)))
        .filter((program) => !existsSync(join(root, program)))
        .map((program) => `${path} points at ${program}, which is not there`),
    ];
  });
}

function size(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}

function main(): number {
  const build = spawnSync(process.execPath, [join(ROOT, 'scripts', 'build-dist.ts')], { cwd: ROOT, encoding: 'utf8' });
  if (build.status !== 0) {
    console.error(build.stdout + build.stderr);
    return 1;
  }
  const bytes = size(join(ROOT, 'dist'));
  const problems = [
    ...uncommitted(ROOT, 'dist').map(
      (line) => `${line}: dist does not match the sources: npm run build, and commit it`,
    ),
    ...actionProblems(ROOT),
    ...(bytes > BUDGET ? [`dist holds ${bytes} bytes, more than its budget of ${BUDGET}`] : []),
  ];
  for (const problem of problems.slice(0, 20)) console.error(problem);
  console.log(`dist: ${(bytes / 1e6).toFixed(2)} of ${(BUDGET / 1e6).toFixed(1)} MB, ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main();
