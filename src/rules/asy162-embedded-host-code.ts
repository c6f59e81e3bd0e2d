import { hostEvalRule } from './host-eval.ts';

export const embeddedHostCode = hostEvalRule(
  /^(?:_?emscripten_asm_const\w*|__asyncjs__\w+)$/,
  {
    id: 'ASY162',
    name: 'embedded-host-code',
    short: 'The module carries JavaScript that its host runs (EM_ASM, EM_ASYNC_JS)',
    help: 'EM_ASM keeps snippets of JavaScript in the module’s data, and the accompanying script runs them outside the sandbox.',
    level: 'warning',
    action: 'Replace EM_ASM by a JavaScript library function that does one named thing.',
  },
  'carries JavaScript for its host',
);
