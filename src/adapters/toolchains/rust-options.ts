import { join, relative, sep } from 'node:path';
import type { BuildJob } from '#model/build-record';
import type { CompileRequest } from '#ports/toolchain';
import { OptionReader } from './options.ts';
import type { InstalledRust } from './rust-installation.ts';

export const OPT_LEVEL = { size: 's', speed: '3', debug: '0' } as const;

export interface RustOptions {
  readonly isCommand: boolean;
  readonly strip: boolean;
  readonly package: string | undefined;
  readonly defaultFeatures: boolean;
  readonly edition: string;
}

/** The options of a rust build. Throws MANIFEST_INVALID. */
export function readRustOptions(job: BuildJob): RustOptions {
  const options = new OptionReader(job);
  const read: RustOptions = {
    isCommand: options.flag(
      'command',
      job.sources.some((source) => source.endsWith('main.rs')),
    ),
    strip: options.flag('strip', job.optimize !== 'debug'),
    package: options.text('package'),
    defaultFeatures: options.flag('defaultFeatures', true),
    edition: options.oneOf('edition', ['2015', '2018', '2021', '2024'], '2021'),
  };
  options.finish();
  return read;
}

/** Paths of this machine that rustc would write into panic messages, and what stands for them; the last that fits counts. */
export function remapFlags(request: CompileRequest, rust: InstalledRust, cargoHome: string): string[] {
  const remaps: Record<string, string> = {
    [request.sourceRoot]: relative(request.sourceFolder, request.sourceRoot).split(sep).join('/') || '.',
    [request.sourceFolder]: '.',
    [join(request.outputFolder, '.target')]: 'target',
    [cargoHome]: 'cargo',
    [rust.sysroot]: 'rust',
  };
  return Object.entries(remaps).map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}
