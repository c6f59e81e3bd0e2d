import type { Capability } from '#model/capability';

/**
 * Emscripten's JavaScript library as the module imports it, by name without signatures (they differ between
 * versions and with legalisation). Rows are tried in order; what no row matches belongs to the page or the embedder, and
 * so does what embind finds there by name: eval and fetch are globals as well.
 */
const ROWS: readonly { readonly capability: Capability | 'nothing'; readonly names: RegExp }[] = [
  {
    capability: 'net',
    names:
      /^(?:__sys(?:call)?_(?:socket|socketpair|connect|bind|listen|accept4?|sendto|recvfrom|sendmsg|recvmsg|sendmmsg|recvmmsg|getsockname|getpeername|getsockopt|setsockopt|shutdown)|_emscripten_lookup_name|getaddrinfo|getnameinfo|gethostby(?:name|addr)(?:_r)?|emscripten_websocket_\w+|emscripten_(?:start_)?fetch\w*|emscripten_(?:async_)?wget\w*|__emscripten_fetch\w*)$/,
  },
  {
    capability: 'threads',
    names:
      /^(?:_*pthread_create(?:_js)?|_*emscripten_(?:thread|init_main_thread|receive_on_main_thread|notify_mailbox|set_offscreencanvas|create_wasm_worker|check_mailbox|worker)\w*|emscripten_(?:wasm_worker|malloc_wasm_worker)\w*)$/,
  },
  {
    capability: 'process',
    names:
      /^(?:__sys(?:call)?_(?:wait4|fork|execve|kill|prlimit64|tgkill|tkill)|_emscripten_system|system|fork|vfork|execve?|kill)$/,
  },
  {
    capability: 'clock',
    names:
      /^(?:_?emscripten_(?:get_now|date_now|get_now_res|get_now_is_monotonic|performance_now)|_emscripten_get_now_is_monotonic|clock_(?:gettime|getres|time)|gettimeofday|time|_setitimer_js|__clock_gettime|clock|usleep|nanosleep|emscripten_sleep)$/,
  },
  { capability: 'random', names: /^(?:getentropy|emscripten_random|arc4random\w*)$/ },
  {
    capability: 'fs',
    names:
      /^(?:__sys(?:call)?_(?:open|openat|stat64|lstat64|fstat64|newfstatat|fstatat64|unlink|unlinkat|rmdir|mkdir|mkdirat|mknodat|rename|renameat|renameat2|readlink|readlinkat|symlink|symlinkat|link|linkat|getdents64|getcwd|chdir|fchdir|chmod|fchmod|fchmodat|fchmodat2|chown32|fchown32|fchownat|lchown32|truncate64|ftruncate64|access|faccessat|faccessat2|utimensat|statfs64|fstatfs64|fallocate|fadvise64|sync|fdatasync|fsync)|_mmap_js|_munmap_js|_msync_js|emscripten_idb_\w+|_wasmfs_\w+)$/,
  },
  {
    capability: 'stdio',
    names:
      /^(?:_?emscripten_(?:console_\w+|out|err|log|dbg\w*|outn|errn)|__sys(?:call)?_(?:read|write|writev|readv|ioctl|fcntl64|dup|dup2|dup3|pipe|pipe2|poll|pselect6|_newselect|close|_llseek)|puts|printf|putchar)$/,
  },
  { capability: 'env', names: /^(?:__buildEnvironment|___buildEnvironment|emscripten_get_environ\w*|getenv)$/ },
  {
    capability: 'nothing',
    names:
      /^(?:_?abort(?:_js|OnCannotGrowMemory)?|_*assert_fail|_*cxa_\w+|_?invoke_\w+|[sg]etTempRet0|_*(?:emscripten_(?:memcpy\w*|resize_heap|get_heap_(?:size|max)|notify_memory_growth|throw_longjmp|runtime_keepalive_\w+|stack_\w+|unwind_\w*|set_main_loop\w*|cancel_main_loop|force_exit|exit_with_live_runtime|fs_load_embedded_files|has_asyncify|main_thread_\w+|check_blocking_allowed|asm_const_int_sync_on_main_thread_never))|_embind_\w+|_emval_(?!get_global$|get_module_property$)\w+|_?__throw_\w+|_*(?:tzset|localtime|gmtime|mktime|timegm)(?:_js|_r)?|strftime(?:_l)?|llvm_\w+|exit|_exit|_*resumeException|segfault|alignfault|ftfault|nullFunc_\w+|memory|table|__memory_base|__table_base|__stack_pointer|__indirect_function_table|memoryBase|tableBase|STACKTOP|STACK_MAX|DYNAMICTOP_PTR|tempDoublePtr|ABORT|NaN|Infinity|__handle_stack_overflow|enlargeMemory|getTotalMemory|__lock|__unlock|longjmp|saveSetjmp|testSetjmp|alloca|_?dynCall_\w+|__cpp_exception|__c_longjmp|__call_sighandler|proc_exit|_?sigaction|__sys(?:call)?_(?:getpid|getppid|getuid32|geteuid32|getgid32|getegid32|uname|umask|setpgid|getpgid|getsid|getrusage|mprotect|madvise1?|mremap|munmap|mmap2|prctl|mincore|mlock|munlock|setdomainname|ugetrlimit|getpriority|setpriority)|getloadavg|raise|_*emscripten_get_progname|__main_argc_argv)$/,
  },
];

/** The capability behind an `env` import of Emscripten; `nothing` when it has none, undefined when it is unknown. */
export function emscriptenCapability(name: string): Capability | 'nothing' | undefined {
  return ROWS.find((row) => row.names.test(name))?.capability;
}

/** Host functions that run text as code, load code or start programs: whoever imports one is bounded by nothing else. */
export const HOST_EVAL =
  /^(?:_?emscripten_(?:run_script\w*|async_run_script\w*|asm_const\w*|dlopen\w*|load_script\w*|async_load_script|worker_\w+)|_?emscripten_dlopen\w*|_?dlopen(?:_js)?|_?dlsym(?:_js)?|_dlsym_catchup_js|__asyncjs__\w+|emscripten_asm_const_\w+|system|_emscripten_system|execve?|execv[pe]*|popen)$/;
