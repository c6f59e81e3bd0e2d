import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildJob, Diagnostic } from '#model/build-record';
import { AssayError } from '#model/errors';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { findPackage, findPackageFor } from '../process/find-program.ts';
import { compileWith } from './compile-with.ts';
import { parseColonDiagnostics } from './diagnostics.ts';
import { installedPackages } from './installed-packages.ts';
import { OptionReader, targetOf } from './options.ts';
import { toolchainMissing } from './toolchain-missing.ts';

const PACKAGE = '@bytecodealliance/componentize-js';
const BUNDLER = 'esbuild';
const FEATURES = ['stdio', 'random', 'clocks', 'http', 'fetch-event'] as const;

/** JavaScript to a component: the module's functions and a JavaScript engine, for a WIT world. */
export const componentizeJs: Toolchain = { name: 'componentize-js', recipe: 2, usesPackages: true, detect, compile };

const ABSENT: ToolchainAbsence = {
  missing: `componentize-js (npm package ${PACKAGE})`,
  hint: `Run: npm install --save-dev --save-exact ${PACKAGE}`,
};

const BUNDLER_ABSENT: ToolchainAbsence = {
  missing: `a bundler (npm package ${BUNDLER}), which options.bundle asks for`,
  hint: `Run: npm install --save-dev --save-exact ${BUNDLER}`,
};

async function detect(sourceFolder: string, job?: BuildJob): Promise<ToolchainPresence | ToolchainAbsence> {
  const found = await findPackageFor(PACKAGE, sourceFolder);
  if (found === undefined) return ABSENT;
  const bundler = job?.options['bundle'] === true ? await findBundler(sourceFolder) : undefined;
  if (job?.options['bundle'] === true && bundler === undefined) return BUNDLER_ABSENT;
  const { identity, ...packages } = await installedPackages(sourceFolder);
  const parts = [identity, bundler === undefined ? undefined : `${BUNDLER} ${bundler.version}`];
  return {
    version: `componentize-js ${found.version}`,
    location: found.folder,
    ...packages,
    identity: parts.filter((part) => part !== undefined).join('\n'),
  };
}

/** Its program for this platform, which lies in a package of its own. */
async function findBundler(sourceFolder: string): Promise<{ version: string; program: string } | undefined> {
  const installed = await findPackageFor(BUNDLER, sourceFolder);
  if (installed === undefined) return undefined;
  const platform = await findPackage(`@esbuild/${process.platform}-${process.arch}`, installed.folder);
  if (platform === undefined) return undefined;
  const below = process.platform === 'win32' ? ['esbuild.exe'] : ['bin', 'esbuild'];
  return { version: platform.version, program: join(platform.folder, ...below) };
}

interface ComponentOptions {
  readonly source: string;
  readonly wit: string;
  readonly world: string | undefined;
  readonly disable: readonly string[];
  readonly bundle: boolean;
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const { job, outputFolder } = request;
  const found = await findPackageFor(PACKAGE, request.pluginFolder);
  if (found === undefined) throw toolchainMissing(ABSENT);
  const { source, wit, world, disable, bundle } = readOptions(job);
  return compileWith(request, {
    program: process.execPath,
    launcher: [join(found.folder, 'src', 'cli.js')],
    arguments: [
      bundle ? await bundled(request, source, wit) : source,
      '--wit',
      wit,
      ...(world === undefined ? [] : ['--world-name', world]),
      ...(disable.length === 0 ? [] : ['--disable', ...disable]),
      ...(job.optimize === 'debug' ? ['--debug-bindings'] : []),
      '--out',
      join(outputFolder, 'module.wasm'),
    ],
    module: 'module.wasm',
    remap: { [found.folder]: '$COMPONENTIZE' },
    parse: (stdout, stderr) => parseComponentizeDiagnostics(stdout + stderr),
  });
}

