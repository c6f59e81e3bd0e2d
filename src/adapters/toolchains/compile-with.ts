import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Diagnostic } from '#model/build-record';
import type { CompileRequest, CompileResult } from '#ports/toolchain';
import { diskError } from '../fs/disk-errors.ts';
import { compilerEnvironment } from '../process/environment.ts';
import { runProgram } from '../process/run-program.ts';
import { compileFailed, type KnownFault, relativeDiagnostics } from './diagnostics.ts';

export interface CompilerCall {
  readonly program: string;
  /** Arguments in front that choose a program inside the program, such as a script for node; left out of the record. */
  readonly launcher?: readonly string[];
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where to run; default: the plugin's folder. */
  readonly folder?: string;
  /** File name of the module inside the output folder. */
  readonly module: string;
  readonly companions?: readonly string[];
  /** Whether the program may use the network; compilers need none. */
  readonly online?: boolean;
  readonly parse: (stdout: string, stderr: string) => readonly Diagnostic[];
  /** Messages of this compiler that need more than a look at the source. */
  readonly known?: readonly KnownFault[];
  /** What of the output is for people; default: all of it. */
  readonly log?: (stdout: string, stderr: string) => string;
  /** Folders of this machine and what stands for them in records and logs. */
  readonly remap?: Readonly<Record<string, string>>;
}

/**
 * Runs one compiler in a clean environment and turns its answer into a CompileResult.
 * Throws COMPILE_FAILED for a non-zero exit code, and what `runProgram` throws.
 */
export async function compileWith(request: CompileRequest, call: CompilerCall): Promise<CompileResult> {
  const home = join(request.outputFolder, '.home');
  await mkdir(home, { recursive: true }).catch((cause: unknown) => {
    throw diskError(cause, 'written', home);
  });
  const result = await runProgram({
    program: call.program,
    arguments: [...(call.launcher ?? []), ...call.arguments],
    folder: call.folder ?? request.sourceFolder,
    environment: compilerEnvironment(home, call.environment),
    timeoutMs: request.timeoutMs,
    signal: request.signal,
    isolation: call.online === true ? 'online' : 'offline',
  });
  const remap = (text: string): string => remapFolders(text, request, call.remap ?? {});
  const log = remap(call.log === undefined ? result.stdout + result.stderr : call.log(result.stdout, result.stderr));
  const diagnostics = relativeDiagnostics(call.parse(result.stdout, result.stderr), request, remap);
  if (result.exitCode !== 0) {
    const silent = `${basename(call.program)} says nothing and ends with exit code ${result.exitCode}`;
    const said = log.trim() === '' ? silent : log;
    throw compileFailed(request.job.toolchain, request.job.plugin, diagnostics, said, call.known);
  }
  return {
    module: call.module,
    companions: call.companions ?? [],
    arguments: call.arguments.map(remap),
    diagnostics,
    log,
  };
}

/** Replaces this machine's folders by names that are the same everywhere. */
export function remapFolders(
  text: string,
  request: Pick<CompileRequest, 'sourceFolder' | 'sourceRoot' | 'outputFolder'>,
  more: Readonly<Record<string, string>> = {},
): string {
  const replacements = {
    ...more,
    [request.outputFolder]: '$OUTPUT',
    [request.sourceRoot]: '$SHARED',
    [request.sourceFolder]: '$SOURCE',
  };
  let remapped = text;
  for (const [folder, name] of Object.entries(replacements).toSorted(([a], [b]) => b.length - a.length)) {
    if (folder.length > 1) remapped = remapped.replaceAll(folder, name);
  }
  return remapped;
}
