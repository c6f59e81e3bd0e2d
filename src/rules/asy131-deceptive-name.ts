import { quote } from './clip.ts';
import { deceptive } from './confusables.ts';
import { importKey } from './import-names.ts';
import type { Draft, ReadRule } from './rule.ts';

export const deceptiveName: ReadRule = {
  info: {
    id: 'ASY131',
    name: 'deceptive-name',
    row: 13,
    short: 'An import or export name does not read as what it is',
    help: 'The name holds control or direction characters, invisible characters, outer white space, or letters of another script among ASCII ones. People and logs show something else than what the host links.',
    certainty: 'heuristic',
    level: 'warning',
    action: 'Use printable characters of one script in import and export names.',
    since: '1',
  },
  read: ({ facts }) => {
    const drafts: Draft[] = [];
    for (const item of facts.imports) {
      const why = deceptive(item.module) ?? deceptive(item.name);
      if (why === undefined) continue;
      const key = importKey(item);
      drafts.push({
        subject: `import ${key}`,
        message: `the import ${quote(key)} holds ${why}`,
        locations: [{ offset: item.offset, section: 'import', import: key }],
        extent: [key],
      });
    }
    for (const item of facts.exports) {
      const why = deceptive(item.name);
      if (why === undefined) continue;
      drafts.push({
        subject: `export ${item.name}`,
        message: `the export ${quote(item.name)} holds ${why}`,
        locations: [{ offset: item.offset, section: 'export', export: item.name }],
        extent: [item.name],
      });
    }
    return drafts.slice(0, 50);
  },
};
