import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { ROOT } from './scratch-tree.ts';

const PROGRAM = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');

const OutputSchema = z.object({
  diagnostics: z.array(
    z.object({
      code: z.string().optional(),
      message: z.string(),
      filename: z.string().optional(),
      labels: z.array(z.object({ span: z.object({ line: z.number(), column: z.number() }) })).optional(),
    }),
  ),
});

/** One complaint, whoever raised it. `code` is the rule's name, such as `eslint(no-console)`. */
export interface Complaint {
  readonly file: string;
  readonly code: string;
  readonly message: string;
  readonly line: number;
}

/** Runs oxlint with the configuration that lies in `folder` over the paths in it. Throws when it could not run. */
export function oxlint(folder: string, paths: readonly string[]): Complaint[] {
  const run = spawnSync(process.execPath, [PROGRAM, '--format=json', ...paths], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const start = run.stdout.indexOf('{');
  if (start < 0) throw new Error(`oxlint did not report: ${run.stderr}${run.stdout}`.trim());
  const { diagnostics } = OutputSchema.parse(JSON.parse(run.stdout.slice(start)));
  if (run.status !== 0 && diagnostics.length === 0) throw new Error(`oxlint failed: ${run.stderr}`.trim());
  return diagnostics.map((entry) => ({
    file: (entry.filename ?? '').replaceAll('\\', '/'),
    code: entry.code ?? 'parse error',
    message: entry.message,
    line: entry.labels?.[0]?.span.line ?? 1,
  }));
}
