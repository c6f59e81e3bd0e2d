import { devNull } from 'node:os';
import { AssayError } from '#model/errors';
import { compilerEnvironment } from '../process/environment.ts';
import { findOnPath } from '../process/find-program.ts';
import { runProgram } from '../process/run-program.ts';

const TIMEOUT_MS = 60_000;
const SUBMODULE_MODE = '160000';
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Paths that differ between where two commits parted and the second one, relative to the workspace, which is the top
 * of a git work tree. Both names of a renamed file are among them; a submodule, which is one path for all that lies below
 * it, ends with a slash. Throws INPUT_INVALID for what is no revision,
 * FILE_MISSING when a commit is not there, TOOLCHAIN_MISSING without git.
 */
export async function changedFiles(workspace: string, base: string, head: string): Promise<string[]> {
  const git = await findOnPath('git');
  if (git === undefined) throw new AssayError('TOOLCHAIN_MISSING', 'git is not on PATH', { hint: 'Install git.' });
  for (const revision of [base, head]) {
    if (!/^[A-Za-z0-9][\w./@^~-]{0,250}$/.test(revision) || revision.includes('..')) {
      throw new AssayError('INPUT_INVALID', `"${revision}" is not a revision`, {
        hint: 'Give a commit, branch or tag.',
      });
    }
  }
  const { exitCode, stdout, stderr } = await runProgram({
    program: git,
    arguments: [
      '-c',
      `safe.directory=${workspace}`,
      '-c',
      'core.quotePath=false',
      'diff',
      '--raw',
      '--no-renames',
      // .gitmodules, which whoever opens a pull request writes, could leave submodules out.
      '--ignore-submodules=none',
      '--no-ext-diff',
      '--relative',
      '-z',
      `${base}...${head}`,
      '--',
    ],
    folder: workspace,
    // Settings of the user's own could name programs to run.
    environment: compilerEnvironment(workspace, {
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
    }),
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (exitCode !== 0) {
    const reason = stderr.trim().split('\n')[0] ?? '';
    throw new AssayError('FILE_MISSING', `git cannot compare ${base} and ${head}: ${reason}`, {
      hint: 'Check the commits out with their history: actions/checkout with fetch-depth: 0.',
    });
  }
  return changedPaths(stdout);
}

/** `:<old mode> <new mode> <old id> <new id> <status>`, NUL, path, NUL, for each path. */
function changedPaths(raw: string): string[] {
  const parts = raw.split('\0');
  const paths: string[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const modes = parts[index]?.slice(1).split(' ', 2) ?? [];
    paths.push(`${parts[index + 1] ?? ''}${modes.includes(SUBMODULE_MODE) ? '/' : ''}`);
  }
  return paths;
}
