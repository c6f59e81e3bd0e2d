import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay } from '../entry/cli/harness.ts';
import { ROOT } from '../../scripts/scratch-tree.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('README.md', () => {
  it('shows the workflow that plugin repositories copy, as it is', () => {
    expect(readme).toContain(`\`\`\`yaml\n${readFileSync(join(ROOT, 'workflows/plugin-check.yml'), 'utf8')}\`\`\``);
  });

  it('names only commands and options that there are', async () => {
    const shown = [...readme.matchAll(/^assay (?<words>[^#\n]*)/gm)].map((match) => match.groups?.['words'] ?? '');
    expect(shown.length).toBeGreaterThan(8);
    for (const line of shown) {
      const words = line.trim().split(/\s+/);
      const name = words.slice(0, ['registry', 'trust', 'policy'].includes(words[0] ?? '') ? 2 : 1);
      const { exit, stdout } = await assay([...name, '--help']);
      expect([line, exit]).toEqual([line, 0]);
      for (const option of words.filter((word) => word.startsWith('--'))) expect(stdout).toContain(option);
    }
  });
});
