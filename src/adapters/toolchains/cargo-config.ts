import { join, resolve } from 'node:path';
import { AssayError } from '#model/errors';
import type { FlagPlace } from './accepted-flags.ts';
import { isInside } from './accepted-flags.ts';
import { isTable, readToml, type Table } from './toml-file.ts';

/** What is taken from the plugin's own `.cargo/config.toml`. */
export interface PluginCargoConfig {
  readonly rustflags: readonly string[];
  /** Where crates come from: `source`, `registries`. */
  readonly sources: Table;
  /** What shapes the compilation: `env`, `profile`. */
  readonly settings: Table;
}

/** Tables for other commands of cargo than build, or about things that the manifest or Assay settle. */
const IGNORED = new Set([
  'alias',
  'term',
  'doc',
  'cache',
  'install',
  'cargo-new',
  'future-incompat-report',
  'net',
  'http',
]);
const IGNORED_IN_BUILD = new Set([
  'target',
  'target-dir',
  'build-dir',
  'jobs',
  'incremental',
  'rustdocflags',
  'dep-info-basedir',
]);
const IGNORED_IN_TARGET = new Set(['runner', 'rustdocflags']);
const SOURCE_KEYS = new Set(['registry', 'replace-with', 'directory', 'local-registry', 'git', 'branch', 'tag', 'rev']);
const REGISTRY_KEYS = new Set(['index', 'protocol']);

/**
 * Reads `.cargo/config.toml` of the plugin and of the shared folders above it, the nearer one over the farther. Cargo
 * itself never sees these files: what would start another program, or steer this one, is refused by name, so that it
 * neither runs nor is left out in silence. Throws DOCUMENT_MALFORMED, MANIFEST_INVALID.
 */
export async function readPluginCargoConfig(place: FlagPlace, target: string): Promise<PluginCargoConfig> {
  let rustflags: readonly string[] = [];
  const sources: Record<string, Table> = {};
  const settings: Record<string, Table> = {};
  for (const folder of foldersFrom(place)) {
    for (const name of ['config.toml', 'config']) {
      const file = join(folder, '.cargo', name);
      const shown = `.cargo/${name}`;
      const config = await readToml(file, shown);
      if (config === undefined) continue;
      const read = readConfig(config, { folder, target, shown, place });
      if (read.rustflags.length > 0) rustflags = read.rustflags;
      merge(sources, read.sources);
      merge(settings, read.settings);
      break;
    }
  }
  return { rustflags, sources, settings };
}

/** The farthest first, so that nearer ones overwrite it. */
function foldersFrom({ sourceFolder, sourceRoot }: FlagPlace): string[] {
  const folders: string[] = [];
  for (let at = sourceFolder; ; at = resolve(at, '..')) {
    folders.unshift(at);
    if (at === sourceRoot || resolve(at, '..') === at) return folders;
  }
}

function merge(into: Record<string, Table>, from: Table): void {
  for (const [key, value] of Object.entries(from)) into[key] = { ...into[key], ...tableOf(value) };
}

interface Reading {
  readonly folder: string;
  readonly target: string;
  readonly shown: string;
  readonly place: FlagPlace;
}

function readConfig(config: Table, reading: Reading): PluginCargoConfig {
  let rustflags: readonly string[] = [];
  const sources: Record<string, Table> = {};
  const settings: Record<string, Table> = {};
  for (const [key, value] of Object.entries(config)) {
    const table = tableOf(value);
    if (IGNORED.has(key)) continue;
    if (key === 'build') {
      rustflags =
        rustflags.length > 0
          ? rustflags
          : flagsOf(only(table, IGNORED_IN_BUILD, ['rustflags'], key, reading), key, reading);
    } else if (key === 'target') rustflags = targetFlags(table, reading) ?? rustflags;
    else if (key === 'source') {
      sources[key] = mapTable(table, (name, source) =>
        readSource(only(source, new Set(), [...SOURCE_KEYS], `source.${name}`, reading), reading),
      );
    } else if (key === 'registries') {
      sources[key] = mapTable(table, (name, one) =>
        only(one, new Set(), [...REGISTRY_KEYS], `registries.${name}`, reading),
      );
    } else if (key === 'registry') only(table, new Set(['default']), [], key, reading);
    else if (key === 'env') settings[key] = mapValues(table, (name, entry) => readVariable(name, entry, reading));
    else if (key === 'profile') settings[key] = table;
    else throw refused(key, reading);
  }
  return { rustflags, sources, settings };
}

