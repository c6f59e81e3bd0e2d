import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { CoveredFunction } from './eager-functions.ts';

const CoverageSchema = z.object({
  result: z.array(
    z.object({
      url: z.string(),
      functions: z.array(
        z.object({
          functionName: z.string(),
          ranges: z.array(z.object({ startOffset: z.number(), endOffset: z.number(), count: z.number() })),
        }),
      ),
    }),
  ),
});

/**
 * Runs a program and returns the functions of each file that it loaded. It sees nothing of this process's environment,
 * so that the same functions are called wherever it runs. Throws when it fails.
 */
export function runCovered(
  program: string,
  args: readonly string[],
  cwd: string,
): ReadonlyMap<string, readonly CoveredFunction[]> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-coverage-'));
  try {
    const run = spawnSync(process.execPath, [program, ...args], {
      cwd,
      encoding: 'utf8',
      // Without a cache of compiled code, which such a run would fill.
      env: { NODE_V8_COVERAGE: folder, CI: 'true' },
    });
    if (run.status !== 0) throw new Error(`${program} ${args.join(' ')} exits with ${run.status}: ${run.stderr}`);
    const found = new Map<string, readonly CoveredFunction[]>();
    for (const file of readdirSync(folder)) {
      const { result } = CoverageSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      for (const { url, functions } of result) {
        if (url.startsWith('file:')) found.set(fileURLToPath(url), functions);
      }
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
