import { relative, sep } from 'node:path';
import { AssayError } from '#model/errors';
import type { CompileRequest } from '#ports/toolchain';
import { acceptFlags, type FlagPlace, isInside } from './accepted-flags.ts';
import { CLANG_FLAGS } from './c-flag-list.ts';
import { OptionReader } from './options.ts';

/** What a C or C++ build asks for, whichever clang compiles it. */
export interface CBuild {
  /** A reactor is a library with exports and `_initialize`; a command has a `main`. */
  readonly isCommand: boolean;
  readonly isCpp: boolean;
  /** Whether names and debug information are left out; `link` says so already. */
  readonly strip: boolean;
  readonly compile: readonly string[];
  readonly link: readonly string[];
}

const OPTIMIZATION = { size: '-Os', speed: '-O2', debug: '-O0' } as const;

/** Options shared by zig-cc, clang: exports, command, defines, includes, std, strip, memory sizes, libraries, flags. */
export function readCBuild(request: CompileRequest): CBuild {
  const { job } = request;
  const options = new OptionReader(job);
  const isCommand = options.flag('command', false);
  const strip = options.flag('strip', job.optimize !== 'debug');
  const std = options.text('std');
  const defines = options.texts('defines');
  const includes = options.texts('includes');
  const exports = options.texts('exports');
  const libraries = options.texts('libraries');
  const linker = [
    ...exports.map((name) => `--export=${symbol(name, 'exports')}`),
    ...sizeFlag('--initial-memory', options.count('initialMemory')),
    ...sizeFlag('--max-memory', options.count('maximumMemory')),
    ...(strip ? ['--strip-all'] : []),
  ];
  const stackSize = options.count('stackSize');
  const flags = acceptFlags(options.texts('flags'), CLANG_FLAGS, request);
  options.finish();
  return {
    isCommand,
    isCpp: job.sources.some((source) => /\.(?:cc|cpp|cxx|c\+\+)$/i.test(source)),
    strip,
    compile: [
      OPTIMIZATION[job.optimize],
      ...(job.optimize === 'debug' ? ['-g'] : []),
      ...(std === undefined ? [] : [`-std=${symbol(std, 'std')}`]),
      ...defines.map((define) => `-D${define}`),
      ...includes.map((include) => `-I${includeFolder(include, request)}`),
      ...featureFlags(request),
      ...prefixMaps(request),
      ...flags,
    ],
    link: [
      ...(stackSize === undefined ? [] : [`-Wl,-z,stack-size=${stackSize}`]),
      ...linker.map((flag) => `-Wl,${flag}`),
      ...libraries.map((library) => `-l${symbol(library, 'libraries')}`),
    ],
  };
}

function sizeFlag(flag: string, bytes: number | undefined): string[] {
  return bytes === undefined ? [] : [`${flag}=${bytes}`];
}

function symbol(text: string, option: string): string {
  if (/^[A-Za-z0-9_.$+:-]+$/.test(text)) return text;
  throw new AssayError('MANIFEST_INVALID', `"${text}" in option "${option}" is not a plain name`, {
    hint: 'Letters, digits and _ . $ + : - are accepted.',
  });
}

/** `features: simd128,bulk-memory` as `-msimd128 -mbulk-memory`. */
function featureFlags(request: CompileRequest): readonly string[] {
  const features = (request.job.features ?? '').split(',').filter((feature) => feature !== '');
  return acceptFlags(
    features.map((feature) => `-m${feature}`),
    CLANG_FLAGS,
    request,
  );
}

/** The builder's folders must not reach the bytes. Of several maps that fit, clang takes the last. */
export function prefixMaps({ sourceFolder, sourceRoot }: FlagPlace): readonly string[] {
  const above = relative(sourceFolder, sourceRoot).split(sep).join('/') || '.';
  return [`-ffile-prefix-map=${sourceRoot}=${above}`, `-ffile-prefix-map=${sourceFolder}=.`];
}

function includeFolder(path: string, place: FlagPlace): string {
  if (isInside(path, place)) return path;
  throw new AssayError('MANIFEST_INVALID', `the include folder "${path}" is not among what the build reads`, {
    hint: 'Write it relative to plugin.yaml; a folder above that has to be named in inputs: ["**", "../shared/**"].',
  });
}
