import { hostEvalRule } from './host-eval.ts';

export const hostLoadsCode = hostEvalRule(
  /^(?:_*(?:emscripten_)?dlopen\w*|_?dlsym\w*|_dlsym_catchup_js|emscripten_(?:async_)?load_script\w*|emscripten_worker_\w+|_?emscripten_system|system|popen|v?fork|execv?p?e?|execl[pe]?)$/,
  {
    id: 'ASY161',
    name: 'host-loads-code',
    short: 'The module can have its host load code or start a program',
    help: 'dlopen brings in code that no audit has seen; system, popen and exec leave the sandbox. Language runtimes link them without being asked to, so a person looks.',
    level: 'warning',
    action: 'Link without dynamic loading and process functions, or stub them out.',
  },
  'can have its host load code or start a program',
);
