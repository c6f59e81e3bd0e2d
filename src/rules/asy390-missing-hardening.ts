import type { ReadRule } from './rule.ts';

export const missingHardening: ReadRule = {
  info: {
    id: 'ASY390',
    name: 'missing-hardening',
    row: 39,
    short: 'C or C++ code without stack protection',
    help: 'WebAssembly has no guard pages inside its memory: an overflow on the stack runs into data (Lehmann et al., 2020). Code that was built with -fstack-protector refers to __stack_chk_fail; toolchains for WebAssembly seldom offer it, so the presets leave this silent.',
    certainty: 'heuristic',
    level: 'none',
    action: 'Build with -fstack-protector-strong where the toolchain offers it.',
    since: '1',
  },
  read: ({ facts }) => {
    const native = facts.toolchain !== undefined && /^(?:clang|emscripten)$/.test(facts.toolchain.guess);
    if (!native || facts.counts.functions < 10) return [];
    const named = [
      ...facts.functions.map((item) => item.name ?? ''),
      ...facts.imports.map((item) => item.name),
      ...facts.exports.map((item) => item.name),
    ];
    return named.some((name) => name.includes('__stack_chk'))
      ? []
      : [{ message: `built by ${facts.toolchain?.guess} without stack protection` }];
  },
};
