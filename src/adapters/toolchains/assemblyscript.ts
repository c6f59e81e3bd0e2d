import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '#model/build-record';
import type {
  CompileRequest,
  CompileResult,
  SharedInput,
  Toolchain,
  ToolchainAbsence,
  ToolchainPresence,
} from '#ports/toolchain';
import { AssayError } from '#model/errors';
import { readCapped } from '../fs/capped-read.ts';
import { findOnPath, findPackageFor } from '../process/find-program.ts';
import { type FlagPlace, isInside } from './accepted-flags.ts';
import { compileWith } from './compile-with.ts';
import { installedPackages } from './installed-packages.ts';
import { OptionReader, targetOf } from './options.ts';
import { digestOfPrograms } from './program-version.ts';
import { SharedInputs } from './shared-inputs.ts';
import { toolchainMissing } from './toolchain-missing.ts';

/** AssemblyScript's `asc`: the plugin's own version if it has one installed, else the one beside Assay, else PATH. */
export const assemblyscript: Toolchain = {
  name: 'assemblyscript',
  recipe: 2,
  usesPackages: true,
  sharedInputs,
  detect,
  compile,
};

const MAX_CONFIG_BYTES = 1024 * 1024;
const MOST_EXTENDED = 16;

const ABSENT: ToolchainAbsence = {
  missing: 'the AssemblyScript compiler (npm package assemblyscript)',
  hint: 'Run: npm install --save-dev --save-exact assemblyscript',
};

interface Found extends ToolchainPresence {
  readonly program: string;
  readonly launcher: readonly string[];
}

async function find(sourceFolder: string): Promise<Found | undefined> {
  const installed = await findPackageFor('assemblyscript', sourceFolder);
  if (installed !== undefined) {
    const script = join(installed.folder, 'bin', 'asc.js');
    const version = `assemblyscript ${installed.version}`;
    return { version, location: script, program: process.execPath, launcher: [script] };
  }
  const onPath = await findOnPath('asc');
  return onPath === undefined ? undefined : { version: 'asc on PATH', location: onPath, program: onPath, launcher: [] };
}

async function detect(sourceFolder: string): Promise<ToolchainPresence | ToolchainAbsence> {
  const found = await find(sourceFolder);
  if (found === undefined) return ABSENT;
  const { version, location } = found;
  const packages = await installedPackages(sourceFolder);
  const compiler = await digestOfPrograms([location, join(dirname(location), '..', 'dist', 'asc.js')]);
  return { version, location, ...packages, identity: `${compiler}\n${packages.identity ?? ''}` };
}

/** Settings that `asconfig.json` extends; asc passes over one that it does not find. */
async function sharedInputs(pluginFolder: string): Promise<SharedInput[]> {
  const shared = new SharedInputs(pluginFolder);
  let file = join(pluginFolder, 'asconfig.json');
  for (let depth = 0; depth < MOST_EXTENDED; depth++) {
    const bytes = await readCapped(file, MAX_CONFIG_BYTES);
    if (bytes === undefined) break;
    shared.add(file);
    const next = /"extends"\s*:\s*"(\.[^"\n]*)"/.exec(new TextDecoder().decode(bytes))?.[1];
    if (next === undefined) break;
    file = resolve(dirname(file), next.endsWith('.json') ? next : `${next}.json`);
  }
  return shared.found;
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const found = await find(request.pluginFolder);
  if (found === undefined) throw toolchainMissing(ABSENT);
  return compileWith(request, {
    program: found.program,
    launcher: found.launcher,
    arguments: argumentsOf(request, join(request.outputFolder, 'module.wasm')),
    module: 'module.wasm',
    parse: (stdout, stderr) => parseAscDiagnostics(stdout + stderr),
  });
}

const OPTIMIZATION = {
  size: ['--optimizeLevel', '3', '--shrinkLevel', '2', '--converge'],
  speed: ['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
  debug: ['--debug'],
} as const;

function argumentsOf(request: CompileRequest, output: string): string[] {
  const { job } = request;
  targetOf(job, ['wasm32']);
  const options = new OptionReader(job);
  const exportRuntime = options.flag('exportRuntime', false);
  const exportStart = options.text('exportStart');
  const runtime = options.oneOf('runtime', ['incremental', 'minimal', 'stub'], 'incremental');
  const noAssert = options.flag('noAssert', false);
  const initialMemory = options.count('initialMemory');
  const maximumMemory = options.count('maximumMemory');
  const enable = options.texts('enable');
  const use = options.texts('use');
  const transforms = options.texts('transform').map((name) => transformName(name, request));
  options.finish();
  return [
    ...job.sources,
    '--outFile',
    output,
    ...OPTIMIZATION[job.optimize],
    '--runtime',
    runtime,
    ...(exportRuntime ? ['--exportRuntime'] : []),
    ...(exportStart === undefined ? [] : ['--exportStart', exportStart]),
    ...(noAssert ? ['--noAssert'] : []),
    ...(initialMemory === undefined ? [] : ['--initialMemory', String(initialMemory)]),
    ...(maximumMemory === undefined ? [] : ['--maximumMemory', String(maximumMemory)]),
    ...enable.flatMap((feature) => ['--enable', feature]),
    ...use.flatMap((alias) => ['--use', alias]),
    ...transforms.flatMap((name) => ['--transform', name]),
    '--noColors',
  ];
}

/** A transform is code that asc runs: of an installed package, or of a file among the inputs. */
function transformName(name: string, place: FlagPlace): string {
  if (/^(?:@[\w.-]+\/)?[\w.-]+(?:\/[\w.-]+)*$/.test(name) && !name.split('/').includes('..')) return name;
  if (isInside(name, place)) return name;
  throw new AssayError('MANIFEST_INVALID', `the transform "${name}" is neither a package nor a file of the build`, {
    hint: 'For example transform: [json-as/transform].',
  });
}

/** `ERROR TS2322: text`, some lines of source, then `└─ in src/a.ts(4,10)`. */
export function parseAscDiagnostics(log: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  let open: { severity: Diagnostic['severity']; message: string } | undefined;
  for (const line of log.split('\n')) {
    const head = /^(ERROR|WARNING|INFO|PEDANTIC|FAILURE)(?: [A-Z]+\d+)?:? (.+)$/.exec(line.trim());
    if (head?.[1] !== undefined && head[2] !== undefined) {
      if (open !== undefined) found.push(open);
      open = { severity: severityOf(head[1]), message: head[2] };
      continue;
    }
    const place = open === undefined ? undefined : ascPlace(line.trimEnd());
    if (open === undefined || place === undefined) continue;
    found.push({ ...open, ...place });
    open = undefined;
  }
  if (open !== undefined && found.length === 0) found.push(open);
  return found;
}

/** `└─ in src/a.ts(4,10)`. In two steps, because one pattern would take hours over a long line of `in (in (in (`. */
function ascPlace(line: string): Required<Pick<Diagnostic, 'file' | 'line' | 'column'>> | undefined {
  const position = /\((\d+),(\d+)\)$/.exec(line);
  const file = position === null ? undefined : /\bin (.+)$/.exec(line.slice(0, position.index))?.[1];
  return file === undefined ? undefined : { file, line: Number(position?.[1]), column: Number(position?.[2]) };
}

function severityOf(word: string): Diagnostic['severity'] {
  if (word === 'ERROR' || word === 'FAILURE') return 'error';
  return word === 'WARNING' ? 'warning' : 'note';
}
