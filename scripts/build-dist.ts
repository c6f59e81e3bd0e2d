/**
 * Builds dist/: the command line, the actions' stubs, the library and their shared chunks. Every output stands
 * exactly one folder below dist/, so that `new URL('./x', import.meta.url)` can be rewritten to one place: a
 * TypeScript target becomes a worker under dist/workers, any other file is copied to dist/assets.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildResult, type Metafile, type Plugin } from 'esbuild';
import { chunkGroups, groupsOfEntries } from './dist/chunk-groups.ts';
import { COMMONJS_SCOPE, withUsedScope } from './dist/commonjs-scope.ts';
import { withoutEmptyFiles } from './dist/empty-files.ts';
import { withoutFacades } from './dist/facades.ts';
import { leanNodeModules } from './dist/node-modules.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const outdir = join(root, 'dist');

/** Says which Node is needed, on any Node, and so shares nothing with the rest. */
const CLI = 'src/entry/cli/main.ts';

/** Loaded before the cache of compiled code is switched on, and so shares nothing with what the cache is for. */
const START = 'src/entry/cli/start.ts';

/** A worker that needs most of what the command line has, and so shares its chunks. The others stand alone. */
const REPLAY_THREAD = 'src/entry/replay/replay-thread.ts';

/** The package's ES modules, of which only what is used is bundled; for Node it names CommonJS files. */
const YAML = join(root, 'node_modules/yaml/browser/index.js');

const ASSET_REFERENCE = /new URL\(\s*['"](\.{1,2}\/[^'"]+)['"]\s*,\s*import\.meta\.url\s*,?\s*\)/g;

function entryPoints(): Record<string, string> {
  const entries: Record<string, string> = { 'cli/assay': CLI, 'workers/replay-thread': REPLAY_THREAD };
  const actions = join(root, 'src/entry/actions/stubs');
  if (existsSync(actions)) {
    for (const file of readdirSync(actions).toSorted()) {
      if (file.endsWith('.ts')) entries[`actions/${basename(file, '.ts')}`] = `src/entry/actions/stubs/${file}`;
    }
  }
  if (existsSync(join(root, 'src/entry/library.ts'))) entries['library/index'] = 'src/entry/library.ts';
  return entries;
}

/** Files that are loaded in different cases, and so share no reads of Node's modules. commander is always loaded with ours. */
function partyOf(importer: string): 'start' | 'package' | 'assay' {
  const file = relative(root, importer).split(sep).join('/');
  if (file === START || file === 'src/entry/cli/code-cache.ts') return 'start';
  return file.startsWith('node_modules/') && !file.startsWith('node_modules/commander/') ? 'package' : 'assay';
}

/**
 * Packages that stay out of the bundle because they name no licence. `buffers` is required by `binary`, which
 * `unzip-stream` uses to parse what it already holds; only reading a stream with `binary` would need it.
 */
const LEFT_OUT = /^buffers$/;

