/**
 * The layout of the code as one table: what each folder under src is for and what it may import.
 * `.oxlintrc.json`, the canaries of the lint gate and the table in docs/architecture.md are made from it.
 */
export interface Folder {
  /** Path below `src`, without a slash at either end; a single file ends in `.ts`. */
  readonly path: string;
  /** The package import that other folders use, without `#`. */
  readonly alias: string;
  readonly purpose: string;
  /** Aliases of the folders it may import; its own files are imported by relative path or by its own alias. */
  readonly imports: readonly string[];
  /** Touches the world: files, network, clock, environment, SDKs. Everything else is pure. */
  readonly effects: boolean;
}

const BESIDE_THE_LINE = ['model', 'ports', 'trust', 'registry', 'runtime'] as const;

function stage(name: string, purpose: string, more: readonly string[] = []): Folder {
  return {
    path: `stages/${name}`,
    alias: `stages/${name}`,
    purpose,
    imports: [...BESIDE_THE_LINE, ...more],
    effects: false,
  };
}

function pure(path: string, purpose: string, imports: readonly string[]): Folder {
  return { path, alias: path, purpose, imports, effects: false };
}

const STAGES: readonly Folder[] = [
  stage('plan', 'manifests and what changed → the build matrix'),
  stage('build', 'source, target, toolchain → `.wasm` and a build record, from cache when nothing changed'),
  stage('audit', 'bytes → an audit report: facts and findings, no policy', ['wasm', 'rules']),
  stage('decide', 'report, baseline, manifest, policy, acceptances, date → a verdict with reasons', ['rules']),
  stage('sign', 'artifact digests and statements → Sigstore bundles'),
  stage('publish', 'an approved release → artifact in the stores, events, a new snapshot'),
  stage('resolve', 'requirements and registries → the exact release events'),
  stage('verify', 'bytes, bundles, trust → the outcome of each check'),
  stage('install', 'a verified set → lockfile, a new generation, status'),
];

/** Every folder under src, from the values outwards. */
export const LAYOUT: readonly Folder[] = [
  pure('model', 'values: one schema each gives type, parser, JSON Schema and documentation', []),
  pure('wasm', 'pull decoder for modules and components, call graph, linking of components, limits', ['model']),
  pure('rules', 'the rule catalogue: one file a rule', ['model', 'wasm']),
  pure('trust', 'identities, statements, bundle and policy checks, root', ['model']),
  pure('registry', 'names and folding, events, shards, transitions, resolution', ['model', 'trust']),
  pure('ports', 'interfaces the stages need from the world', ['model']),
  pure('report', 'renders SARIF, Markdown, HTML, JSON, annotations and the badge', ['model']),
  pure('runtime', 'generations, journal, installed state', ['model', 'ports']),
  ...STAGES,
  {
    path: 'adapters',
    alias: 'adapters',
    purpose: 'one folder for each system behind the ports: files, network, signing services, toolchains, runner',
    imports: ['model', 'ports', 'adapters'],
    effects: true,
  },
  {
    path: 'pipeline.ts',
    alias: 'pipeline',
    purpose: 'names the stages in order and joins them',
    imports: ['model', 'ports', 'stages'],
    effects: false,
  },
  pure('control', 'configuration service and management interface', [
    'model',
    'ports',
    'trust',
    'registry',
    'report',
    'pipeline',
  ]),
  pure('site', 'the static site of a registry', ['model', 'ports', 'trust', 'registry', 'report', 'pipeline']),
  {
    path: 'entry',
    alias: 'entry',
    purpose: 'actions, command line, library: read input, call, render, exit',
    imports: ['*'],
    effects: true,
  },
];

/** Modules of Node that compute and touch nothing, open to every folder with what lies below them. */
export const PURE_BUILTINS = ['buffer', 'crypto', 'path', 'string_decoder', 'url', 'util', 'zlib'] as const;

/** Packages that compute and touch nothing, open to every folder. All others belong to adapters and entry. */
export const PURE_PACKAGES = ['canonicalize', 'picomatch', 'semver', 'smol-toml', 'yaml', 'zod'] as const;

/** Globals that reach the world; only adapters and entry may name them. */
export const EFFECT_GLOBALS = [
  'process',
  'fetch',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'localStorage',
  'navigator',
  'performance',
] as const;

/** Calls that read the clock or chance; only adapters and entry may make them. */
export const EFFECT_PROPERTIES = [
  { object: 'Date', property: 'now' },
  { object: 'Math', property: 'random' },
] as const;

/** The aliases at the head of `#…` imports, such as `model` or `stages`. */
export const ALIAS_HEADS: readonly string[] = [
  ...new Set(LAYOUT.map((folder) => folder.alias.slice(0, `${folder.alias}/`.indexOf('/')))),
];

/** Whether a file of `folder` may import `#head/…`. Stages are reached only from pipeline and entry. */
export function mayImport(folder: Folder, head: string): boolean {
  return folder.imports.includes('*') || folder.imports.includes(head) || folder.alias === head;
}
