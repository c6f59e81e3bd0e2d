import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay, contentsOf, copyExample, temporaryFolder } from './harness.ts';

const MANIFEST = `# what users read first
name: acme/cleaner
version: 1.0.0
abi:
  kind: wasi-p1
capabilities:
  - net # left over
builds:
  - toolchain: wat
    source: cleaner.wat
`;
const UNLINKS = `(module
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (drop (call $unlink (i32.const 3) (i32.const 0) (i32.const 4)))))
`;

async function plugin(source: string, manifest: string = MANIFEST): Promise<string> {
  const folder = join(temporaryFolder(), 'cleaner');
  await mkdir(folder);
  await writeFile(join(folder, 'plugin.yaml'), manifest);
  await writeFile(join(folder, 'cleaner.wat'), source);
  return folder;
}

describe('assay fix', () => {
  it.each(['custom', 'component'])(
    'names the ABI that the imports are of, where the manifest says %s',
    async (kind) => {
      const prints = UNLINKS.replace('"path_unlink_file"', '"fd_sync"')
        .replace('(param i32 i32 i32)', '(param i32)')
        .replace('(i32.const 3) (i32.const 0) (i32.const 4)', '(i32.const 1)');
      const folder = await plugin(
        prints,
        MANIFEST.replace('wasi-p1', kind).replace('capabilities:\n  - net # left over\n', ''),
      );
      const rejected = await assay(['check', folder]);
      expect(rejected.exit).toBe(4);
      expect(rejected.stdout).toContain('Set abi.kind to wasi-p1');
      expect((await assay(['fix', folder])).exit).toBe(0);
      expect(await readFile(join(folder, 'plugin.yaml'), 'utf8')).toContain('kind: wasi-p1');
      expect((await assay(['check', folder])).exit).toBe(0);
    },
  );

  it('declares what is reached, drops what is not, keeps the comments, and the plugin is approved', async () => {
    const folder = await plugin(UNLINKS);
    expect((await assay(['check', folder])).exit).toBe(3);
    const { exit, stdout } = await assay(['fix', folder]);
    expect(exit).toBe(0);
    expect(stdout).toContain('+   - fs');
    expect(stdout).toContain('outcome: needs review → approved');
    expect(await readFile(join(folder, 'plugin.yaml'), 'utf8')).toBe(MANIFEST.replace('- net # left over', '- fs'));
  });

  it('shows the change and writes nothing in a dry run', async () => {
    const folder = await plugin(UNLINKS);
    await assay(['check', folder]);
    const { exit, stdout } = await assay(['fix', folder, '--dry-run']);
    expect(exit).toBe(0);
    expect(stdout).toContain('+   - fs');
    expect(stdout).toContain('nothing was written');
    expect(await readFile(join(folder, 'plugin.yaml'), 'utf8')).toBe(MANIFEST);
  });

  it('says that there is nothing to do, and leaves the file as it is', async () => {
    const folder = await plugin('(module)', MANIFEST.replace('capabilities:\n  - net # left over', 'capabilities: []'));
    await assay(['check', folder]);
    const before = await contentsOf(folder);
    const { exit, stdout } = await assay(['fix', folder]);
    expect(exit).toBe(0);
    expect(stdout).toContain('No finding that counts carries a change');
    expect((await contentsOf(folder))['plugin.yaml']).toBe(before['plugin.yaml']);
  });

  it('prints the flags that the toolchain needs, and changes nothing for them', async () => {
    const folder = await copyExample('as-roman');
    const manifest = await readFile(join(folder, 'plugin.yaml'), 'utf8');
    await writeFile(join(folder, 'policy.yaml'), 'extends: [assay:custom@1]\nlimits: { maximumMemoryPages: 10 }\n');
    const { exit, stdout } = await assay(['fix', folder, '--policy', join(folder, 'policy.yaml')]);
    expect(exit).toBe(3);
    expect(stdout).toMatch(/assemblyscript: --maximumMemory 10 +ASY241/);
    expect(stdout).toContain('outcome: needs review');
    expect(await readFile(join(folder, 'plugin.yaml'), 'utf8')).toBe(manifest);
  });

  const LOGS = '(module (import "env" "log" (func $log)) (func (export "run") call $log))';
  const CUSTOM = MANIFEST.replace('wasi-p1', 'custom').replace('- net # left over', '- "host:env.log"');

  it('changes a policy only when told to', async () => {
    const folder = await plugin(LOGS, CUSTOM);
    const policy = 'extends: [assay:custom@1] # ours\n';
    await writeFile(join(folder, 'policy.yaml'), policy);
    const argv = ['fix', '.', '--policy', 'policy.yaml'];
    expect((await assay(argv, { cwd: folder })).exit).toBe(4);
    expect(await readFile(join(folder, 'policy.yaml'), 'utf8')).toBe(policy);
    expect((await assay([...argv, '--edit-policy'], { cwd: folder })).exit).toBe(0);
    expect(await readFile(join(folder, 'policy.yaml'), 'utf8')).toBe(`${policy}imports:\n  allow:\n    - env.log\n`);
  });

  it('refuses to change a preset', async () => {
    const folder = await plugin(LOGS, CUSTOM);
    const { exit, stderr } = await assay(['fix', folder, '--edit-policy']);
    expect(exit).toBe(2);
    expect(stderr).toContain('presets do not change');
  });
});
