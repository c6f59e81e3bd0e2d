/**
 * Reads vitest's JSON report after a full run: `node scripts/test-report.ts FILE`. Prints the failed tests and those
 * that were skipped without a good reason, and last, for .ci/run, one line `passed failed skipped`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { ROOT } from './scratch-tree.ts';

const ReportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});
export type TestReport = z.infer<typeof ReportSchema>;

/** What this machine cannot have, and the words by which a test says that it needs it. */
export interface Absences {
  readonly platform: NodeJS.Platform;
  /** Whether the published suites lie beside the repository. */
  readonly suites: boolean;
}

export interface TestSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each failure and each skip that nothing excuses. */
  readonly problems: readonly string[];
}

/** Counts a report. A skipped test counts as failed unless its name says that it needs what is rightly absent. */
export function summarize(report: TestReport, absences: Absences): TestSummary {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const problems: string[] = [];
  for (const file of report.testResults) {
    const path = relative(ROOT, file.name).replaceAll('\\', '/');
    if (file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed')) {
      counts.failed += 1;
      problems.push(`${path}: ${firstLine(file.message ?? 'the file failed')}`);
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') {
        counts.failed += 1;
        problems.push(`${path}: ${test.fullName}: ${firstLine(test.failureMessages?.[0] ?? '')}`);
      } else if (isExcused(test.fullName, absences)) counts.skipped += 1;
      else {
        counts.failed += 1;
        problems.push(`${path}: ${test.fullName}: was not run (${test.status})`);
      }
    }
  }
  if (counts.passed === 0) problems.push('no test ran');
  return { ...counts, problems };
}

function isExcused(name: string, { platform, suites }: Absences): boolean {
  if (!suites && name.includes('../shared/suites')) return true;
  if (platform !== 'win32' && name.includes('on Windows')) return true;
  return platform !== 'darwin' && name.includes('on macOS');
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 300) ?? '';
}

function main(file: string): number {
  const report = ReportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const suites = existsSync(join(ROOT, '..', 'shared', 'suites'));
  const { passed, failed, skipped, problems } = summarize(report, { platform: process.platform, suites });
  for (const problem of problems) console.error(problem);
  console.log(`${passed} ${failed} ${skipped}`);
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    console.error('usage: node scripts/test-report.ts FILE');
    process.exitCode = 2;
  } else process.exitCode = main(file);
}
