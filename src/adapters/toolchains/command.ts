import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { BuildJob } from '#model/build-record';
import { AssayError } from '#model/errors';
import { RelativePathSchema } from '#model/manifest';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { findOnPath } from '../process/find-program.ts';
import { compileWith } from './compile-with.ts';
import { parseColonDiagnostics } from './diagnostics.ts';
import { installedPackages } from './installed-packages.ts';
import { OptionReader } from './options.ts';

/**
 * Any program with declared outputs. It runs in the plugin's folder, without a shell, and writes into the folder that
 * stands for `{output}` in its arguments and in ASSAY_OUTPUT. Assay cannot see which tools it uses, so its results
 * come from the cache only where `version` says what they depend on.
 */
export const command: Toolchain = { name: 'command', recipe: 1, usesPackages: true, detect, compile };

interface DeclaredCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly output: string;
  readonly companions: readonly string[];
  readonly version: string | undefined;
  readonly online: boolean;
}

async function detect(sourceFolder: string, job?: BuildJob): Promise<ToolchainPresence | ToolchainAbsence> {
  if (job === undefined) return { version: 'any program', location: 'named by the plugin', uncacheable: true };
  const declared = readCommand(job);
  const location = await locate(declared.program, sourceFolder);
  if (location === undefined) {
    return {
      missing: `the program "${declared.program}"`,
      hint: 'Put it on PATH, or write its path from the plugin folder.',
    };
  }
  if (declared.version === undefined || declared.online)
    return { version: declared.program, location, uncacheable: true };
  return { version: `${declared.program} ${declared.version}`, location, ...(await installedPackages(sourceFolder)) };
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const { job, outputFolder, sourceFolder } = request;
  const declared = readCommand(job);
  const program = await locate(declared.program, sourceFolder);
  if (program === undefined) {
    throw new AssayError('TOOLCHAIN_MISSING', `the program "${declared.program}" of ${job.plugin} is missing`, {
      hint: 'Put it on PATH, or write its path from the plugin folder.',
    });
  }
  return compileWith(request, {
    program,
    arguments: declared.arguments.map((argument) => argument.replaceAll('{output}', outputFolder)),
    environment: {
      ASSAY_OUTPUT: outputFolder,
      ASSAY_OPTIMIZE: job.optimize,
      ASSAY_TARGET: job.target,
      ASSAY_FEATURES: job.features,
    },
    module: declared.output,
    companions: declared.companions,
    online: declared.online,
    parse: (stdout, stderr) => parseColonDiagnostics(stdout + stderr),
  });
}

function readCommand(job: BuildJob): DeclaredCommand {
  const options = new OptionReader(job);
  const [program, ...args] = options.texts('run');
  const output = options.text('output') ?? 'module.wasm';
  const companions = options.texts('companions');
  const version = options.text('version');
  const online = options.flag('network', false);
  options.finish();
  const isSafe = [output, ...companions].every((path) => RelativePathSchema.safeParse(path).success);
  if (program === undefined || !isSafe) {
    throw new AssayError(
      'MANIFEST_INVALID',
      `the command build of ${job.plugin} does not say what to run and what comes out`,
      {
        hint: 'options: { run: [make, "OUT={output}/module.wasm"], output: module.wasm }',
      },
    );
  }
  return { program, arguments: args, output, companions, version, online };
}

async function locate(program: string, sourceFolder: string): Promise<string | undefined> {
  if (!program.includes('/')) return findOnPath(program);
  const isInside = !isAbsolute(program) && !program.split('/').includes('..');
  if (!isInside) {
    throw new AssayError('PATH_UNSAFE', `the program "${program}" lies outside the plugin's folder`, {
      hint: 'Name a program on PATH, or one inside the folder such as ./build.sh.',
    });
  }
  const path = join(sourceFolder, program);
  return (await stat(path).catch(() => undefined))?.isFile() === true ? path : undefined;
}
