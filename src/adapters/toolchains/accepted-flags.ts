import { posix } from 'node:path';
import { AssayError } from '#model/errors';
import type { CompileRequest } from '#ports/toolchain';

/** What may follow a flag: as the next entry of the list, or behind `=` or the flag itself. */
type Operand = RegExp | 'path' | ((text: string, place: FlagPlace) => boolean);

export interface FlagList {
  /** Flags that stand alone. */
  readonly alone: RegExp;
  /** Flags with an operand; each is accepted as two entries, and joined with the text given here. */
  readonly withOperand: Readonly<Record<string, { readonly operand: Operand; readonly joint: '' | '=' | undefined }>>;
  /** Files that are named without a flag, by their ending. */
  readonly files?: RegExp;
  /** What goes to the linker through `-Wl,` and `-Xlinker`. */
  readonly linker?: FlagList;
}

/** Where paths in flags may lead: the plugin's folder and what its inputs name above it. */
export type FlagPlace = Pick<CompileRequest, 'sourceFolder' | 'sourceRoot'>;

/**
 * Flags of an author that a toolchain passes on. It is a list of what is accepted, because nobody can list what is
 * dangerous: compilers load plugins, read response files and write where they are told by dozens of flags.
 * Throws MANIFEST_INVALID.
 */
export function acceptFlags(flags: readonly string[], list: FlagList, place: FlagPlace): readonly string[] {
  const flag = firstRefused(flags, list, place);
  if (flag !== undefined) throw refused(flag);
  return flags;
}

/** Whether every flag is among those of a list. */
export function isAccepted(flags: readonly string[], list: FlagList, place: FlagPlace): boolean {
  return firstRefused(flags, list, place) === undefined;
}

/** The first flag that is not accepted, with the entry behind it where it takes one. */
function firstRefused(flags: readonly string[], list: FlagList, place: FlagPlace): string | undefined {
  for (let index = 0; index < flags.length; index++) {
    const flag = flags[index] ?? '';
    const taken = takenBy(flag, flags[index + 1], list, place);
    if (taken === 0) return operandOf(flag, list) === undefined ? flag : `${flag} ${flags[index + 1] ?? ''}`;
    index += taken - 1;
  }
  return undefined;
}

/** What a flag takes as the next entry. An entry called `constructor` is no flag of the list. */
function operandOf(flag: string, { withOperand }: FlagList): Operand | undefined {
  return Object.hasOwn(withOperand, flag) ? withOperand[flag]?.operand : undefined;
}

/** How many entries a flag takes, with its operand; 0 when it is not accepted. */
function takenBy(flag: string, next: string | undefined, list: FlagList, place: FlagPlace): number {
  if (list.linker !== undefined && flag.startsWith('-Wl,')) {
    return isAccepted(flag.slice('-Wl,'.length).split(','), list.linker, place) ? 1 : 0;
  }
  if (list.linker !== undefined && flag === '-Xlinker') {
    return next !== undefined && isAccepted([next], list.linker, place) ? 2 : 0;
  }
  const operand = operandOf(flag, list);
  if (operand !== undefined && next !== undefined && isOperand(next, operand, place)) return 2;
  if (list.alone.test(flag)) return 1;
  for (const [name, { operand: expected, joint }] of Object.entries(list.withOperand)) {
    if (joint === undefined || !flag.startsWith(name + joint)) continue;
    if (isOperand(flag.slice(name.length + joint.length), expected, place)) return 1;
  }
  return list.files?.test(flag) === true && isInside(flag, place) ? 1 : 0;
}

function isOperand(text: string, operand: Operand, place: FlagPlace): boolean {
  if (operand === 'path') return isInside(text, place);
  return typeof operand === 'function' ? operand(text, place) : operand.test(text);
}

/** Whether a path of the manifest stays inside what is copied for the build. */
export function isInside(path: string, { sourceFolder, sourceRoot }: FlagPlace): boolean {
  // `=` in front means "below the sysroot" to clang; `-` and `@` would be options of their own.
  if (path === '' || /^[/=@-]/.test(path) || /[\\:\0\n]/.test(path)) return false;
  const root = sourceRoot.replaceAll('\\', '/');
  const resolved = posix.join(sourceFolder.replaceAll('\\', '/'), path);
  return resolved === root || resolved.startsWith(`${root}/`);
}

function refused(flag: string): AssayError {
  return new AssayError('MANIFEST_INVALID', `the compiler flag ${JSON.stringify(flag)} is not accepted`, {
    hint:
      'docs/toolchains.md lists the flags that are; paths in them stay inside the plugin’s folder and its inputs. ' +
      'For anything else write the command line yourself: toolchain: command.',
  });
}
