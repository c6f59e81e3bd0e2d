import { hostFunctions } from './host-function.ts';

/** Both module names of WASI preview 1; the second is snapshot 0, whose core signatures are the same. */
export const WASI_PREVIEW1_MODULES = ['wasi_snapshot_preview1', 'wasi_unstable'] as const;

/**
 * WASI preview 1 (witx, wasi_snapshot_preview1), lowered to core types. Descriptors cannot be told apart
 * statically, so reading and writing a descriptor counts as stdio and only what opens, lists or changes files
 * counts as fs. Asking which folders were given carries no capability, because using one takes path_* (Go's runtime
 * always asks); nor does ending the own instance or yielding.
 */
export const WASI_PREVIEW1 = hostFunctions([
  { capability: 'args', functions: { args_get: 'ii:i', args_sizes_get: 'ii:i' } },
  { capability: 'env', functions: { environ_get: 'ii:i', environ_sizes_get: 'ii:i' } },
  { capability: 'clock', functions: { clock_res_get: 'ii:i', clock_time_get: 'iIi:i', poll_oneoff: 'iiii:i' } },
  { capability: 'random', functions: { random_get: 'ii:i' } },
  {
    capability: 'stdio',
    functions: {
      fd_advise: 'iIIi:i',
      fd_close: 'i:i',
      fd_datasync: 'i:i',
      fd_fdstat_get: 'ii:i',
      fd_fdstat_set_flags: 'ii:i',
      fd_fdstat_set_rights: 'iII:i',
      fd_filestat_get: 'ii:i',
      fd_pread: 'iiiIi:i',
      fd_pwrite: 'iiiIi:i',
      fd_read: 'iiii:i',
      fd_renumber: 'ii:i',
      fd_seek: 'iIii:i',
      fd_sync: 'i:i',
      fd_tell: 'ii:i',
      fd_write: 'iiii:i',
    },
  },
  {
    capability: 'fs',
    functions: {
      fd_allocate: 'iII:i',
      fd_filestat_set_size: 'iI:i',
      fd_filestat_set_times: 'iIIi:i',
      fd_readdir: 'iiiIi:i',
      path_create_directory: 'iii:i',
      path_filestat_get: 'iiiii:i',
      path_filestat_set_times: 'iiiiIIi:i',
      path_link: 'iiiiiii:i',
      path_open: 'iiiiiIIii:i',
      path_readlink: 'iiiiii:i',
      path_remove_directory: 'iii:i',
      path_rename: 'iiiiii:i',
      path_symlink: 'iiiii:i',
      path_unlink_file: 'iii:i',
    },
  },
  {
    capability: 'net',
    functions: { sock_accept: 'iii:i', sock_recv: 'iiiiii:i', sock_send: 'iiiii:i', sock_shutdown: 'ii:i' },
  },
  { capability: 'process', functions: { proc_raise: 'i:i' } },
  {
    functions: { fd_prestat_dir_name: 'iii:i', fd_prestat_get: 'ii:i', proc_exit: 'i:', sched_yield: ':i' },
  },
]);

/** The wasi-threads proposal, module `wasi`. */
export const WASI_THREADS = hostFunctions([{ capability: 'threads', functions: { 'thread-spawn': 'i:i' } }]);
