import type { ChildProcess, spawn } from 'node:child_process';
import { AssayError } from '#model/errors';
import { commandLineOf } from './command-line.ts';
import { type Isolation, isolationLauncher } from './isolation.ts';

export interface ProgramRequest {
  /** Absolute path of the executable; it is never looked up and never goes through a shell. */
  readonly program: string;
  readonly arguments: readonly string[];
  readonly folder: string;
  /** The whole environment that the program sees. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Most bytes kept of what it prints; it is ended when it prints ten times as much. */
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** What the program is kept from; default: nothing, for programs that run no plugin's code. */
  readonly isolation?: Isolation;
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const DEFAULT_OUTPUT = 4 * 1024 * 1024;
const OUTPUT_TOLERANCE = 10;
const FORCE_AFTER_MS = 2_000;

/**
 * Runs a program to its end in an environment of its own and collects what it prints. On a timeout, an abort or too
 * much output its whole process tree is ended, and when this process is told to end. What it leaves running behind is
 * ended too. Throws BUILD_LIMIT for those, and TOOLCHAIN_MISSING when it cannot be
 * started; a non-zero exit code is a result.
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramResult> {
  request.signal?.throwIfAborted();
  // Loaded here, because a build from the cache starts no program.
  const { spawn } = await import('node:child_process');
  const launcher = request.isolation === undefined ? [] : await isolationLauncher(request.isolation);
  const [program = request.program, ...rest] = [...launcher, request.program, ...request.arguments];
  const { file, args, verbatim } = commandLineOf(program, rest);
  const child = spawn(file, args, {
    cwd: request.folder,
    env: { ...request.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a compiler's children end with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
    windowsVerbatimArguments: verbatim,
  });
  let ended: AssayError | undefined;
  const end = (error: AssayError): void => {
    ended ??= error;
    endTree(child, spawn);
  };
  const limit = request.maxOutputBytes ?? DEFAULT_OUTPUT;
  const tooLoud = (): void =>
    end(
      new AssayError('BUILD_LIMIT', `${request.program} printed too much and was ended`, {
        hint: 'Make it print less; the first part of its output is all that is kept.',
      }),
    );
  const stdout = new CappedText(limit, tooLoud);
  const stderr = new CappedText(limit, tooLoud);
  child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  const timer = setTimeout(() => {
    end(
      new AssayError('BUILD_LIMIT', `${request.program} ran longer than ${request.timeoutMs / 1000} s and was ended`, {
        hint: 'Give it more time with --timeout, or build less at once.',
      }),
    );
  }, request.timeoutMs);
  const onAbort = (): void => end(new AssayError('BUILD_LIMIT', 'the build was cancelled'));
  request.signal?.addEventListener('abort', onAbort, { once: true });
  if (request.signal?.aborted === true) onAbort();
  const forget = endWithThisProcess(() => endTree(child, spawn));
  try {
    const exitCode = await exitOf(child, request.program, spawn);
    if (ended !== undefined) throw ended;
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', onAbort);
    forget();
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const endings = new Set<() => void>();

/** A program is in a group of its own, so what interrupts this process does not reach it. Returns how to forget it. */
function endWithThisProcess(end: () => void): () => void {
  if (endings.size === 0) for (const name of SIGNALS) process.on(name, endAll);
  endings.add(end);
  return () => {
    endings.delete(end);
    if (endings.size === 0) for (const name of SIGNALS) process.off(name, endAll);
  };
}

function endAll(signal: NodeJS.Signals): void {
  for (const end of endings) end();
  for (const name of SIGNALS) process.off(name, endAll);
  process.kill(process.pid, signal);
}

function exitOf(child: ChildProcess, program: string, start: typeof spawn): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(
        new AssayError('TOOLCHAIN_MISSING', `${program} cannot be started: ${cause.message}`, {
          cause,
          hint: 'Check that the file exists and may be executed.',
        }),
      );
    });
    // A grandchild may hold the pipes open after the compiler has gone; its output does not matter any more.
    child.once('exit', (code, signal) => {
      const finish = (): void => resolve(code ?? (signal === null ? 1 : 128));
      const patience = setTimeout(() => {
        endTree(child, start);
        child.stdout?.destroy();
        child.stderr?.destroy();
        finish();
      }, FORCE_AFTER_MS);
      child.once('close', () => {
        clearTimeout(patience);
        // One that let go of the pipes would go on writing where the results lie.
        if (process.platform !== 'win32') endTree(child, start);
        finish();
      });
    });
  });
}

function endTree(child: ChildProcess, start: typeof spawn): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    const root = process.env['SystemRoot'] ?? 'C:\\Windows';
    start(`${root}\\System32\\taskkill.exe`, ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).on('error', () => {
      child.kill('SIGKILL');
    });
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

class CappedText {
  readonly #chunks: Buffer[] = [];
  readonly #limit: number;
  readonly #onFlood: () => void;
  #kept = 0;
  #seen = 0;

  constructor(limit: number, onFlood: () => void) {
    this.#limit = limit;
    this.#onFlood = onFlood;
  }

  add(chunk: Buffer): void {
    this.#seen += chunk.length;
    if (this.#kept < this.#limit) {
      const part = chunk.subarray(0, this.#limit - this.#kept);
      this.#chunks.push(part);
      this.#kept += part.length;
    } else if (this.#seen > this.#limit * OUTPUT_TOLERANCE) this.#onFlood();
  }

  text(): string {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    return this.#seen > this.#kept ? `${text}\n[${this.#seen - this.#kept} bytes more are left out]\n` : text;
  }
}
