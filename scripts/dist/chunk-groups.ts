import type { Metafile, Plugin } from 'esbuild';

/**
 * Modules that are loaded together. esbuild makes one chunk of what the same entry points need, which leaves dozens of
 * small files, and each costs Node about a third of a millisecond. An entry point that needs one member of a group is
 * given all of it, so that the group ends up in one file.
 */
interface ChunkGroup {
  readonly name: string;
  /** What makes an entry point need the group, as paths from the root of the repository. */
  readonly neededFor: RegExp;
  /** What is imported to give it all of the group. */
  readonly members: readonly string[];
}

const GROUPS: readonly ChunkGroup[] = [
  {
    name: 'core',
    neededFor: /./,
    members: [
      'node:events',
      'node:fs',
      'node:module',
      'node:path',
      'node:process',
      'node:url',
      'node:util',
      'node:crypto',
      'node:fs/promises',
      'node:os',
      'node:zlib',
      '#model/build-folder',
      '#model/canonical-json',
      '#model/digest-of',
      '#model/errors',
      '#model/toolkit',
      '#ports/progress',
      '#report/quantity',
      '#report/visible-text',
      '#adapters/fs/capped-read',
      '#entry/cli/options',
      '#entry/cli/context',
      '#entry/cli/render-error',
      '#entry/cli/rendering',
      '#entry/cli/verdict-exit',
      '#entry/cli/probe-lines',
      '#entry/cli/probing',
      '#entry/named-file',
      '#entry/output',
      '#entry/validator',
    ],
  },
  {
    name: 'acting',
    neededFor: /^src\/(?:entry\/actions\/common-inputs|report\/annotations|report\/manifest-pointer)\.ts$/,
    members: ['#entry/actions/common-inputs', '#entry/actions/run-action', '#report/annotations'],
  },
  {
    name: 'documents',
    neededFor: /^(?:node_modules\/(?:zod|yaml)\/.*|src\/model\/parse\.ts)$/,
    members: ['#model/digest', '#model/manifest', '#model/parse'],
  },
  {
    name: 'auditing',
    neededFor:
      /^src\/(?:stages\/audit\/audit|rules\/read-rules|adapters\/validators\/engine|report\/text|entry\/cli\/commands\/audit)\.ts$/,
    members: [
      '#stages/audit/audit-or-refuse',
      '#adapters/validators/engine',
      '#report/text',
      '#entry/cli/commands/audit',
    ],
  },
  {
    name: 'building',
    neededFor:
      /^src\/(?:stages\/build\/build|adapters\/toolchains\/(?:options|program-version)|entry\/load-plugin)\.ts$/,
    members: [
      '#stages/build/build-all',
      '#stages/plan/plan',
      '#entry/load-plugin',
      '#entry/wiring',
      '#adapters/fs/build-files',
      '#adapters/toolchains/compile-with',
      '#adapters/toolchains/options',
      '#adapters/toolchains/program-version',
    ],
  },
  {
    name: 'rendering',
    neededFor: /^src\/report\/(?:assessment|headline|wrap)\.ts$/,
    members: [
      '#report/headline',
      '#report/module-summary',
      '#report/fix-lines',
      '#report/wrap',
      '#report/bar',
      '#report/location',
      '#report/section-sizes',
      '#report/call-path',
    ],
  },
];

/** What has to be added to an entry point's source, by path from the root. `first` is the same build without groups. */
export function groupsOfEntries(first: Metafile, apart: readonly string[]): ReadonlyMap<string, string> {
  const additions = new Map<string, string>();
  for (const entry of entriesOf(first)) {
    if (apart.includes(entry) || !entry.startsWith('src/')) continue;
    const groups = groupsFor(entry, first);
    additions.set(entry, groups.map(({ name }) => `\nimport 'chunk-group:${name}';`).join(''));
  }
  return additions;
}

/** The groups that an entry point needs, and those that their members need. */
function groupsFor(entry: string, first: Metafile): readonly ChunkGroup[] {
  let roots = [entry];
  for (;;) {
    const reached = [...reachedFrom(roots, first)];
    const groups = GROUPS.filter(({ neededFor }) => reached.some((file) => neededFor.test(file)));
    const members = groups.flatMap((group) => group.members).filter((member) => member.startsWith('#'));
    const more = [entry, ...members.map((member) => `${member.replace('#', 'src/')}.ts`)];
    if (more.length === roots.length) return groups;
    roots = more;
  }
}

/** Resolves the imports that `groupsOfEntries` adds. */
export function chunkGroups(root: string): Plugin {
  return {
    name: 'chunk-groups',
    setup(api) {
      api.onResolve({ filter: /^chunk-group:/ }, ({ path }) => ({ path, namespace: 'chunk-group' }));
      api.onLoad({ filter: /./, namespace: 'chunk-group' }, ({ path }) => ({
        contents: (GROUPS.find(({ name }) => path === `chunk-group:${name}`)?.members ?? [])
          .map((member) => `import '${member}';`)
          .join('\n'),
        resolveDir: root,
      }));
    },
  };
}

function entriesOf({ outputs }: Metafile): string[] {
  return Object.values(outputs)
    .map(({ entryPoint }) => entryPoint)
    .filter((entry) => entry !== undefined);
}

/** The files that modules bring with them, without what they import later. */
function reachedFrom(roots: readonly string[], { inputs }: Metafile): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { path, kind, external } of inputs[file]?.imports ?? []) {
      if (external !== true && kind !== 'dynamic-import') visit(path);
    }
  };
  for (const root of roots) visit(root);
  return reached;
}
