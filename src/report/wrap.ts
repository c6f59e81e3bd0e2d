/**
 * Breaks text at spaces into lines of at most `width` code points, each after `indent`. A longer word stands alone
 * on its line, uncut, so that paths and names can be copied.
 */
export function wrap(text: string, width: number, indent: string = ''): string[] {
  const room = Math.max(10, width - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const candidate = line === '' ? word : `${line} ${word}`;
    if (line !== '' && [...candidate].length > room) {
      lines.push(indent + line);
      line = word;
    } else line = candidate;
  }
  if (line !== '') lines.push(indent + line);
  return lines;
}
