import type { CoreModule } from '#wasm/core-module';
import { listed, quote } from './clip.ts';
import { hostEvalRule } from './host-eval.ts';
import { shortHash } from './rule.ts';

/** Where the source of EM_JS and EM_ASM lies in a module that is loaded dynamically: the loader evaluates it. */
const EXPORTED = /^(?:__em_js__\w+|__start_em_asm|__stop_em_asm)$/;

const [ASM_START, ASM_STOP] = ['__start_em_asm', '__stop_em_asm'];

/**
 * The JavaScript behind the exports, as `name digest`: each is the address of a text, and two are the ends of a list
 * of them. A dynamic library has one data segment, which is loaded where its host says; where that is not so, all of
 * the data stands for the text.
 */
function scripts({ bytes, exports, globalValues, data }: CoreModule): string[] {
  const segments = Array.from({ length: data.length }, (_, index) => {
    const offset = data.offsets[index] ?? 0;
    return bytes.subarray(offset, offset + (data.sizes[index] ?? 0));
  });
  const [only] = segments;
  const whole = segments.length === 1 && only !== undefined ? only : Buffer.concat(segments);
  const simple = segments.length === 1 && Number.isNaN(data.addresses[0] ?? 0) && !data.isPassive(0);
  const addressOf = (name: string): number | undefined => {
    const value = exports.find((item) => item.name === name && item.type.kind === 'global');
    const address = Number(value === undefined ? Number.NaN : (globalValues[value.index] ?? Number.NaN));
    return simple && address < whole.length ? address : undefined;
  };
  const contentOf = (name: string): Uint8Array => {
    const start = addressOf(name === ASM_STOP ? ASM_START : name);
    if (start === undefined) return whole;
    if (name === ASM_START || name === ASM_STOP) return whole.subarray(start, addressOf(ASM_STOP) ?? whole.length);
    const end = whole.indexOf(0, start);
    return whole.subarray(start, end === -1 ? whole.length : end);
  };
  return exports
    .filter(({ name }) => EXPORTED.test(name))
    .map(({ name }) => `${name.slice(0, 200)} ${shortHash(contentOf(name))}`);
}

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
  ({ facts, modules }) => {
    // An executable may keep the same exports, but its JavaScript was written out when it was linked.
    if (!facts.features.includes('dylink')) return [];
    const exported = facts.exports.filter((item) => EXPORTED.test(item.name));
    if (exported.length === 0) return [];
    return [
      {
        subject: 'exports',
        message: `carries JavaScript for its host: exports ${listed(exported.map((item) => quote(item.name)))}`,
        locations: exported.map((item) => ({ offset: item.offset, section: 'export', export: item.name })),
        extent: [...exported.map((item) => item.name), ...modules.flatMap(scripts)],
      },
    ];
  },
);
