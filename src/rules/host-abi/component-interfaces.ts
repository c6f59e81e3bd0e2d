import type { Capability } from '#model/capability';

interface WasiPackage {
  /** Interface → what importing it stands for. */
  readonly interfaces: Readonly<Record<string, readonly Capability[]>>;
  /** What follows the name, as globs; a package that is still a draft goes by any version, or none. */
  readonly versions: readonly string[];
}

const RELEASED = ['@0.2.*', '@0.3.*'];
const DRAFT = ['', '@*'];

/** Every interface that the WASI 0.2 and 0.3 packages define, and those of two drafts that hosts offer. */
const PACKAGES: Readonly<Record<string, WasiPackage>> = {
  'wasi:cli': {
    versions: RELEASED,
    interfaces: {
      stdin: ['stdio'],
      stdout: ['stdio'],
      stderr: ['stdio'],
      'terminal-input': ['stdio'],
      'terminal-output': ['stdio'],
      'terminal-stdin': ['stdio'],
      'terminal-stdout': ['stdio'],
      'terminal-stderr': ['stdio'],
      environment: ['env', 'args'],
      exit: [],
      run: [],
      types: [],
    },
  },
  'wasi:io': { versions: RELEASED, interfaces: { error: [], poll: [], streams: [] } },
  'wasi:clocks': {
    versions: RELEASED,
    interfaces: {
      'monotonic-clock': ['clock'],
      'wall-clock': ['clock'],
      'system-clock': ['clock'],
      timezone: ['clock'],
      types: [],
    },
  },
  'wasi:random': {
    versions: RELEASED,
    interfaces: { random: ['random'], insecure: ['random'], 'insecure-seed': ['random'] },
  },
  'wasi:filesystem': { versions: RELEASED, interfaces: { types: ['fs'], preopens: ['fs'] } },
  'wasi:sockets': {
    versions: RELEASED,
    interfaces: {
      network: ['net'],
      'instance-network': ['net'],
      'ip-name-lookup': ['net'],
      tcp: ['net'],
      'tcp-create-socket': ['net'],
      udp: ['net'],
      'udp-create-socket': ['net'],
      types: ['net'],
    },
  },
  'wasi:http': {
    versions: RELEASED,
    interfaces: {
      types: ['net'],
      'outgoing-handler': ['net'],
      'incoming-handler': ['net'],
      handler: ['net'],
      client: ['net'],
    },
  },
  'wasi:logging': { versions: DRAFT, interfaces: { logging: ['stdio'] } },
  'wasi:config': { versions: DRAFT, interfaces: { store: ['env'], runtime: ['env'] } },
};

const INTERFACES: ReadonlyMap<string, readonly Capability[]> = new Map(
  Object.entries(PACKAGES).flatMap(([name, { interfaces }]) =>
    Object.entries(interfaces).map(([one, capabilities]) => [`${name}/${one}`, capabilities] as const),
  ),
);

/** Globs over the names of all these interfaces, in the versions that hosts offer. */
export const WASI_INTERFACES: readonly string[] = Object.entries(PACKAGES).flatMap(([name, { interfaces, versions }]) =>
  Object.keys(interfaces).flatMap((one) => versions.map((version) => `${name}/${one}${version}`)),
);

/** An import of a component, taken apart: `wasi:cli/stdout@0.2.3`. */
export interface InterfaceName {
  /** `wasi:cli/stdout`, or the whole name where it is not an interface name. */
  readonly path: string;
  readonly version?: string;
}

export function parseInterfaceName(name: string): InterfaceName {
  const at = name.lastIndexOf('@');
  return at <= 0 ? { path: name } : { path: name.slice(0, at), version: name.slice(at + 1) };
}

/** Capabilities behind a component import; undefined for an interface that WASI does not define. */
export function interfaceCapabilities(name: string): readonly Capability[] | undefined {
  return INTERFACES.get(parseInterfaceName(name).path);
}

/**
 * Functions of wasi:filesystem that carry no capability, as in preview 1: asking which folders were given, and reading,
 * writing or describing what was opened before. What opens, lists or changes files is not among them.
 */
const QUIET_FILESYSTEM: ReadonlySet<string> = new Set([
  'get-directories',
  'filesystem-error-code',
  ...[
    ...['advise', 'append-via-stream', 'get-flags', 'get-type', 'is-same-object', 'metadata-hash', 'read'],
    ...['read-via-stream', 'stat', 'sync', 'sync-data', 'write', 'write-via-stream'],
  ].map((name) => `[method]descriptor.${name}`),
]);

/** Whether calling this function of an imported instance is what the capabilities of its interface are about. */
export function carriesCapability(interfaceName: string, member: string): boolean {
  if (member.startsWith('[resource-drop]')) return false;
  return !interfaceName.startsWith('wasi:filesystem/') || !QUIET_FILESYSTEM.has(member);
}
