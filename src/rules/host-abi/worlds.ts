import { parseInterfaceName } from './component-interfaces.ts';

/** What a world of WASI 0.2 or 0.3 offers its guests, by interface, and what it wants back. */
interface World {
  readonly imports: readonly RegExp[];
  readonly exports: readonly string[];
}

const COMMAND = [/^wasi:(?:cli|clocks|filesystem|io|random|sockets)\//];
const PROXY = [/^wasi:(?:clocks|io|random|http)\//, /^wasi:cli\/(?:stdin|stdout|stderr)$/];

const WORLDS: Readonly<Record<string, World>> = {
  'wasi:cli/command': { imports: COMMAND, exports: ['wasi:cli/run'] },
  'wasi:cli/imports': { imports: COMMAND, exports: [] },
  'wasi:http/proxy': { imports: PROXY, exports: ['wasi:http/incoming-handler'] },
  'wasi:http/imports': { imports: PROXY, exports: [] },
  'wasi:http/service': { imports: PROXY, exports: ['wasi:http/handler'] },
  'wasi:http/middleware': { imports: PROXY, exports: ['wasi:http/handler'] },
  'wasi:clocks/imports': { imports: [/^wasi:(?:clocks|io)\//], exports: [] },
  'wasi:filesystem/imports': { imports: [/^wasi:(?:filesystem|clocks|io)\//], exports: [] },
  'wasi:io/imports': { imports: [/^wasi:io\//], exports: [] },
  'wasi:random/imports': { imports: [/^wasi:random\//], exports: [] },
  'wasi:sockets/imports': { imports: [/^wasi:(?:sockets|clocks|io)\//], exports: [] },
};

export interface WorldReference {
  readonly world: World;
  readonly name: string;
  /** Version that the manifest names; undefined when it names none. */
  readonly version: string | undefined;
}

/** A published world by name, such as `wasi:cli/command@0.2.0`; undefined for a world of the host's own. */
export function publishedWorld(reference: string): WorldReference | undefined {
  const { path, version } = parseInterfaceName(reference);
  const world = Object.hasOwn(WORLDS, path) ? WORLDS[path] : undefined;
  return world === undefined ? undefined : { world, name: path, version };
}

/** The published worlds of the package that a reference names, without versions; empty for other packages. */
export function worldsBeside(reference: string): string[] {
  const beginning = `${parseInterfaceName(reference).path.split('/')[0]}/`;
  return Object.keys(WORLDS).filter((name) => name.startsWith(beginning));
}

/**
 * Whether a host of one version of a WIT package supplies an import of another: same major version, or the same minor
 * one below 1.0, and never newer than the host (component model, canonical interface names).
 */
export function versionServes(offered: string, wanted: string): boolean {
  const [a, b] = [numbers(offered), numbers(wanted)];
  if (a === undefined || b === undefined) return offered === wanted;
  if (a[0] !== b[0]) return false;
  if (a[0] === 0 && a[1] !== b[1]) return false;
  if (a[1] !== b[1]) return a[1] > b[1];
  return a[2] >= b[2];
}

function numbers(version: string): [number, number, number] | undefined {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(version);
  if (match === null) return undefined;
  // A world without a patch number promises the whole series.
  return [Number(match[1]), Number(match[2]), match[3] === undefined ? Number.POSITIVE_INFINITY : Number(match[3])];
}