const leaveOut: Plugin = {
  name: 'leave-out',
  setup(api) {
    api.onResolve({ filter: LEFT_OUT }, ({ path }) => ({ path, namespace: 'left-out' }));
    api.onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error('${path} is not part of this bundle'); };`,
    }));
  },
};

/**
 * Modules of Node that cost time where they are imported and are not needed there. Importing `node:process` reads every
 * property of `process` and with them opens standard input; commander starts programs only for commands that stand in
 * files of their own, which Assay has none of; picocolors looks at standard output for a default that nothing here uses.
 * None of them is CommonJS, of which every property would be copied where it is imported.
 */
const startLean: Plugin = {
  name: 'start-lean',
  setup(api) {
    api.onResolve({ filter: /^(?:node:)?process$/ }, ({ importer }) => {
      return { path: 'process', namespace: 'global', suffix: `?${partyOf(importer)}` };
    });
    api.onLoad({ filter: /^process$/, namespace: 'global' }, () => ({ contents: 'export default process;' }));
    api.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes(`${sep}commander${sep}`) ? { path, namespace: 'left-out' } : undefined,
    );
    api.onLoad({ filter: /[\\/]picocolors[\\/]picocolors\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8');
      const [, made] = /let p = process \|\| \{\}([^]*)module\.exports = createColors\(\)\s/.exec(contents) ?? [];
      if (made === undefined) throw new Error('picocolors no longer begins and ends as it did');
      return { contents: `let p = {}${made}export default { createColors };`, loader: 'js' };
    });
  },
};

/** Adds to entry points what their groups need, rewrites references to sibling files and remembers what they point at. */
function sourcesPlugin(
  workers: Map<string, string>,
  assets: Map<string, Uint8Array>,
  additions: ReadonlyMap<string, string>,
): Plugin {
  return {
    name: 'sources',
    setup(api) {
      api.onLoad({ filter: /\.[jt]s$/, namespace: 'file' }, (args) => {
        const ours = args.path.startsWith(join(root, 'src') + sep);
        const addition = additions.get(relative(root, args.path).split(sep).join('/')) ?? '';
        const hasAssets = ours || args.path.includes(`node_modules${sep}@bytecodealliance${sep}`);
        if (!hasAssets && addition === '') return null;
        const source = readFileSync(args.path, 'utf8');
        const contents = !hasAssets
          ? source
          : source.replace(ASSET_REFERENCE, (_whole, reference: string) => {
              const target = resolve(dirname(args.path), reference);
              if (target.endsWith('.ts')) {
                const name = basename(target, '.ts');
                workers.set(name, relative(root, target));
                return `new URL('../workers/${name}.js', import.meta.url)`;
              }
              const bytes = readFileSync(target);
              const name = basename(target);
              const taken = assets.get(name);
              if (taken !== undefined && !bytes.equals(taken)) throw new Error(`two assets are called ${name}`);
              assets.set(name, bytes);
              return `new URL('../assets/${name}', import.meta.url)`;
            });
        return { contents: contents + addition, loader: ours ? 'ts' : 'js' };
      });
    },
  };
}

interface Parts {
  readonly entries: Readonly<Record<string, string>>;
  readonly workers: Map<string, string>;
  readonly assets: Map<string, Uint8Array>;
}

async function bundle(parts: Parts, additions: ReadonlyMap<string, string>): Promise<Metafile> {
  const { outputFiles, metafile } = await bundled(parts, additions);
  const written = outputFiles.map(({ path, text }) => ({ path, text: withUsedScope(text) }));
  for (const { path, text } of withoutFacades(withoutEmptyFiles(written))) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return metafile;
}

async function bundled(
  { entries, workers, assets }: Parts,
  additions: ReadonlyMap<string, string>,
): Promise<BuildResult<{ write: false; metafile: true }>> {
  return build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minifySyntax: true,
    minifyWhitespace: true,
    // Node reads, hashes and compiles a file of ASCII faster: V8 keeps it in one byte a character.
    charset: 'ascii',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: COMMONJS_SCOPE },
    write: false,
    alias: { yaml: YAML },
    external: ['assemblyscript', 'binaryen'],
    plugins: [
      leaveOut,
      startLean,
      leanNodeModules(partyOf),
      chunkGroups(root),
      sourcesPlugin(workers, assets, additions),
    ],
  });
}

/** The licence text of every bundled package, which their licences ask to be kept with the code. */
function licences(metafiles: readonly Metafile[]): string {
  const packages = new Map<string, string>();
  for (const metafile of metafiles) {
    for (const input of Object.keys(metafile.inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (match?.[1] !== undefined) packages.set(match[1], join(root, match[1]));
    }
  }
  const parts: string[] = [];
  for (const folder of [...packages.values()].toSorted()) {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const { name, version, license } = manifest as { name: string; version: string; license?: string };
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(entry));
    const text =
      file === undefined
        ? '(the package names its licence above and carries no text)'
        : readFileSync(join(folder, file), 'utf8');
    parts.push(`${name} ${version}\n${license ?? 'see text'}\n\n${text.replaceAll('\r\n', '\n').trim()}\n`);
  }
  return `Assay bundles the packages below. Each keeps its own licence.\n\n${parts.join(`\n${'-'.repeat(78)}\n\n`)}`;
}

rmSync(outdir, { recursive: true, force: true });
const assets = new Map<string, Uint8Array>();
const workers = new Map<string, string>();
const main = { entries: entryPoints(), workers, assets };
// The first result says which entry points share what, so that the second has few chunks.
const first = await bundled(main, new Map());
const metafiles = [await bundle(main, groupsOfEntries(first.metafile, [CLI, START]))];
const built = new Set([basename(REPLAY_THREAD, '.ts')]);
for (;;) {
  const pending = [...workers].filter(([name]) => !built.has(name));
  if (pending.length === 0) break;
  for (const [name] of pending) built.add(name);
  const entries = Object.fromEntries(pending.map(([name, file]) => [`workers/${name}`, file]));
  metafiles.push(await bundle({ entries, workers, assets }, new Map()));
}
if (assets.size > 0) mkdirSync(join(outdir, 'assets'), { recursive: true });
for (const [name, bytes] of assets) writeFileSync(join(outdir, 'assets', name), bytes);
writeFileSync(join(outdir, 'licenses.txt'), licences(metafiles));
writeFileSync(join(outdir, 'package.json'), `${JSON.stringify({ type: 'module' })}\n`);

let total = 0;
const files = readdirSync(outdir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const hash = createHash('sha256');
for (const file of files.map((entry) => join(entry.parentPath, entry.name)).toSorted()) {
  const bytes = readFileSync(file);
  total += bytes.length;
  hash.update(relative(outdir, file)).update(bytes);
}
console.log(`dist: ${files.length} files, ${(total / 1e6).toFixed(2)} MB, ${hash.digest('hex').slice(0, 12)}`);