/** A table's keys, less the ignored ones. Throws for one that is neither ignored nor accepted. */
function only(
  table: Table,
  ignored: ReadonlySet<string>,
  accepted: readonly string[],
  at: string,
  reading: Reading,
): Table {
  const kept = Object.entries(table).filter(([key]) => !ignored.has(key));
  const unknown = kept.find(([key]) => !accepted.includes(key));
  if (unknown !== undefined) throw refused(`${at}.${unknown[0]}`, reading);
  return Object.fromEntries(kept);
}

function targetFlags(targets: Table, reading: Reading): readonly string[] | undefined {
  let flags: readonly string[] | undefined;
  for (const [name, value] of Object.entries(targets)) {
    const isOurs = name === reading.target || /^cfg\(\s*target_(?:arch|family)\s*=\s*"wasm(?:32)?"\s*\)$/.test(name);
    // Other targets are compiled only for build scripts, with cargo's own ways.
    if (!isOurs && !name.startsWith('cfg(')) continue;
    const table = only(tableOf(value), IGNORED_IN_TARGET, ['rustflags'], `target.${name}`, reading);
    if (!isOurs && table['rustflags'] !== undefined) throw refused(`target.${name}.rustflags`, reading);
    if (table['rustflags'] !== undefined) flags = [...(flags ?? []), ...flagsOf(table, `target.${name}`, reading)];
  }
  return flags;
}

function flagsOf({ rustflags }: Table, at: string, reading: Reading): readonly string[] {
  if (rustflags === undefined) return [];
  if (typeof rustflags === 'string') return rustflags.split(/\s+/).filter((flag) => flag !== '');
  if (Array.isArray(rustflags) && rustflags.every((flag) => typeof flag === 'string')) return rustflags;
  throw new AssayError('MANIFEST_INVALID', `${at}.rustflags in ${reading.shown} is no text and no list of texts`, {
    hint: 'Write for example: rustflags = ["-C", "target-feature=+simd128"]',
  });
}

/** Paths of a source, which cargo would read relative to the file, made absolute; they stay among the inputs. */
function readSource(source: Table, { folder, shown, place }: Reading): Table {
  const entries = Object.entries(source).map(([key, value]) => {
    if ((key !== 'directory' && key !== 'local-registry') || typeof value !== 'string') return [key, value];
    const path = resolve(folder, value);
    if (isInside(value, { ...place, sourceFolder: folder })) return [key, path];
    throw new AssayError(
      'PATH_UNSAFE',
      `${shown} takes crates from "${value}", which is not among what the build reads`,
      {
        hint: 'Keep vendored crates in the plugin’s folder, or name their folder in inputs:.',
      },
    );
  });
  return Object.fromEntries(entries);
}

/** What programs and linkers obey before any code of the crate runs. */
const STEERING = /^(?:CARGO|RUST|LD_|DYLD_|PATH$|HOME$|TMPDIR$|SOURCE_DATE_EPOCH$|LC_ALL$|TZ$)/i;

function readVariable(name: string, entry: unknown, reading: Reading): unknown {
  const table = typeof entry === 'string' ? { value: entry } : tableOf(entry);
  const { value, relative } = only(table, new Set(['force']), ['value', 'relative'], `env.${name}`, reading);
  if (STEERING.test(name) || typeof value !== 'string') throw refused(`env.${name}`, reading);
  return { value: relative === true ? resolve(reading.folder, value) : value, force: true };
}

function mapTable(table: Table, map: (name: string, value: Table) => Table): Table {
  return mapValues(table, (name, value) => map(name, tableOf(value)));
}

function mapValues(table: Table, map: (name: string, value: unknown) => unknown): Table {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, map(name, value)]));
}

function tableOf(value: unknown): Table {
  return isTable(value) ? value : {};
}

function refused(key: string, { shown }: Reading): AssayError {
  return new AssayError('MANIFEST_INVALID', `${shown} sets ${key}, which a build does not take from a plugin`, {
    hint: 'Taken are rustflags, env, profile, source and registries. Leave the rest out, or build with toolchain: command.',
  });
}
