import { basename } from 'node:path';
import { capabilitiesIn } from '#rules/capabilities';
import { EXIT } from '#model/errors';
import { showPath } from '#report/call-path';
import { groupDigits, showSize, showSizeChange } from '#report/quantity';
import { visible } from '#report/visible-text';
import { audit } from '#stages/audit/audit';
import { type FactsDifference, factsDifference } from '#wasm/facts-difference';
import { MAX_MODULE_BYTES, readNamedFile } from '../../named-file.ts';
import { localValidator } from '../../validator.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';

/** `assay diff OLD NEW`: what a newer module imports, exports and may do that the older one did not. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const [oldPath = '', newPath = ''] = input.args;
  const validator = await localValidator();
  const read = async (path: string) =>
    audit({ bytes: await readNamedFile(context.cwd, path, MAX_MODULE_BYTES), name: basename(path) }, { validator });
  const before = await read(oldPath);
  const after = await read(newPath);
  const difference = factsDifference(before.facts, after.facts);
  const had = capabilitiesIn(before.capabilities, 'reachable');
  const has = capabilitiesIn(after.capabilities, 'reachable');
  const capabilities = {
    added: has.filter((capability) => !had.includes(capability)),
    removed: had.filter((capability) => !has.includes(capability)),
  };
  return {
    exit: EXIT.ok,
    json: {
      before: { file: oldPath, digest: before.subject.digest },
      after: { file: newPath, digest: after.subject.digest },
      ...difference,
      capabilities,
    },
    text:
      before.subject.digest === after.subject.digest
        ? 'the same bytes'
        : render(difference, capabilities, context).join('\n'),
  };
}

function render(
  difference: FactsDifference,
  capabilities: { readonly added: readonly string[]; readonly removed: readonly string[] },
  context: CliContext,
): string[] {
  const { colours } = context;
  const { size, functions, features, memories } = difference;
  const { bold, dim, green, red, yellow } = colours;
  const list = (
    title: string,
    added: readonly string[],
    removed: readonly string[],
    changed: readonly string[] = [],
  ) =>
    added.length + removed.length + changed.length === 0
      ? []
      : [
          bold(title),
          ...added.map((text) => green(`  + ${visible(text)}`)),
          ...removed.map((text) => red(`  - ${visible(text)}`)),
          ...changed.map((text) => yellow(`  ~ ${visible(text)}`)),
        ];
  const sections = difference.sections.map(
    ({ name, before, after }) => `  ${visible(name, 40).padEnd(24)} ${showSize(before)} → ${showSize(after)}`,
  );
  const changedMemory =
    memories.before.join(', ') === memories.after.join(', ')
      ? []
      : [`memory  ${inPages(memories.before)} → ${inPages(memories.after)}`];
  return [
    `${showSize(size.after)} (${showSizeChange(size.before, size.after)}), ${functions.before} → ${functions.after} functions${difference.sameCode ? dim(' · same code, other custom sections') : ''}`,
    ...changedMemory,
    ...list('capabilities', capabilities.added, capabilities.removed),
    ...list('imports', difference.imports.added, difference.imports.removed, difference.imports.changed),
    ...list('exports', difference.exports.added, difference.exports.removed, difference.exports.changed),
    ...reachLines(difference.reach, context),
    ...list('features', features.added, features.removed),
    ...(sections.length === 0 ? [] : [bold('sections'), ...sections]),
  ];
}

/** `1 4` are the pages that a memory begins with and those that it may grow to. */
function inPages(memories: readonly string[]): string {
  const said = memories.map((limits) =>
    limits
      .replace(/(\d+) (\d+)/, '$1 to $2')
      .replace(/(\d+)(?= shared$|$)/, (count) => `${count} ${count === '1' ? 'page' : 'pages'}`),
  );
  return said.join(', ') || 'none';
}

const SHOWN_CHANGES = 10;
const PATH_ROOM = 220;

/** New ways from a root to an import, each as its path where that is known, and those that went. */
function reachLines({ added, removed }: FactsDifference['reach'], { colours }: CliContext): string[] {
  const lines = (sign: string, changes: FactsDifference['reach']['added'], colour: (text: string) => string) => [
    ...changes.slice(0, SHOWN_CHANGES).map(({ root, import: key, member, path }) => {
      const plain = `${visible(root, 80)} → ${visible(member === undefined ? key : `${key}#${member}`, 120)}`;
      const way = path === undefined ? undefined : showPath({ import: key, path }, PATH_ROOM);
      return colour(`  ${sign} ${way ?? plain}`);
    }),
    ...(changes.length > SHOWN_CHANGES
      ? [colour(`  ${sign} and ${groupDigits(changes.length - SHOWN_CHANGES)} more`)]
      : []),
  ];
  if (added.length + removed.length === 0) return [];
  return [colours.bold('reach'), ...lines('+', added, colours.green), ...lines('-', removed, colours.red)];
}
