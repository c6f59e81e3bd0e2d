import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { staticServer } from '../../fakes/static-server.ts';
import { assay, contentsOf, copyExample } from './harness.ts';
import { newWorkplace, ok, type Workplace } from './workplace.ts';

async function shipped(): Promise<Workplace & { readonly runtime: string; readonly plugin: string }> {
  const place = await newWorkplace();
  const plugin = await copyExample('wat-luhn');
  await ok('ship', plugin, '--registry', place.registry, '--keys', place.keys);
  const runtime = join(place.registry, '..', 'runtime');
  await ok('trust', 'add', place.registry, '--runtime', runtime, '--root', place.root, '--namespace', 'acme');
  return { ...place, runtime, plugin };
}

/** The next version of the plugin, shipped to the same registry. */
async function shipVersion(place: Workplace & { readonly plugin: string }, version: string): Promise<void> {
  const path = join(place.plugin, 'plugin.yaml');
  await writeFile(path, (await readFile(path, 'utf8')).replace(/version: .*/, `version: ${version}`));
  await ok('ship', place.plugin, '--registry', place.registry, '--keys', place.keys);
}

/** A refusal: its code, its exit code, and a runtime folder that is as it was. */
async function refused(argv: readonly string[], runtime: string, code: string, exit: number): Promise<void> {
  const before = await contentsOf(runtime);
  const ran = await assay(argv);
  expect([ran.exit, ran.stderr.match(/\[[A-Z_]+\]/g)?.at(-1)]).toEqual([exit, `[${code}]`]);
  expect(await contentsOf(runtime)).toEqual(before);
}

describe('an installed plugin', () => {
  it('is listed and runs under what it was approved with', async () => {
    const { runtime } = await shipped();
    await ok('install', 'acme/luhn@^0.3', '--runtime', runtime);
    expect((await ok('list', '--runtime', runtime)).stdout).toMatch(/generation 1[^\n]*\nacme\/luhn 0\.3\.0/);
    const run = await ok('run', 'acme/luhn', 'valid', '4539 1488 0343 6467', '--runtime', runtime);
    expect(run.stdout).toBe('1\n');
    expect(
      JSON.parse((await ok('run', 'acme/luhn', 'check_digit', '7992739871', '--runtime', runtime, '--json')).stdout),
    ).toEqual({
      stdout: '',
      stderr: '',
      result: 3,
    });
  });

  it('is upgraded, rolled back and uninstalled as a set', async () => {
    const place = await shipped();
    const { runtime } = place;
    await ok('install', 'acme/luhn', '--runtime', runtime);
    await shipVersion(place, '0.4.0');
    expect((await ok('install', 'acme/luhn', '--runtime', runtime)).stdout).toContain(
      'upgraded acme/luhn 0.3.0 → 0.4.0',
    );
    expect((await ok('rollback', '--runtime', runtime)).stdout).toContain('downgraded acme/luhn 0.4.0 → 0.3.0');
    expect((await ok('uninstall', 'acme/luhn', '--runtime', runtime)).stdout).toContain('removed acme/luhn');
  });

  it('is not fetched again when nothing changed', async () => {
    const { runtime } = await shipped();
    await ok('install', 'acme/luhn', '--runtime', runtime);
    expect((await ok('install', 'acme/luhn', '--runtime', runtime)).stdout).toContain('nothing changed');
    expect((await ok('list', '--runtime', runtime)).stdout).toContain('generation 1');
  });

  it('is what the lock says with --frozen, although there is a newer version', async () => {
    const place = await shipped();
    await ok('install', 'acme/luhn', '--runtime', place.runtime);
    await shipVersion(place, '0.4.0');
    expect((await ok('install', '--frozen', '--runtime', place.runtime)).stdout).toContain('nothing changed');
  });

  it('is not started when a byte of it was changed on this machine', async () => {
    const { runtime } = await shipped();
    await ok('install', 'acme/luhn', '--runtime', runtime);
    const blob = Object.keys(await contentsOf(runtime)).find((path) => path.startsWith('store')) ?? '';
    const path = join(runtime, blob);
    const bytes = await readFile(path);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await chmod(path, 0o644);
    await writeFile(path, bytes);
    await refused(['run', 'acme/luhn', 'valid', '1', '--runtime', runtime], runtime, 'DIGEST_MISMATCH', 5);
  });
});

