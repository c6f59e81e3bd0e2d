import { describe, expect, it } from 'vitest';
import { compareWithTree } from '../../scripts/docs/currency.ts';
import { table, withBlock } from '../../scripts/docs/generated-file.ts';
import { scratchTree } from '../../scripts/scratch-tree.ts';

const block = { path: 'docs/page.md', name: 'list', text: '- new\n' };

describe('a generated block', () => {
  it('replaces what stands between its markers and nothing else', () => {
    const page = '# Page\n\n<!-- generated:list -->\n- old\n<!-- /generated -->\n\nEnd.\n';
    expect(withBlock(page, block)).toBe('# Page\n\n<!-- generated:list -->\n- new\n<!-- /generated -->\n\nEnd.\n');
  });

  it('leaves other blocks of the page alone', () => {
    const other = '<!-- generated:other -->\nkept\n<!-- /generated -->\n';
    const page = `${other}<!-- generated:list -->\n<!-- /generated -->\n`;
    expect(withBlock(page, block)).toBe(`${other}<!-- generated:list -->\n- new\n<!-- /generated -->\n`);
  });

  it.each([
    ['there are no markers', '# Page\n'],
    ['the block is not closed', '<!-- generated:list -->\n'],
    ['the block is there twice', '<!-- generated:list -->\n<!-- /generated -->\n'.repeat(2)],
  ])('is refused when %s', (_why, page) => {
    expect(() => withBlock(page, block)).toThrow('docs/page.md needs the markers');
  });
});

describe('a generated table', () => {
  it('keeps pipes and line breaks inside their cells', () => {
    expect(table(['a'], [['x|y\n  z']])).toBe('| a |\n| --- |\n| x\\|y z |');
  });
});

describe('the check that generated files are current', () => {
  const files = [{ path: 'schemas/a.schema.json', text: '{}\n' }];

  it('is content with what is the same to the letter', () => {
    using tree = scratchTree([]);
    tree.write('schemas/a.schema.json', '{}\n');
    expect(compareWithTree(tree.folder, files, ['schemas'])).toEqual({ stale: [], orphans: [] });
  });

  it('finds a file that differs and one that is missing', () => {
    using tree = scratchTree([]);
    expect(compareWithTree(tree.folder, files, ['schemas']).stale).toEqual(files);
    tree.write('schemas/a.schema.json', '{ }\n');
    expect(compareWithTree(tree.folder, files, ['schemas']).stale).toEqual(files);
  });

  it('finds a file that nothing generates any more', () => {
    using tree = scratchTree([]);
    tree.write('schemas/a.schema.json', '{}\n');
    tree.write('schemas/old.schema.json', '{}\n');
    expect(compareWithTree(tree.folder, files, ['schemas']).orphans).toEqual(['schemas/old.schema.json']);
  });
});
