import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Sources, temporaryFolder, writeSources } from './compile.ts';

const run = promisify(execFile);

export interface CrateRegistry extends AsyncDisposable {
  /** A cargo home that takes the registry for crates.io, as a machine's mirror settings do. */
  readonly cargoHome: string;
  /** The lines of Cargo.lock for the crates. */
  readonly lock: string;
  /** Downloads that were asked for. */
  readonly requests: string[];
  /** Serves other bytes for a crate than its index promises. */
  tamper(name: string): void;
}

/** A crate as registries hold it, of version 1.0.0. */
export async function crateArchive(name: string, sources: Sources): Promise<Buffer> {
  const folder = await temporaryFolder();
  await writeSources(join(folder, `${name}-1.0.0`), sources);
  await run('tar', ['-czf', `${name}.crate`, `${name}-1.0.0`], { cwd: folder });
  return readFile(join(folder, `${name}.crate`));
}

/**
 * A crate registry on the loopback interface, with the git index that every cargo understands. The crates are small,
 * but cargo fetches, checks and unpacks them like any others.
 */
export async function crateRegistry(crates: Readonly<Record<string, Sources>>): Promise<CrateRegistry> {
  const folder = await temporaryFolder();
  const archives = new Map<string, Buffer>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = request.url?.split('/')[1] ?? '';
    requests.push(name);
    response.end(archives.get(name));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const index: Record<string, string> = {
    'config.json': JSON.stringify({ dl: `http://127.0.0.1:${port}/{crate}/{version}` }),
  };
  const lock: string[] = [];
  for (const [name, sources] of Object.entries(crates)) {
    const archive = await crateArchive(name, sources);
    archives.set(name, archive);
    const cksum = createHash('sha256').update(archive).digest('hex');
    index[`${name.slice(0, 2)}/${name.slice(2, 4)}/${name}`] = JSON.stringify({
      name,
      vers: '1.0.0',
      deps: [],
      cksum,
      features: {},
      yanked: false,
    });
    lock.push(
      `[[package]]\nname = "${name}"\nversion = "1.0.0"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${cksum}"\n`,
    );
  }
  const git = join(folder, 'index');
  for (const [path, text] of Object.entries(index)) {
    await mkdir(dirname(join(git, path)), { recursive: true });
    await writeFile(join(git, path), `${text}\n`);
  }
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.test'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    [...identity, 'commit', '-qm', 'index'],
  ])
    await run('git', args, { cwd: git });
  const cargoHome = join(folder, 'cargo-home');
  await writeSources(cargoHome, {
    'config.toml': `[source.crates-io]\nreplace-with = "local"\n[source.local]\nregistry = "file://${git}"\n`,
  });
  return {
    cargoHome,
    lock: lock.join('\n'),
    requests,
    tamper: (name) => archives.set(name, Buffer.from('not what the index says')),
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