describe('a blocked version that is installed', () => {
  const block = (place: Workplace) =>
    ok('registry', 'state', place.registry, 'acme/luhn@0.3.0', 'blocked', '--reason', 'stolen', '--keys', place.keys);

  it('is heard of by refresh, which then exits with 5 and leaves the set as it is', async () => {
    const place = await shipped();
    const { runtime } = place;
    await ok('install', 'acme/luhn', '--runtime', runtime);
    expect((await ok('refresh', '--runtime', runtime)).stdout).toContain('nothing that is installed is blocked');
    await block(place);
    const heard = await assay(['refresh', '--runtime', runtime]);
    expect([heard.exit, heard.stdout]).toEqual([5, expect.stringContaining('blocked acme/luhn 0.3.0: stolen')]);
    expect((await ok('list', '--runtime', runtime)).stdout).toMatch(/generation 1[^]*acme\/luhn 0\.3\.0 {2}blocked/);
    const frozen = await ok('install', '--frozen', '--runtime', runtime);
    expect(frozen.stdout).toContain('warning acme/luhn 0.3.0 is blocked by its registry: stolen');
  });

  it('is not said to be free of blocks by a registry that cannot be reached', async () => {
    const { registry, root } = await shipped();
    const runtime = join(registry, '..', 'remote');
    const server = await staticServer(async (path, response) => {
      const bytes = await readFile(join(registry, path)).catch(() => undefined);
      response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
    });
    await ok('trust', 'add', server.url, '--runtime', runtime, '--root', root);
    await ok('install', 'acme/luhn', '--runtime', runtime);
    expect((await ok('refresh', '--runtime', runtime)).stdout).toMatch(/is at snapshot 3\n.*is blocked\n$/);
    await server[Symbol.asyncDispose]();
    const { exit, stdout } = await assay(['refresh', '--runtime', runtime]);
    expect([exit, stdout]).toEqual([6, expect.stringContaining('acme-plugins cannot be reached')]);
    expect(stdout).toContain('as far as is known');
    const again = await ok('install', 'acme/luhn', '--runtime', runtime);
    expect(again.stdout).toContain('warning acme-plugins cannot be reached; it was read as it was verified last');
  });

  it('is run no more, and no set that holds it is gone back to', async () => {
    const place = await shipped();
    const { runtime } = place;
    await ok('install', 'acme/luhn', '--runtime', runtime);
    await shipVersion(place, '0.4.0');
    await block(place);
    await assay(['refresh', '--runtime', runtime]);
    await refused(['run', 'acme/luhn', 'valid', '1', '--runtime', runtime], runtime, 'VERSION_BLOCKED', 5);
    await ok('install', 'acme/luhn', '--runtime', runtime);
    await refused(['rollback', '--runtime', runtime], runtime, 'VERSION_BLOCKED', 5);
    await ok('run', 'acme/luhn', 'valid', '0', '--runtime', runtime);
  });
});

