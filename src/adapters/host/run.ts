import { AssayError } from '#model/errors';
import { startPluginProcess } from './plugin-process.ts';
import type { HostAnswer, RunRequest, RunResult } from './protocol.ts';

export type { ResultKind, RunArgument, RunRequest, RunResult } from './protocol.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Loads a plugin in a process of its own, calls one export (or runs a command) and gives back what it returned and
 * printed. Texts are passed by the conventions of docs/running.md. A thread would not do: an engine that runs out of
 * heap, which tables alone can bring about, ends the whole process.
 * Throws EXPORT_UNKNOWN, CAPABILITY_DENIED, HOST_UNSUPPORTED, LOAD_FAILED, PLUGIN_TRAPPED or RUN_LIMIT.
 */
export async function runExport(request: RunRequest): Promise<RunResult> {
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const child = startPluginProcess(new URL('./host-process.ts', import.meta.url));
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<HostAnswer>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(
          new AssayError('RUN_LIMIT', `the plugin ran longer than ${timeoutMs / 1000} s and was ended`, {
            hint: 'Allow more with --timeout.',
          }),
        );
      }, timeoutMs);
      const lost = (why: string, cause?: unknown): void => {
        reject(
          new AssayError('LOAD_FAILED', `the plugin brought its process down: ${why}`, {
            cause,
            hint: 'Most often it takes more memory, by tables or objects, than its process may have.',
          }),
        );
      };
      child.once('message', (message: HostAnswer) => resolve(message));
      child.once('error', (cause) => lost(cause.message, cause));
      child.once('exit', (code, signal) => lost(signal ?? `exit code ${code}`));
      // Without a callback, a child that is gone already would throw here; its exit tells why.
      child.send({ ...request, timeoutMs, bytes: Uint8Array.from(request.bytes) }, () => {});
    });
    if (answer.ok) return answer.value;
    throw new AssayError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint });
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}
