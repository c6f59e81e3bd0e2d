/** Error numbers of WASI preview 1 (witx, typename errno). */
const ERRNO = { success: 0, badf: 8, fault: 21, nosys: 52 } as const;
const STANDARD_STREAMS = 3;

/**
 * Answers of a host that has no arguments, no environment, no files, no entropy and no time, but swallows what is
 * written: enough for a libc to start. Whatever else is asked for is not supported there.
 */
export function answerWasi(name: string, args: readonly number[], memory: WebAssembly.Memory): number {
  const view = new DataView(memory.buffer);
  const [first = 0, second = 0, third = 0, fourth = 0] = args;
  try {
    switch (name) {
      case 'args_sizes_get':
      case 'environ_sizes_get':
        view.setUint32(first >>> 0, 0, true);
        view.setUint32(second >>> 0, 0, true);
        return ERRNO.success;
      case 'args_get':
      case 'environ_get':
      case 'sched_yield':
        return ERRNO.success;
      case 'clock_time_get':
        view.setBigUint64(third >>> 0, 0n, true);
        return ERRNO.success;
      case 'clock_res_get':
        view.setBigUint64(second >>> 0, 1n, true);
        return ERRNO.success;
      case 'random_get':
        new Uint8Array(memory.buffer, first >>> 0, second >>> 0).fill(0);
        return ERRNO.success;
      case 'fd_write':
        if (first >= STANDARD_STREAMS) return ERRNO.badf;
        view.setUint32(fourth >>> 0, lengthOf(view, second >>> 0, third >>> 0), true);
        return ERRNO.success;
      case 'fd_read':
        if (first !== 0) return ERRNO.badf;
        view.setUint32(fourth >>> 0, 0, true);
        return ERRNO.success;
      default:
        return name.startsWith('fd_') ? ERRNO.badf : ERRNO.nosys;
    }
  } catch (error) {
    if (error instanceof RangeError) return ERRNO.fault;
    throw error;
  }
}

const MAX_VECTORS = 1024;

function lengthOf(view: DataView, vectors: number, count: number): number {
  let total = 0;
  for (let index = 0; index < Math.min(count, MAX_VECTORS); index++)
    total += view.getUint32(vectors + 8 * index + 4, true);
  return total >>> 0;
}