describe('an install is refused, and nothing changes, when', () => {
  it('a published artifact was changed', async () => {
    const { registry, runtime } = await shipped();
    const blobs = Object.keys(await contentsOf(registry)).filter((path) => path.startsWith(join('blobs', 'sha256')));
    for (const blob of blobs) {
      const bytes = await readFile(join(registry, blob));
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeFile(join(registry, blob), bytes);
    }
    await refused(['install', 'acme/luhn', '--runtime', runtime], runtime, 'DIGEST_MISMATCH', 5);
  });

  it.each([
    ['index', 'INDEX_TAMPERED'],
    ['shards', 'INDEX_TAMPERED'],
    ['owners', 'INDEX_TAMPERED'],
    ['snapshot.json', 'INDEX_TAMPERED'],
    ['root/1.json', 'ROOT_INVALID'],
  ])('the registry’s %s was changed', async (part, code) => {
    const { registry, runtime } = await shipped();
    for (const path of Object.keys(await contentsOf(registry))) {
      if (path !== join(part) && !path.startsWith(join(part, '/'))) continue;
      const text = await readFile(join(registry, path), 'utf8');
      await writeFile(join(registry, path), text.replace(/20\d\d-/, '2019-').replace(/"size":(\d)/, '"size":9$1'));
    }
    await refused(['install', 'acme/luhn', '--runtime', runtime], runtime, code, 5);
  });

  it('the registry went back to an older snapshot', async () => {
    const place = await shipped();
    const { registry, runtime } = place;
    const old = await readFile(join(registry, 'snapshot.json'));
    await ok('registry', 'refresh', registry, '--keys', place.keys);
    await ok('install', 'acme/luhn', '--runtime', runtime);
    await writeFile(join(registry, 'snapshot.json'), old);
    await refused(['install', 'acme/luhn', '--runtime', runtime], runtime, 'SNAPSHOT_ROLLBACK', 5);
  });

  it('the snapshot has expired', async () => {
    const { runtime } = await shipped();
    const before = await contentsOf(runtime);
    const now = new Date(Date.now() + 40 * 86_400_000);
    const ran = await assay(['install', 'acme/luhn', '--runtime', runtime], { now });
    expect([ran.exit, ran.stderr.includes('[SNAPSHOT_EXPIRED]')]).toEqual([5, true]);
    expect(await contentsOf(runtime)).toEqual(before);
  });

  it('the version was blocked', async () => {
    const place = await shipped();
    await ok(
      'registry',
      'state',
      place.registry,
      'acme/luhn@0.3.0',
      'blocked',
      '--reason',
      'stolen',
      '--keys',
      place.keys,
    );
    await refused(['install', 'acme/luhn@0.3.0', '--runtime', place.runtime], place.runtime, 'VERSION_BLOCKED', 5);
  });

  it('the plugin is unknown, with the nearest name', async () => {
    const { runtime } = await shipped();
    await refused(['install', 'acme/lunh', '--runtime', runtime], runtime, 'PLUGIN_UNKNOWN', 2);
    expect((await assay(['install', 'acme/lunh', '--runtime', runtime])).stderr).toContain('acme/luhn');
  });

  it('the root that is pinned is another one', async () => {
    const { registry, runtime } = await shipped();
    const other = await newWorkplace();
    const ran = await assay(['trust', 'add', registry, '--runtime', join(runtime, 'other'), '--root', other.root]);
    expect([ran.exit, ran.stderr.includes('[ROOT_INVALID]')]).toEqual([5, true]);
  });

  it('nothing is known of the scheme that its registry is named by', async () => {
    const { registry, root } = await newWorkplace();
    const runtime = join(registry, '..', 'runtime');
    const named = (location: string) => assay(['trust', 'add', location, '--runtime', runtime, '--root', root]);
    const ran = await named('git+ssh://host/registry');
    expect([ran.exit, ran.stderr.includes('git+ssh addresses')]).toEqual([2, true]);
    expect(await named(pathToFileURL(registry).href)).toMatchObject({ exit: 0 });
  });

  it('it is only a dry run', async () => {
    const { runtime } = await shipped();
    const before = await contentsOf(runtime);
    const { stdout } = await ok('install', 'acme/luhn', '--runtime', runtime, '--dry-run');
    expect(stdout).toMatch(/^would install acme\/luhn /m);
    expect(await contentsOf(runtime)).toEqual(before);
  });
});
