import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { hexOf } from '#model/digest-of';
import { digestOfFile } from '../fs/digest-of-file.ts';
import { compilerEnvironment } from '../process/environment.ts';
import { runProgram } from '../process/run-program.ts';

const VERSION_TIMEOUT_MS = 60_000;

export interface VersionQuestion {
  /** Where to ask from; launchers choose a compiler by it. Default: the program's own folder. */
  readonly folder?: string;
  /** What else the answer depends on, besides the program's own file. */
  readonly dependsOn?: string;
}

/**
 * What a compiler prints when asked for its version. The answer is remembered by the file's path, size and times, so
 * that a build from the cache starts no compiler. Undefined when it cannot be asked.
 */
export function programVersion(
  program: string,
  args: readonly string[],
  question: VersionQuestion = {},
): Promise<string | undefined> {
  return remembered(program, ['version', ...args, question.dependsOn ?? ''], () =>
    ask(program, args, question.folder ?? dirname(program)),
  );
}

/**
 * Digests of a compiler's own files, as one text; those that do not exist count as such. A version's name alone would
 * let a compiler that was replaced under it answer from the cache of the other. Remembered like versions.
 */
export async function digestOfPrograms(paths: readonly string[]): Promise<string> {
  const digests = await Promise.all(
    paths.map(async (path) => {
      const digest = await remembered(path, ['digest'], async () => hexOf(await digestOfFile(path))).catch(
        () => undefined,
      );
      return `${basename(path)} ${digest ?? 'missing'}`;
    }),
  );
  return digests.join('\n');
}

async function remembered(
  path: string,
  question: readonly string[],
  answer: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const memo = await memoOf(path, question);
  const known = await readFile(memo, 'utf8').catch(() => undefined);
  if (known !== undefined && known !== '') return known;
  const found = await answer();
  if (found !== undefined) await remember(memo, found).catch(() => {});
  return found;
}

async function ask(program: string, args: readonly string[], folder: string): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await runProgram({
      program,
      arguments: args,
      folder,
      environment: compilerEnvironment(homedir(), {
        RUSTUP_HOME: process.env['RUSTUP_HOME'],
        CARGO_HOME: process.env['CARGO_HOME'],
        RUSTUP_TOOLCHAIN: process.env['RUSTUP_TOOLCHAIN'],
        RUSTUP_AUTO_INSTALL: '0',
        GOTOOLCHAIN: 'local',
      }),
      timeoutMs: VERSION_TIMEOUT_MS,
      // A launcher may start what a file in the author's folder names (rustup's rust-toolchain.toml).
      isolation: 'offline',
    });
    return exitCode === 0 ? stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

/** Where Assay keeps what it may lose: `XDG_CACHE_HOME`, `LOCALAPPDATA` or `~/.cache`. */
export function cacheFolder(name: string): string {
  const base =
    process.platform === 'win32'
      ? (process.env['LOCALAPPDATA'] ?? homedir())
      : (process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'));
  return join(base, 'assay', name);
}

async function memoOf(path: string, question: readonly string[]): Promise<string> {
  const real = await realpath(path);
  // ctime too, which tools that put a file in another's place cannot set.
  const { size, mtimeMs, ctimeMs, ino } = await stat(real);
  const key = createHash('sha256')
    .update(JSON.stringify([real, size, mtimeMs, ctimeMs, ino, ...question]))
    .digest('hex');
  return join(cacheFolder('versions'), key);
}

async function remember(memo: string, answer: string): Promise<void> {
  await mkdir(dirname(memo), { recursive: true });
  const temporary = `${memo}.${process.pid}.tmp`;
  await writeFile(temporary, answer);
  await rename(temporary, memo);
}
