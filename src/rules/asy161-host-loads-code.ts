import { neededLibraries } from '#wasm/dynamic-linking';
import { quote } from './clip.ts';
import { hostEvalRule } from './host-eval.ts';

export const hostLoadsCode = hostEvalRule(
  /^(?:_*(?:emscripten_)?dlopen\w*|_?dlsym\w*|_dlsym_catchup_js|emscripten_(?:async_)?load_script\w*|emscripten_worker_\w+|_?emscripten_system|system|popen|v?fork|execv?p?e?|execl[pe]?)$/,
  {
    id: 'ASY161',
    name: 'host-loads-code',
    short: 'The module can have its host load code or start a program',
    help: 'dlopen, or a list of shared libraries in the module, brings in code that no audit has seen; system, popen and exec leave the sandbox. Language runtimes link them without being asked to, so a person looks.',
    level: 'warning',
    action: 'Link without dynamic loading and process functions, or stub them out.',
  },
  'can have its host load code or start a program',
  ({ bytes, facts }) =>
    neededLibraries(bytes, facts.sections).map(({ name, offset }) => ({
      subject: `library ${name}`,
      message: `has its host load the library ${quote(name)}`,
      locations: [{ offset, section: 'dylink.0' }],
      extent: [`library ${name}`],
      action: 'Link the library into the module, so that it is audited with it.',
    })),
);
