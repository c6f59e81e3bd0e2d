import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildJob } from '#model/build-record';
import { AssayError } from '#model/errors';
import type { CompileRequest, CompileResult, Toolchain, ToolchainAbsence, ToolchainPresence } from '#ports/toolchain';
import { compileWith } from './compile-with.ts';
import { cargoSharedInputs } from './cargo-workspace.ts';
import { targetOf } from './options.ts';
import { findRust, type InstalledRust, RUST_TARGETS, type RustTarget, rustIdentity } from './rust-installation.ts';
import { OPT_LEVEL, readRustOptions, remapFlags, type RustOptions } from './rust-options.ts';
import { toolchainMissing } from './toolchain-missing.ts';

/** Rust by cargo, or by rustc alone where there is no Cargo.toml. */
export const rust: Toolchain = { name: 'rust', recipe: 2, sharedInputs, detect, compile };

function absent(target: RustTarget): ToolchainAbsence {
  return {
    missing: `Rust with the target ${target}`,
    hint: `With rustup: rustup target add ${target}. Debian, Ubuntu: sudo apt-get install cargo libstd-rust-dev-wasm32.`,
  };
}

async function detect(sourceFolder: string, job?: BuildJob): Promise<ToolchainPresence | ToolchainAbsence> {
  const target = job === undefined ? RUST_TARGETS[0] : targetOf(job, RUST_TARGETS);
  const found = await findRust(target, sourceFolder);
  if (found === undefined) return absent(target);
  return { version: found.version, location: found.rustc, identity: await rustIdentity(found) };
}

async function sharedInputs(pluginFolder: string, { options }: Pick<BuildJob, 'options'>) {
  const name = options['package'];
  return cargoSharedInputs(pluginFolder, typeof name === 'string' ? name : undefined);
}

async function compile(request: CompileRequest): Promise<CompileResult> {
  const target = targetOf(request.job, RUST_TARGETS);
  const found = await findRust(target, request.pluginFolder);
  if (found === undefined) throw toolchainMissing(absent(target));
  const options = readRustOptions(request.job);
  const hasCargo = (await stat(join(request.sourceFolder, 'Cargo.toml')).catch(() => undefined))?.isFile() === true;
  if (!hasCargo) return compileFile(request, found, options);
  // Loaded here, because a build from the cache compiles nothing.
  const { compileCrate } = await import('./cargo-build.ts');
  return compileCrate(request, found, options);
}

async function compileFile(request: CompileRequest, rust: InstalledRust, options: RustOptions): Promise<CompileResult> {
  const { job } = request;
  const { parseCargoMessages, renderedMessages } = await import('./cargo-messages.ts');
  const [source, ...rest] = job.sources;
  if (source === undefined || rest.length > 0) {
    throw new AssayError('MANIFEST_INVALID', `a rust build of ${job.plugin} without Cargo.toml takes one source file`, {
      hint: 'Name the crate root in source:, or add a Cargo.toml.',
    });
  }
  return compileWith(request, {
    program: rust.rustc,
    arguments: [
      source,
      '--crate-name=plugin',
      `--crate-type=${options.isCommand ? 'bin' : 'cdylib'}`,
      `--edition=${options.edition}`,
      '--target',
      rust.target,
      '-C',
      `opt-level=${OPT_LEVEL[job.optimize]}`,
      '-C',
      'codegen-units=1',
      ...(options.strip ? ['-C', 'strip=symbols'] : []),
      ...(job.features ?? '')
        .split(',')
        .filter((feature) => feature !== '')
        .flatMap((feature) => ['--cfg', `feature="${feature}"`]),
      ...remapFlags(request, rust, rust.cargoHome),
      '--error-format=json',
      '-o',
      join(request.outputFolder, 'module.wasm'),
    ],
    module: 'module.wasm',
    remap: { [rust.sysroot]: '$RUST', [rust.cargoHome]: '$CARGO' },
    parse: (_stdout, stderr) => parseCargoMessages('', stderr, request.sourceFolder),
    log: (stdout, stderr) => stdout + renderedMessages(stderr),
  });
}
