import { join } from 'node:path';
import type { Diagnostic } from '#model/build-record';
import { AssayError } from '#model/errors';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { findPackageFor } from '../process/find-program.ts';
import { compileWith } from './compile-with.ts';
import { parseColonDiagnostics } from './diagnostics.ts';
import { installedPackages } from './installed-packages.ts';
import { OptionReader, targetOf } from './options.ts';

const PACKAGE = '@bytecodealliance/componentize-js';
const FEATURES = ['stdio', 'random', 'clocks', 'http', 'fetch-event'] as const;

/** JavaScript to a component: the module's functions and a JavaScript engine, for a WIT world. */
export const componentizeJs: Toolchain = { name: 'componentize-js', recipe: 1, usesPackages: true, detect, compile };

const ABSENT: ToolchainAbsence = {
  missing: `componentize-js (npm package ${PACKAGE})`,
  hint: `Run: npm install --save-dev --save-exact ${PACKAGE}`,
};

async function detect(sourceFolder: string): Promise<ToolchainPresence | ToolchainAbsence> {
  const found = await findPackageFor(PACKAGE, sourceFolder);
  if (found === undefined) return ABSENT;
  return {
    version: `componentize-js ${found.version}`,
    location: found.folder,
    ...(await installedPackages(sourceFolder)),
  };
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const { job } = request;
  const found = await findPackageFor(PACKAGE, request.pluginFolder);
  if (found === undefined)
    throw new AssayError('TOOLCHAIN_MISSING', `${ABSENT.missing} is missing`, { hint: ABSENT.hint });
  targetOf(job, ['wasip2']);
  const [source, ...rest] = job.sources;
  const options = new OptionReader(job);
  const wit = options.text('wit');
  const world = options.text('world');
  const disable = options.texts('disable');
  options.finish();
  const unknown = disable.find((feature) => !FEATURES.some((known) => known === feature));
  if (source === undefined || rest.length > 0 || wit === undefined || unknown !== undefined) {
    throw new AssayError('MANIFEST_INVALID', `a componentize-js build of ${job.plugin} takes one source and its wit`, {
      hint: `options: { wit: wit/world.wit, world: NAME, disable: [${FEATURES.join(', ')}] }`,
    });
  }
  return compileWith(request, {
    program: process.execPath,
    launcher: [join(found.folder, 'src', 'cli.js')],
    arguments: [
      source,
      '--wit',
      wit,
      ...(world === undefined ? [] : ['--world-name', world]),
      ...(disable.length === 0 ? [] : ['--disable', ...disable]),
      ...(job.optimize === 'debug' ? ['--debug-bindings'] : []),
      '--out',
      join(request.outputFolder, 'module.wasm'),
    ],
    module: 'module.wasm',
    parse: (stdout, stderr) => parseComponentizeDiagnostics(stdout + stderr),
  });
}

/** Engine errors (`Exception while evaluating top-level script`, stack lines) and plain `Error: …` messages. */
function parseComponentizeDiagnostics(log: string): Diagnostic[] {
  const placed = parseColonDiagnostics(log).filter((diagnostic) => diagnostic.file?.startsWith('file:') !== true);
  if (placed.length > 0) return placed;
  return [...log.matchAll(/^\s*(?:\w*Error|error|\(jco [^)]*\))[: ]+(.+)$/gim)].map(([, message]) => ({
    severity: 'error',
    message: message ?? '',
  }));
}
