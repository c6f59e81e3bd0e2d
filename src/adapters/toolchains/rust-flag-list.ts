import { acceptFlags, type FlagList, type FlagPlace, isAccepted } from './accepted-flags.ts';
import { CLANG_FLAGS } from './c-flag-list.ts';

const CODEGEN = new RegExp(
  `^(?:${[
    'target-feature=[\\w.,+-]+|target-cpu=[\\w-]+|opt-level=[0-3sz]|debuginfo=[\\w-]+|strip=\\w+|panic=\\w+|lto(?:=\\w+)?',
    'codegen-units=\\d+|debug-assertions(?:=\\w+)?|overflow-checks(?:=\\w+)?|inline-threshold=\\d+|embed-bitcode=\\w+',
    'force-unwind-tables=\\w+|force-frame-pointers(?:=\\w+)?|symbol-mangling-version=\\w+|relocation-model=[\\w-]+',
    'no-vectorize-loops|no-vectorize-slp|link-dead-code(?:=\\w+)?|default-linker-libraries=\\w+|link-self-contained=\\w+',
  ].join('|')})$`,
);

function isCodegen(option: string, place: FlagPlace): boolean {
  const linked = /^link-args?=(.+)$/.exec(option)?.[1];
  if (linked === undefined) return CODEGEN.test(option);
  const flags = linked.split(/\s+/).filter((flag) => flag !== '');
  return CLANG_FLAGS.linker !== undefined && isAccepted(flags, CLANG_FLAGS.linker, place);
}

/** What authors pass to rustc through `rustflags`. Not among it: linkers, search paths, outputs, `-Z`, response files. */
const RUST_FLAGS: FlagList = {
  alone: /^(?:-g|-O|--cap-lints=\w+|-[AWDF][\w:-]+)$/,
  withOperand: {
    '-C': { operand: isCodegen, joint: '' },
    '--codegen': { operand: isCodegen, joint: '=' },
    '--cfg': { operand: /^[A-Za-z_]\w*(?:\s*=\s*"[^"\\]*")?$/, joint: '=' },
    '--check-cfg': { operand: /^[\w(),." =]+$/, joint: '=' },
    '--cap-lints': { operand: /^\w+$/, joint: undefined },
    '-A': { operand: /^[\w:-]+$/, joint: undefined },
    '-W': { operand: /^[\w:-]+$/, joint: undefined },
    '-D': { operand: /^[\w:-]+$/, joint: undefined },
  },
};

/** The plugin's own rustflags, as far as they are accepted. Throws MANIFEST_INVALID. */
export function acceptRustFlags(flags: readonly string[], place: FlagPlace): readonly string[] {
  return acceptFlags(flags, RUST_FLAGS, place);
}
