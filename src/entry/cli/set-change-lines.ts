import type { SetChange } from '#stages/install/set-changes';
import type { CliContext } from './context.ts';

/** A line for each plugin of a set that changed; one line when none did. */
export function changeLines(
  changes: readonly SetChange[],
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
      return `${paints[kind](kind)} ${name} ${versions}${added}`;
    });
  return lines.length === 0 ? [dim('nothing changed')] : lines;
}
