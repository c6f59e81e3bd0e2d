/** A file that is wholly generated. `path` is relative to the repository's root. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** A part of a hand-written page, between `<!-- generated:name -->` and `<!-- /generated -->`. */
export interface GeneratedBlock {
  readonly path: string;
  readonly name: string;
  readonly text: string;
}

export interface GeneratedDocs {
  readonly files: readonly GeneratedFile[];
  readonly blocks: readonly GeneratedBlock[];
}

/** The first line of a generated page: which source to change instead. */
export function generatedNote(source: string): string {
  return `<!-- Generated from ${source} by \`npm run docs\`. Change it there. -->\n\n`;
}

/** A Markdown table. Pipes and line breaks inside cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
}

/** The page's text with the block's content put between its markers. Throws when the markers are not there once. */
export function withBlock(page: string, block: GeneratedBlock): string {
  const open = `<!-- generated:${block.name} -->`;
  const close = '<!-- /generated -->';
  const start = page.indexOf(open);
  const end = page.indexOf(close, start);
  if (start < 0 || end < 0 || page.includes(open, start + 1)) {
    throw new Error(`${block.path} needs the markers ${open} and ${close} exactly once`);
  }
  return `${page.slice(0, start + open.length)}\n${block.text.trim()}\n${page.slice(end)}`;
}
