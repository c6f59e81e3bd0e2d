import { spawn } from 'node:child_process';
import { AssayError } from '#model/errors';
import type { PluginLoader } from '#ports/plugin-loader';

export interface LoadCheckOptions {
  readonly timeoutMs?: number;
  /** Heap of the child in MB. */
  readonly memoryMb?: number;
}

// Passed as text so that it works the same from sources and from a bundle. Compiling runs none of the plugin's code.
const CHILD = `
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
try {
  new WebAssembly.Module(Buffer.concat(chunks));
} catch (error) {
  process.stderr.write(String(error.message).slice(0, 1000));
  process.exitCode = 3;
}`;

const REFUSED = 3;
const COMPONENT_VERSION = 0x0d;

/**
 * Compiles a module in a process of its own, which may crash, hang or run out of memory without harm. Components are
 * only looked at: this engine does not load them.
 */
export function childProcessLoader(options: LoadCheckOptions = {}): PluginLoader {
  const timeoutMs = options.timeoutMs ?? 30_000;
  return {
    async check(bytes, _abi, what) {
      if (isComponent(bytes)) return;
      const { code, stderr, timedOut } = await compileInChild(bytes, timeoutMs, options.memoryMb ?? 512);
      if (code === 0) return;
      const why = timedOut
        ? `loading took longer than ${timeoutMs / 1000} s`
        : code === REFUSED
          ? stderr
          : 'the process that loaded it ended abnormally';
      throw new AssayError('LOAD_FAILED', `${what} does not load: ${why}`, {
        hint: 'The plugin may need a newer engine than this one. Nothing was installed.',
      });
    },
  };
}

function isComponent(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[4] === COMPONENT_VERSION && bytes[6] === 1;
}

interface ChildEnd {
  readonly code: number | null;
  readonly stderr: string;
  readonly timedOut: boolean;
}

function compileInChild(bytes: Uint8Array, timeoutMs: number, memoryMb: number): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const args = [`--max-old-space-size=${memoryMb}`, '--no-warnings', '--input-type=module', '--eval', CHILD];
    const child = spawn(process.execPath, args, { env: {}, stdio: ['pipe', 'ignore', 'pipe'], windowsHide: true });
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < 2000) stderr += text;
    });
    child.on('error', (cause) => {
      clearTimeout(timer);
      reject(
        new AssayError('LOAD_FAILED', `no process could be started to load the plugin: ${cause.message}`, { cause }),
      );
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stderr: stderr.slice(0, 1000), timedOut });
    });
    // A child that dies early closes the pipe; its exit code tells why.
    child.stdin.on('error', () => {});
    child.stdin.end(bytes);
  });
}
