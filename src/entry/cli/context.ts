import pc from 'picocolors';
import type { Clock } from '#ports/clock';
import { SILENT, type Progress } from '#ports/progress';
import type { Output, OutputStream } from '../output.ts';

/** Everything that a command may know about the process it runs in. Tests build their own. */
export interface CliContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly colours: Colours;
  readonly progress: Progress;
  /** Columns of the terminal; 80 when the output is not one. */
  readonly width: number;
  /** Columns of the terminal that errors go to; undefined when they do not go to one. */
  readonly errorWidth?: number;
  /** Whether a terminal shows the output, which would obey the control characters of others. */
  readonly isTerminal: boolean;
  /** Ends commands that would go on until they are told to stop. */
  readonly signal?: AbortSignal;
  stdout(text: string): void;
  stderr(text: string): void;
}

export type Colours = ReturnType<typeof pc.createColors>;

/** NO_COLOR (any non-empty value) wins over FORCE_COLOR; otherwise colour follows the terminal. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0') return true;
  return isTerminal && env['TERM'] !== 'dumb';
}

/** The context of a process with these outputs. */
export function processContext(process: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
}): CliContext {
  const { stdout, stderr, env, cwd } = process;
  const isTerminal = stdout.terminal !== undefined;
  return {
    cwd,
    env,
    clock: { now: () => new Date(), elapsed: () => performance.now() },
    colours: pc.createColors(wantsColour(env, isTerminal)),
    progress: stderr.terminal !== undefined && env['CI'] === undefined ? terminalProgress(stderr.terminal) : SILENT,
    isTerminal,
    width: readable(stdout.terminal?.columns ?? 80),
    ...(stderr.terminal === undefined ? {} : { errorWidth: readable(stderr.terminal.columns ?? 80) }),
    stdout: (text) => stdout.write(text),
    stderr: (text) => stderr.write(text),
  };
}

function readable(columns: number): number {
  return Math.max(40, Math.min(columns, 120));
}

const FRAME_MS = 80;

/** One line on the terminal, redrawn in place and wiped when the step ends. Steps under a frame never show. */
function terminalProgress(terminal: OutputStream): Progress {
  return {
    start(label) {
      const begun = performance.now();
      let amount = '';
      let drawn = false;
      const draw = (): void => {
        const seconds = ((performance.now() - begun) / 1000).toFixed(0);
        const line = `  ${label} ${amount}${seconds} s`.slice(0, (terminal.columns ?? 80) - 1);
        terminal.write(`\r\u001b[2K${line}`);
        drawn = true;
      };
      const timer = setInterval(draw, FRAME_MS);
      timer.unref();
      return {
        update(done, total) {
          amount = total > 0 ? `${Math.floor((done / total) * 100)} % ` : '';
        },
        end() {
          clearInterval(timer);
          if (drawn) terminal.write('\r\u001b[2K');
        },
      };
    },
  };
}
