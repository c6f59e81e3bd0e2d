import { inflateSync } from 'node:zlib';
import type { Dependency } from '#model/audit-report';
import { type Anchor, matchesAt } from './anchors.ts';
import type { Region } from './regions.ts';

/** Libraries found in a module, and what about their lists does not hold up. */
export interface Dependencies {
  readonly found: readonly Dependency[];
  /** A list that inflates past its limit: the offset of its section. */
  readonly bomb: number | undefined;
  /** A list that is there but cannot be read. */
  readonly unreadable: readonly { readonly offset: number; readonly why: string }[];
}

const MAX_INFLATED = 2 * 1024 * 1024;
const MAX_FOUND = 5000;
const MAX_NAME = 300;
const MAX_VERSION = 100;
const NOT_AUDITABLE = 'it is not the JSON of cargo-auditable';

/** C libraries that carry their version as text, and how it reads. */
const VERSION_TEXTS: readonly {
  readonly name: string;
  readonly anchors: readonly Anchor[];
  readonly pattern: RegExp;
}[] = [
  {
    name: 'zlib',
    anchors: ['deflate ', 'inflate '],
    pattern: /(?:deflate|inflate) (\d+\.\d+(?:\.\d+){0,2}) Copyright/y,
  },
  { name: 'openssl', anchors: ['OpenSSL '], pattern: /OpenSSL (\d+\.\d+\.\d+[a-z]?) /y },
  { name: 'libpng', anchors: ['libpng version '], pattern: /libpng version (\d+\.\d+\.\d+)/y },
  { name: 'libjpeg-turbo', anchors: ['libjpeg-turbo version '], pattern: /libjpeg-turbo version (\d+\.\d+\.\d+)/y },
  { name: 'expat', anchors: ['expat_'], pattern: /expat_(\d+\.\d+\.\d+)/y },
];

/**
 * The libraries that the bytes name: Rust's `.dep-v0` list, Go's module list, and traces (source paths of
 * registry crates, version texts of C libraries), each once. Lists beat traces of the same library.
 */
export function dependenciesOf(regions: readonly Region[]): Dependencies {
  const found = new Map<string, Dependency>();
  const add = (dependency: Dependency): void => {
    const key = `${dependency.ecosystem} ${dependency.name} ${dependency.version}`;
    if (found.size < MAX_FOUND && !found.has(key)) found.set(key, dependency);
  };
  const unreadable: { offset: number; why: string }[] = [];
  let bomb: number | undefined;
  for (const region of regions) {
    if (region.kind !== 'custom' || region.name !== '.dep-v0') continue;
    const read = readCargoAuditable(region);
    if (read === 'bomb') bomb = region.offsetAt(0);
    else if (typeof read === 'string') unreadable.push({ offset: region.offsetAt(0), why: read });
    else for (const dependency of read) add(dependency);
  }
  for (const region of regions) {
    if (region.anchors.size === 0) continue;
    for (const dependency of goModules(region)) add(dependency);
    for (const dependency of traces(region)) add(dependency);
  }
  const sorted = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, dependency]) => dependency);
  return { found: sorted, bomb, unreadable };
}

function readCargoAuditable(region: Region): Dependency[] | string {
  // A custom section's content begins with its own name.
  const content = Buffer.from(region.text, 'latin1').subarray(1 + region.name.length);
  let inflated: Buffer;
  try {
    inflated = inflateSync(content, { maxOutputLength: MAX_INFLATED });
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return tooLarge ? 'bomb' : 'it does not inflate';
  }
  try {
    const document: unknown = JSON.parse(inflated.toString('utf8'));
    return cargoPackages(document) ?? NOT_AUDITABLE;
  } catch {
    return NOT_AUDITABLE;
  }
}

/** The packages in the JSON that cargo-auditable embeds (its schema, version 8), or undefined for another document. */
function cargoPackages(document: unknown): Dependency[] | undefined {
  if (!isObject(document) || !Array.isArray(document['packages'])) return undefined;
  const packages: readonly unknown[] = document['packages'];
  if (packages.length > MAX_FOUND) return undefined;
  const found: Dependency[] = [];
  for (const item of packages) {
    if (!isObject(item)) return undefined;
    const { name, version, kind, root } = item;
    if (!isText(name, MAX_NAME) || !isText(version, MAX_VERSION)) return undefined;
    if (root !== true && kind !== 'build') found.push({ ecosystem: 'crates.io', name, version, evidence: 'declared' });
  }
  return found;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value.length <= most;
}

/** Marks around Go's module list (cmd/go/internal/modload, infoStart and infoEnd). */
const GO_START = '\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6';
const GO_ANCHOR = '\x30\x77\xaf\x0c\x92\x74\x08\x02';
const GO_END = '\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2';

/** Go's module list. WebAssembly files of Go lack the header that `go version -m` looks for, so its marks are found. */
function* goModules(region: Region): Generator<Dependency> {
  if (!region.anchors.has(GO_ANCHOR)) return;
  const { text } = region;
  const start = text.indexOf(GO_START);
  const end = start === -1 ? -1 : text.indexOf(GO_END, start);
  if (end === -1 || end - start > MAX_INFLATED) return;
  for (const match of text.slice(start, end).matchAll(/^dep\t([^\t\n]{1,300})\tv([^\t\n]{1,100})/gm)) {
    yield { ecosystem: 'Go', name: match[1] ?? '', version: match[2] ?? '', evidence: 'declared' };
  }
  const version = /\bgo(1\.\d{1,2}(?:\.\d{1,2})?)\b/.exec(text)?.[1];
  if (version !== undefined) yield { ecosystem: 'Go', name: 'stdlib', version, evidence: 'trace' };
}

const CRATE_PATH =
  /registry\/src\/[\w.-]{1,80}\/([a-z0-9][a-z0-9_-]{0,63}?)-(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,40})?)\//iy;

function* traces(region: Region): Generator<Dependency> {
  if (region.kind === 'nested' || region.anchors.size === 0) return;
  for (const match of matchesAt(region, ['registry/src/'], CRATE_PATH)) {
    yield { ecosystem: 'crates.io', name: match[1] ?? '', version: match[2] ?? '', evidence: 'trace' };
  }
  for (const { name, anchors: beginnings, pattern } of VERSION_TEXTS) {
    for (const match of matchesAt(region, beginnings, pattern)) {
      yield { ecosystem: 'generic', name, version: match[1] ?? '', evidence: 'trace' };
    }
  }
}
