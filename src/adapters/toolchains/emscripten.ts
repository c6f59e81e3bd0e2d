import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '#model/build-record';
import { AssayError } from '#model/errors';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { findOnPath } from '../process/find-program.ts';
import { acceptFlags } from './accepted-flags.ts';
import { EMCC_FLAGS, EMSCRIPTEN_SETTING } from './c-flag-list.ts';
import { prefixMaps } from './c-flags.ts';
import { compileWith } from './compile-with.ts';
import { parseColonDiagnostics, parseLinkerDiagnostics } from './diagnostics.ts';
import { OptionReader, targetOf } from './options.ts';
import { digestOfPrograms, programVersion } from './program-version.ts';
import { toolchainMissing } from './toolchain-missing.ts';

/**
 * C and C++ by Emscripten. Standalone by default: a module that needs no JavaScript. With `standalone: false` the
 * JavaScript that Emscripten writes, and its .data file, become companions.
 */
export const emscripten: Toolchain = { name: 'emscripten', recipe: 2, detect, compile };

const ABSENT: ToolchainAbsence = {
  missing: 'Emscripten (emcc on PATH)',
  hint: 'Debian, Ubuntu: sudo apt-get install emscripten. Elsewhere: install the emsdk and run its emsdk_env script.',
};

const DEBIAN_NODE_MODULES = '/usr/share/nodejs';
const OPTIMIZATION = { size: ['-Os'], speed: ['-O3'], debug: ['-O0', '-g'] } as const;

async function detect(): Promise<ToolchainPresence | ToolchainAbsence> {
  const program = await findOnPath('emcc');
  if (program === undefined) return ABSENT;
  const version = (await programVersion(program, ['--version']))?.split('\n')[0];
  if (version === undefined) return { ...ABSENT, missing: `a working Emscripten (${program} does not answer)` };
  const chosen = process.env['EM_CONFIG'];
  const isChosen = chosen !== undefined && chosen !== '';
  const config = isChosen ? chosen : join(dirname(await realpath(program)), '.emscripten');
  return {
    version: /\d+\.\d+\.\d+/.exec(version)?.[0] ?? version,
    location: program,
    // emcc is a script; its configuration says which programs it starts.
    identity: await digestOfPrograms([program, config, ...(await configuredPrograms(config))]),
  };
}

async function configuredPrograms(config: string): Promise<string[]> {
  const text = await readFile(config, 'utf8').catch(() => '');
  const folder = (name: string): string[] => {
    const found = new RegExp(`^${name}\\s*=\\s*['"]([^'"]+)['"]`, 'm').exec(text)?.[1];
    return found === undefined ? [] : [found];
  };
  return [
    ...folder('LLVM_ROOT').flatMap((root) => ['clang', 'wasm-ld'].map((name) => join(root, name))),
    ...folder('BINARYEN_ROOT').map((root) => join(root, 'bin', 'wasm-opt')),
  ];
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const { job, outputFolder } = request;
  const isCpp = job.sources.some((source) => /\.(?:cc|cpp|cxx)$/i.test(source));
  const program = await findOnPath(isCpp ? 'em++' : 'emcc');
  if (program === undefined) throw toolchainMissing(ABSENT);
  const { isStandalone, args } = argumentsOf(request);
  const output = join(outputFolder, isStandalone ? 'module.wasm' : 'module.js');
  const result = await compileWith(request, {
    program,
    arguments: [...args, '-o', output],
    environment: emscriptenEnvironment(outputFolder),
    module: 'module.wasm',
    parse: (stdout, stderr) => {
      const log = stdout + stderr;
      return [...parseColonDiagnostics(log), ...parseLinkerDiagnostics(log), ...parseEmccDiagnostics(log)];
    },
  });
  if (isStandalone) return result;
  const companions = (await readdir(outputFolder)).filter((name) => /^module\.(?:js|mjs|data|worker\.js)$/.test(name));
  const note: Diagnostic = {
    severity: 'note',
    message:
      'with its JavaScript, an optimised Emscripten module has imports and exports renamed to single letters; ' +
      'only this very module.js can load it, and a host cannot tell what it imports',
  };
  const diagnostics = job.optimize === 'debug' ? result.diagnostics : [...result.diagnostics, note];
  return { ...result, companions: companions.toSorted(), diagnostics };
}

function argumentsOf(request: CompileRequest): { isStandalone: boolean; args: string[] } {
  const { job } = request;
  targetOf(job, ['wasm32-emscripten']);
  const options = new OptionReader(job);
  const isStandalone = options.flag('standalone', true);
  const isCommand = options.flag('command', false);
  const exports = options.texts('exports');
  const settings = options.texts('settings');
  const defines = options.texts('defines');
  const strip = options.flag('strip', job.optimize !== 'debug');
  const flags = acceptFlags(options.texts('flags'), EMCC_FLAGS, request);
  options.finish();
  for (const setting of settings) {
    if (!EMSCRIPTEN_SETTING.test(setting)) {
      throw new AssayError('MANIFEST_INVALID', `"${setting}" is not an Emscripten setting`, {
        hint: 'Write settings as NAME=value, for example INITIAL_MEMORY=1048576.',
      });
    }
  }
  const args = [
    ...OPTIMIZATION[job.optimize],
    ...(strip ? ['-g0'] : ['-g']),
    ...prefixMaps(request),
    ...defines.map((define) => `-D${define}`),
    ...(isStandalone ? ['-sSTANDALONE_WASM'] : []),
    ...(isCommand ? [] : ['--no-entry']),
    ...(exports.length === 0 ? [] : [`-sEXPORTED_FUNCTIONS=${exports.map((name) => `_${name}`).join(',')}`]),
    ...settings.map((setting) => `-s${setting}`),
    ...flags,
    ...job.sources,
  ];
  return { isStandalone, args };
}

// EM_CACHE is never set: a distribution's prebuilt libraries are found only without it.
function emscriptenEnvironment(outputFolder: string): Record<string, string | undefined> {
  return {
    EMSDK: process.env['EMSDK'],
    EM_CONFIG: process.env['EM_CONFIG'],
    EMSDK_NODE: process.env['EMSDK_NODE'],
    EMSDK_PYTHON: process.env['EMSDK_PYTHON'],
    EMCC_TEMP_DIR: outputFolder,
    // Debian's Emscripten takes acorn from here, which only Debian's own Node looks into by itself.
    NODE_PATH: existsSync(DEBIAN_NODE_MODULES) ? DEBIAN_NODE_MODULES : undefined,
  };
}

/** `emcc: error: undefined exported symbol: "_g"`. */
function parseEmccDiagnostics(log: string): Diagnostic[] {
  return [...log.matchAll(/^(?:emcc|em\+\+): (error|warning): (.+)$/gm)].map(([, severity, message]) => ({
    severity: severity === 'warning' ? 'warning' : 'error',
    message: message ?? '',
  }));
}
