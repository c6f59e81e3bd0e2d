import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What a module brings with it when it is imported, without what it imports later. */
async function loadedWith(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    splitting: true,
    outdir: 'never-written',
    external: ['node:*'],
    logLevel: 'silent',
  });
  const { inputs }: Metafile = metafile;
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path: imported, kind, external } of inputs[file]?.imports ?? []) {
      if (external === true) seen.add(imported);
      else if (kind !== 'dynamic-import') visit(imported);
    }
  };
  visit(entry);
  return [...seen];
}

describe('the command line starts with what it needs', () => {
  it('audits without schemas, YAML and version ranges', async () => {
    const loaded = await loadedWith('src/entry/cli/commands/audit.ts');
    expect(loaded).toContain('src/rules/catalogue.ts');
    expect(loaded.filter((file) => /node_modules\/(?:zod|yaml|semver|picomatch)\//.test(file))).toEqual([]);
  });

  it('builds without auditing, deciding and starting programs', async () => {
    const loaded = await loadedWith('src/entry/cli/commands/build.ts');
    expect(loaded).toContain('src/stages/build/build.ts');
    expect(loaded.filter((file) => /^src\/(?:wasm|rules|stages\/(?:audit|decide))\//.test(file))).toEqual([]);
    expect(loaded).not.toContain('node:child_process');
  });
});
