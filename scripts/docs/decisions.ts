import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scratch-tree.ts';
import { type GeneratedDocs, generatedNote, table } from './generated-file.ts';

const FOLDER = 'docs/decisions';
const PAGE = /^(?<number>\d{4})-[a-z0-9-]+\.md$/;

/** docs/decisions/README.md: the index, from each page's title. Throws for a number that is used twice. */
export function decisionDocs(): GeneratedDocs {
  const pages = readdirSync(join(ROOT, FOLDER))
    .filter((file) => file !== 'README.md')
    .toSorted();
  const seen = new Map<string, string>();
  const rows = pages.map((file) => {
    const number = PAGE.exec(file)?.groups?.['number'];
    const title = /^# (?<title>.+)$/m.exec(readFileSync(join(ROOT, FOLDER, file), 'utf8'))?.groups?.['title'];
    if (number === undefined || title === undefined) throw new Error(`${FOLDER}/${file}: NNNN-name.md with a title`);
    const twin = seen.get(number);
    if (twin !== undefined) throw new Error(`${FOLDER}: ${twin} and ${file} have the same number`);
    seen.set(number, file);
    return [number, `[${title.replace(/^\d{4}[.:]? /, '')}](${file})`];
  });
  const page =
    `${generatedNote(`the pages in ${FOLDER}`)}# Decisions\n\n` +
    'One page for each choice of a dependency or a format: context, choice, why not the others, consequences. ' +
    'A page is not rewritten when a choice changes; a new one takes its place and says so.\n\n' +
    `${table(['number', 'decision'], rows)}\n`;
  return { files: [{ path: `${FOLDER}/README.md`, text: page }], blocks: [] };
}
