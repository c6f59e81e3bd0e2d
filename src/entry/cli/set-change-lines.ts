import type { SetChange } from '#stages/install/set-changes';
import type { CliContext } from './context.ts';

type Kind = SetChange['kind'];

const PLANNED: Readonly<Record<Kind, string>> = {
  installed: 'would install',
  upgraded: 'would upgrade',
  downgraded: 'would downgrade',
  replaced: 'would replace',
  removed: 'would remove',
  unchanged: 'would keep',
};

/** A line for each plugin of a set that changed; one line when none did. */
export function changeLines(changes: readonly SetChange[], colours: CliContext['colours']): string[] {
  return linesOf(changes, (kind) => kind, 'nothing changed', colours);
}

/** The same for changes that a dry run found and did not make. */
export function plannedLines(changes: readonly SetChange[], colours: CliContext['colours']): string[] {
  return linesOf(changes, (kind) => PLANNED[kind], 'nothing would change', colours);
}

function linesOf(
  changes: readonly SetChange[],
  wordFor: (kind: Kind) => string,
  none: string,
  { green, yellow, red, dim }: CliContext['colours'],
): string[] {
  const paints = {
    installed: green,
    upgraded: green,
    downgraded: yellow,
    replaced: yellow,
    removed: red,
    unchanged: dim,
  };
  const lines = changes
    .filter(({ kind }) => kind !== 'unchanged')
    .map(({ name, kind, from, to, capabilitiesAdded }) => {
      const versions = [from, to].filter((version) => version !== undefined).join(' → ');
      const added = capabilitiesAdded.length === 0 ? '' : dim(` +${capabilitiesAdded.join(' +')}`);
      return `${paints[kind](wordFor(kind))} ${name} ${versions}${added}`;
    });
  return lines.length === 0 ? [dim(none)] : lines;
}
