import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'smol-toml';
import { AssayError } from '#model/errors';
import type { PluginCargoConfig } from './cargo-config.ts';
import { isTable, readToml, type Table } from './toml-file.ts';

const CREDENTIALS = ['credentials.toml', 'credentials'];
/** What of the machine's own cargo configuration says how crates are fetched; the rest would shape the output unseen. */
const MACHINE_KEYS = ['source', 'registries', 'registry', 'http', 'net', 'credential-alias'];

/**
 * A cargo home for one build. Index and downloaded crates are the machine's, by link; they are unpacked anew, because
 * an earlier build's script could have changed what lies unpacked, and cargo does not look at it again.
 */
export async function makeCargoHome(path: string, machineHome: string): Promise<void> {
  await linkMachineHome(path, machineHome).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('FILE_UNWRITABLE', `cargo's home ${machineHome} cannot be used: ${why}`, {
      cause,
      hint: 'Set CARGO_HOME to a folder that this user may write to.',
    });
  });
}

async function linkMachineHome(path: string, machineHome: string): Promise<void> {
  await mkdir(join(path, 'registry'), { recursive: true });
  await mkdir(join(path, 'git'), { recursive: true });
  for (const shared of ['registry/index', 'registry/cache', 'git/db']) {
    await mkdir(join(machineHome, shared), { recursive: true });
    await symlink(join(machineHome, shared), join(path, shared), 'junction');
  }
  // The lock that keeps builds from downloading the same crate at once. Windows makes no links to files.
  const lock = join(machineHome, '.package-cache');
  await writeFile(lock, '', { flag: 'a' });
  await symlink(lock, join(path, '.package-cache')).catch(() => {});
}

/** For the fetch: the machine's way to the network and its credentials, and where the plugin's crates come from. */
export async function openCargoHome(path: string, machineHome: string, plugin: PluginCargoConfig): Promise<void> {
  await writeFile(join(path, 'config.toml'), stringify(withTables(await machineConfig(machineHome), plugin.sources)));
  for (const name of CREDENTIALS) await symlink(join(machineHome, name), join(path, name)).catch(() => {});
}

/** For the compiler, which runs the plugin's code: no credentials any more, and what of the plugin's settings shapes it. */
export async function closeCargoHome(path: string, machineHome: string, plugin: PluginCargoConfig): Promise<void> {
  for (const name of CREDENTIALS) await rm(join(path, name), { force: true });
  const { source, registries } = await machineConfig(machineHome);
  const machine = { ...(source === undefined ? {} : { source }), ...(registries === undefined ? {} : { registries }) };
  await writeFile(join(path, 'config.toml'), stringify({ ...withTables(machine, plugin.sources), ...plugin.settings }));
}

async function machineConfig(machineHome: string): Promise<Table> {
  for (const name of ['config.toml', 'config']) {
    const file = join(machineHome, name);
    const config = await readToml(file);
    if (config === undefined) continue;
    const kept = Object.entries(config).filter(([key]) => MACHINE_KEYS.includes(key));
    return Object.fromEntries(
      kept.map(([key, value]) => [key, key === 'source' ? absolute(value, machineHome) : value]),
    );
  }
  return {};
}

/** Cargo reads a source's folder relative to the folder that holds the one of the configuration. */
function absolute(sources: unknown, machineHome: string): unknown {
  if (!isTable(sources)) return sources;
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]) => {
      if (!isTable(source)) return [name, source];
      const paths = Object.entries(source).filter(([key]) => key === 'directory' || key === 'local-registry');
      const resolved = paths.map(([key, value]) => [key, resolve(dirname(machineHome), String(value))]);
      return [name, { ...source, ...Object.fromEntries(resolved) }];
    }),
  );
}

function withTables(one: Table, two: Table): Table {
  const joined: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(two)) {
    const other = joined[key];
    joined[key] = isTable(value) && isTable(other) ? { ...other, ...value } : value;
  }
  return joined;
}
