import { quote } from './clip.ts';
import type { Draft, ReadRule } from './rule.ts';

/** What a module of a toolchain cannot have come without: import or export names that its runtime leaves behind. */
const TRACES: readonly {
  readonly claim: RegExp;
  readonly name: string;
  readonly contradicts: RegExp;
  readonly sign: string;
}[] = [
  { claim: /^(?:rustc|Rust)$/, name: 'Rust', contradicts: /^(?:__new|__collect|__rtti_base)$/, sign: 'AssemblyScript' },
  {
    claim: /^(?:rustc|Rust|clang)$/,
    name: 'Rust or C',
    contradicts: /^(?:go_scheduler|go_export_\w+|wasm_export_\w+|resume|getsp)$/,
    sign: 'Go',
  },
  {
    claim: /^(?:AssemblyScript|asc)$/,
    name: 'AssemblyScript',
    contradicts: /^(?:__wasm_call_ctors|__heap_base|_initialize)$/,
    sign: 'LLVM',
  },
  { claim: /^(?:TinyGo|Go)$/, name: 'Go', contradicts: /^(?:__wbindgen_\w+|__rust_\w+)$/, sign: 'Rust' },
];

export const contradictingProducers: ReadRule = {
  info: {
    id: 'ASY350',
    name: 'contradicting-producers',
    row: 35,
    short: 'The producers section names another toolchain than the module shows',
    help: 'The producers section is a claim that anyone can write. Export names that one toolchain’s runtime leaves behind contradict the toolchain it names.',
    certainty: 'heuristic',
    level: 'note',
    action: 'Nothing to do where a tool merged modules of several languages.',
    since: '1',
  },
  read: ({ facts }) => {
    return TRACES.flatMap(({ claim, name, contradicts, sign }): Draft[] => {
      const producer = facts.producers.find((candidate) => claim.test(candidate.name));
      const trace =
        producer === undefined ? undefined : facts.exports.find((item) => contradicts.test(item.name))?.name;
      if (producer === undefined || trace === undefined) return [];
      return [
        {
          subject: `${name} ${sign}`,
          message: `the producers section names ${quote(producer.name)}, but the export ${quote(trace)} is one of ${sign}`,
          locations: [{ export: trace }],
          extent: [`${producer.name} ${trace}`],
        },
      ];
    });
  },
};
