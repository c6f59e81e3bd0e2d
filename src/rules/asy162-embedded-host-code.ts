import { listed, quote } from './clip.ts';
import { hostEvalRule } from './host-eval.ts';

/** Where the source of EM_JS and EM_ASM lies in a module that is loaded dynamically: the loader evaluates it. */
const EXPORTED = /^(?:__em_js__\w+|__start_em_asm|__stop_em_asm)$/;

export const embeddedHostCode = hostEvalRule(
  /^(?:_?emscripten_asm_const\w*|__asyncjs__\w+)$/,
  {
    id: 'ASY162',
    name: 'embedded-host-code',
    short: 'The module carries JavaScript that its host runs (EM_ASM, EM_JS)',
    help: 'EM_ASM keeps snippets of JavaScript in the module’s data, and EM_JS does in modules that are loaded dynamically; the accompanying script runs them outside the sandbox.',
    level: 'warning',
    action: 'Replace EM_ASM by a JavaScript library function that does one named thing.',
  },
  'carries JavaScript for its host',
  ({ facts }) => {
    // An executable may keep the same exports, but its JavaScript was written out when it was linked.
    if (!facts.features.includes('dylink')) return [];
    const exported = facts.exports.filter((item) => EXPORTED.test(item.name));
    if (exported.length === 0) return [];
    return [
      {
        subject: 'exports',
        message: `carries JavaScript for its host: exports ${listed(exported.map((item) => quote(item.name)))}`,
        locations: exported.map((item) => ({ offset: item.offset, section: 'export', export: item.name })),
        extent: exported.map((item) => item.name),
      },
    ];
  },
);
