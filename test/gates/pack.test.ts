import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishedManifest } from '../../scripts/pack.ts';
import { ROOT } from '../../scripts/scratch-tree.ts';

describe('the published package.json', () => {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');

  it('carries no dependencies, scripts, imports or privacy of the repository', () => {
    const {
      dependencies,
      devDependencies,
      optionalDependencies,
      scripts,
      imports,
      private: hidden,
    } = publishedManifest(text);
    expect([dependencies, devDependencies, optionalDependencies, scripts, imports, hidden]).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
  });

  it('asks for a Node that the bundled code runs on', () => {
    expect(publishedManifest(text)['engines']).toEqual({ node: '^22.22.2 || >=24.15.0' });
  });

  it('points the command into dist', () => {
    expect(publishedManifest(text)['bin']).toEqual({ assay: 'dist/cli/assay.js' });
  });
});
