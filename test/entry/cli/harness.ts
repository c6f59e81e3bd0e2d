import { mkdtempSync, realpathSync } from 'node:fs';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { onTestFinished } from 'vitest';
import type { CliContext } from '#entry/cli/context';
import { runCli } from '#entry/cli/run';
import { digestOf } from '#model/digest';
import type { ExitCode } from '#model/errors';
import { SILENT } from '#ports/progress';

export const REPOSITORY = join(import.meta.dirname, '../../..');

export interface Ran {
  readonly exit: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process as a terminal would see it, without colour. */
export async function assay(
  argv: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Record<string, string>;
    readonly now?: Date;
    readonly isTerminal?: boolean;
  } = {},
): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const context: CliContext = {
    cwd: options.cwd ?? REPOSITORY,
    env: { ASSAY_CACHE: sharedCache, ...options.env },
    clock: { now: () => options.now ?? new Date(), elapsed: () => performance.now() },
    colours: pc.createColors(false),
    progress: SILENT,
    width: 80,
    isTerminal: options.isTerminal ?? false,
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
  };
  const exit = await runCli(argv, context);
  return { exit, stdout, stderr };
}

// Compilers run once for all tests of a file.
const sharedCache = mkdtempSync(join(tmpdir(), 'assay-test-cache-'));

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-test-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A copy of an example plugin, without what earlier checks left in it. */
export async function copyExample(name: string): Promise<string> {
  const folder = join(temporaryFolder(), name);
  await cp(join(REPOSITORY, 'examples/plugins', name), folder, {
    recursive: true,
    filter: (source) => !source.includes('.assay'),
  });
  return folder;
}

/** Every file below a folder with its digest: equal before and after means that nothing changed. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const contents: Record<string, string> = {};
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name);
    contents[path.slice(folder.length + 1)] = digestOf(await readFile(path));
  }
  return Object.fromEntries(Object.entries(contents).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
