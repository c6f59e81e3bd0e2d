import { relative, sep } from 'node:path';
import { watchFolder } from '#adapters/fs/watch-folder';
import { isAssayError } from '#model/errors';
import type { Verdict } from '#model/verdict';
import { type VerdictChange, verdictDifference } from '#report/verdict-difference';
import type { CliContext } from './context.ts';
import { renderError } from './render-error.ts';

const MARKS: Readonly<Record<VerdictChange['kind'], string>> = { added: '+', removed: '−', changed: '·' };

/**
 * Checks again whenever a file below the plugin's folder changes, and prints only what changed in the verdict. A
 * source that does not compile is shown and waited for. Ends with the context's signal; returns the last verdict.
 */
export async function watchPlugin(
  folder: string,
  outputFolder: string,
  first: Verdict,
  check: () => Promise<Verdict>,
  context: CliContext,
): Promise<Verdict> {
  const { dim, green, red, yellow } = context.colours;
  const ignored = [relative(folder, outputFolder).split(sep).join('/')];
  let last = first;
  context.stderr(dim(`watching ${folder}; Ctrl-C ends\n`));
  for await (const paths of watchFolder(folder, { ignored, signal: context.signal })) {
    const begun = context.clock.elapsed();
    context.stderr(dim(`${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}\n`));
    try {
      const verdict = await check();
      const changes = verdictDifference(last, verdict);
      const paint = { added: yellow, removed: green, changed: (text: string) => text };
      for (const { kind, text } of changes) context.stdout(`  ${paint[kind](`${MARKS[kind]} ${text}`)}\n`);
      const took = `${Math.round(context.clock.elapsed() - begun)} ms`;
      if (changes.length === 0) context.stdout(dim(`  the verdict is the same (${took})\n`));
      else context.stdout(dim(`  ${took}\n`));
      last = verdict;
    } catch (thrown) {
      if (!isAssayError(thrown)) throw thrown;
      context.stdout(red(`  ${thrown.code}\n`));
      context.stderr(renderError(thrown, context.colours, context.errorWidth));
    }
  }
  return last;
}
