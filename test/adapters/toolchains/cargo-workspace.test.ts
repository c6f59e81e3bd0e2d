import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cargoSharedInputs, readCargoWorkspace, standInForMembers } from '#adapters/toolchains/cargo-workspace';
import { repository } from './build-folder.ts';

const crate = (name: string, more = ''): string => `[package]\nname = "${name}"\nversion = "0.1.0"\n${more}`;

const WORKSPACE = {
  'Cargo.toml':
    '[workspace]\nmembers = ["plugins/*", "tools/gen"]\nexclude = ["plugins/old"]\n[workspace.dependencies]\nshared = { path = "shared" }\n',
  'Cargo.lock': '',
  '.cargo/config.toml': '',
  'rust-toolchain.toml': '',
  'shared/Cargo.toml': crate('shared', '[dependencies]\ndeep = { path = "../deep" }\n'),
  'shared/src/lib.rs': '',
  'deep/Cargo.toml': crate('deep'),
  'plugins/greet/Cargo.toml': crate('greet', '[dependencies]\nshared.workspace = true\n'),
  'plugins/greet/src/lib.rs': '',
  'plugins/other/Cargo.toml': crate('other'),
  'plugins/old/Cargo.toml': crate('old'),
  'tools/gen/Cargo.toml': crate('gen', '[[bin]]\nname = "gen"\npath = "run.rs"\n'),
};

describe('a crate in a workspace', () => {
  it('reads the root, its path dependencies whole, and no more of other members than their Cargo.toml', async () => {
    const { plugin } = await repository(WORKSPACE, 'plugins/greet');
    expect((await cargoSharedInputs(plugin)).map(({ glob }) => glob).toSorted()).toEqual([
      '../../.cargo/config.toml',
      '../../Cargo.lock',
      '../../Cargo.toml',
      '../../deep/**',
      '../../rust-toolchain.toml',
      '../../shared/**',
      '../../tools/gen/Cargo.toml',
      '../other/Cargo.toml',
    ]);
  });

  it('needs nothing above it where the workspace leaves it out', async () => {
    const { plugin, root } = await repository(WORKSPACE, 'plugins/old');
    expect(await readCargoWorkspace(plugin)).toMatchObject({ root: plugin, crates: [plugin], others: [] });
    expect((await cargoSharedInputs(plugin)).map(({ file }) => join(plugin, file))).not.toContain(
      join(root, 'Cargo.lock'),
    );
  });

  it('may be named from the workspace’s own folder', async () => {
    const { root } = await repository(WORKSPACE);
    expect((await readCargoWorkspace(root, 'greet')).crates).toContain(join(root, 'shared'));
    await expect(readCargoWorkspace(root, 'absent')).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  it('lets other members stand there without their sources, never writing outside of them', async () => {
    const evil = crate('evil', '[lib]\npath = "../../../outside.rs"\n');
    const { plugin, root } = await repository({ ...WORKSPACE, 'plugins/evil/Cargo.toml': evil }, 'plugins/greet');
    await standInForMembers(await readCargoWorkspace(plugin));
    expect((await stat(join(root, 'plugins/other/src/lib.rs'))).size).toBe(0);
    expect((await stat(join(root, 'tools/gen/run.rs'))).size).toBe(0);
    await expect(stat(join(root, '../outside.rs'))).rejects.toThrow('ENOENT');
  });

  it('says which Cargo.toml does not parse', async () => {
    const { plugin } = await repository({ 'Cargo.toml': 'x = = 1', 'p/Cargo.toml': crate('p') }, 'p');
    await expect(cargoSharedInputs(plugin)).rejects.toMatchObject({
      code: 'DOCUMENT_MALFORMED',
      message: expect.stringContaining('Cargo.toml'),
    });
  });
});