function readOptions(job: BuildJob): ComponentOptions {
  targetOf(job, ['wasip2']);
  const [source, ...rest] = job.sources;
  const options = new OptionReader(job);
  const wit = options.text('wit');
  const world = options.text('world');
  const disable = options.texts('disable');
  const bundle = options.flag('bundle', false);
  options.finish();
  const unknown = disable.find((feature) => !FEATURES.some((known) => known === feature));
  if (source === undefined || rest.length > 0 || wit === undefined || unknown !== undefined) {
    throw new AssayError('MANIFEST_INVALID', `a componentize-js build of ${job.plugin} takes one source and its wit`, {
      hint: `options: { wit: wit/world.wit, world: NAME, bundle: true, disable: [${FEATURES.join(', ')}] }`,
    });
  }
  return { source, wit, world, disable, bundle };
}

/** The engine finds no packages: they are put into one file with the source. What the world imports stays outside. */
async function bundled(request: CompileRequest, source: string, wit: string): Promise<string> {
  const bundler = await findBundler(request.pluginFolder);
  if (bundler === undefined) throw toolchainMissing(BUNDLER_ABSENT);
  const bundle = join(request.outputFolder, 'bundle.js');
  const namespaces = await witNamespaces(join(request.sourceFolder, wit));
  await compileWith(request, {
    program: bundler.program,
    arguments: [
      source,
      '--bundle',
      '--format=esm',
      '--platform=neutral',
      '--main-fields=module,main',
      '--log-limit=0',
      '--color=false',
      ...namespaces.map((namespace) => `--external:${namespace}:*`),
      `--outfile=${bundle}`,
    ],
    module: 'bundle.js',
    parse: (stdout, stderr) => parseEsbuild(stdout + stderr),
  });
  return bundle;
}

/** `wasi` and whatever else stands before a colon in the world's files. */
async function witNamespaces(path: string): Promise<string[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  const names = isFolder ? await readdir(path, { recursive: true }) : [''];
  const found = new Set(['wasi']);
  for (const name of names.filter((name) => !isFolder || name.endsWith('.wit'))) {
    const text = await readFile(join(path, name), 'utf8').catch(() => '');
    for (const [, namespace] of text.matchAll(/(?<![\w-])([a-z][a-z0-9-]*):[a-z]/g))
      if (namespace !== undefined) found.add(namespace);
  }
  return [...found].toSorted();
}

/** `✘ [ERROR] Could not resolve "x"`, an empty line, then `    app.js:1:20:`. */
function parseEsbuild(log: string): Diagnostic[] {
  const pattern = /^\S+ \[(ERROR|WARNING)\] (.+)\n\n {1,16}(\S.*?):(\d+):(\d+):$/gm;
  return [...log.matchAll(pattern)].map(([, severity, message = '', file = '', line, column]) => ({
    severity: severity === 'ERROR' ? 'error' : 'warning',
    message,
    file,
    line: Number(line),
    column: Number(column) + 1,
  }));
}

/** Engine errors (`Exception while evaluating top-level script`, stack lines) and plain `Error: …` messages. */
export function parseComponentizeDiagnostics(log: string): Diagnostic[] {
  const missing = /Error loading module "([^"]+)"/.exec(log)?.[1];
  if (missing !== undefined) {
    const why = /^[./]/.test(missing)
      ? 'the file is not there'
      : 'packages have to be bundled: options: { bundle: true }';
    return [{ severity: 'error', message: `the import "${missing}" is not found; ${why}` }];
  }
  const placed = parseColonDiagnostics(log).filter((diagnostic) => diagnostic.file?.startsWith('file:') !== true);
  if (placed.length > 0) return placed;
  // Line by line: a pattern over the whole log would take hours over one of empty lines.
  return log.split('\n').flatMap((line): Diagnostic[] => {
    const message = /^(?:\w*Error|error|\(jco [^)]*\))[: ]+(.+)$/i.exec(line.trim())?.[1];
    return message === undefined ? [] : [{ severity: 'error', message }];
  });
}
