import { hostEvalRule } from './host-eval.ts';

export const hostRunsScript = hostEvalRule(
  /^_?emscripten_(?:async_)?run_script\w*$/,
  {
    id: 'ASY160',
    name: 'host-runs-script',
    short: 'The module hands text to the host to run as code',
    help: 'emscripten_run_script and its kin evaluate a string in the page or process that embeds the module. Whoever can call it is outside the sandbox.',
    level: 'error',
    action: 'Replace the script by an imported function that does one named thing.',
  },
  'runs text as code in its host',
);
