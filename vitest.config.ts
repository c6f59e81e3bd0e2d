import { defineConfig } from 'vitest/config';

const report = process.env.ASSAY_TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // The default leaves one core idle, which on a machine of two is half of it.
    maxWorkers: '100%',
    env: { NO_COLOR: '1' },
    reporters:
      report === undefined
        ? ['default']
        : [
            ['default', { summary: false }],
            ['json', { outputFile: report }],
          ],
  },
});
