import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/scratch-tree.ts';
import { summarize, type TestReport } from '../../scripts/test-report.ts';

const LINUX = { platform: 'linux', suites: true } as const;

function report(tests: readonly (readonly [fullName: string, status: string])[]): TestReport {
  return {
    testResults: [
      {
        name: join(ROOT, 'test', 'a.test.ts'),
        status: tests.some(([, status]) => status === 'failed') ? 'failed' : 'passed',
        assertionResults: tests.map(([fullName, status]) => ({ fullName, status, failureMessages: ['why\nwhere'] })),
      },
    ],
  };
}

describe('the report of a full test run', () => {
  it('is clean when everything passed', () => {
    expect(summarize(report([['adds', 'passed']]), LINUX)).toEqual({ passed: 1, failed: 0, skipped: 0, problems: [] });
  });

  it('names a failed test with the first line of its reason', () => {
    expect(summarize(report([['adds', 'failed']]), LINUX).problems).toContain('test/a.test.ts: adds: why');
  });

  it.each(['skipped', 'pending', 'todo', 'disabled'])('counts a test that was %s as failed', (status) => {
    const { failed, problems } = summarize(
      report([
        ['adds', 'passed'],
        ['needs rustc', status],
      ]),
      LINUX,
    );
    expect(failed).toBe(1);
    expect(problems).toEqual([`test/a.test.ts: needs rustc: was not run (${status})`]);
  });

  it('excuses a test of another platform, but not of this one', () => {
    const skipped = report([
      ['adds', 'passed'],
      ['kills the tree on Windows', 'skipped'],
    ]);
    expect(summarize(skipped, LINUX)).toMatchObject({ skipped: 1, problems: [] });
    expect(summarize(skipped, { ...LINUX, platform: 'win32' })).toMatchObject({ failed: 1 });
  });

  it('excuses a suite only where the suites are absent', () => {
    const skipped = report([
      ['adds', 'passed'],
      ['conformance (skipped when ../shared/suites is absent)', 'skipped'],
    ]);
    expect(summarize(skipped, LINUX)).toMatchObject({ failed: 1 });
    expect(summarize(skipped, { ...LINUX, suites: false })).toMatchObject({ skipped: 1, problems: [] });
  });

  it('counts a file that could not be loaded', () => {
    const broken = {
      testResults: [{ name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }],
    };
    expect(summarize(broken, LINUX)).toMatchObject({ failed: 1, passed: 0 });
  });

  it('is not clean when no test ran', () => {
    expect(summarize({ testResults: [] }, LINUX).problems).toEqual(['no test ran']);
  });
});
