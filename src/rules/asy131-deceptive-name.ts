import { quote } from './clip.ts';
import { deceptive } from './confusables.ts';
import { importKey } from '#model/import-key';
import type { Draft, ReadRule } from './rule.ts';

export const deceptiveName: ReadRule = {
  info: {
    id: 'ASY131',
    name: 'deceptive-name',
    row: 13,
    short: 'A name in the module does not read as what it is',
    help: 'The name holds control or direction characters, invisible characters, outer white space, characters that stand for others (full-width forms, letters and accents apart), or characters that look like ASCII and are not. People and logs show something else than what the host links. Names of imports, exports, custom sections and of the largest functions are looked at.',
    certainty: 'heuristic',
    level: 'warning',
    action: 'Use printable characters of one script in names, each in its usual form.',
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
    for (const { custom, offset } of facts.sections) {
      const why = custom === undefined ? undefined : deceptive(custom);
      if (custom === undefined || why === undefined) continue;
      drafts.push({
        subject: `section ${custom}`,
        message: `the name of the custom section ${quote(custom)} holds ${why}`,
        locations: [{ offset, section: custom.slice(0, 200) }],
        extent: [custom],
      });
    }
    for (const { index, name, offset } of facts.functions) {
      const why = name === undefined ? undefined : deceptive(name);
      if (name === undefined || why === undefined) continue;
      drafts.push({
        subject: `function ${name}`,
        message: `function ${index} is called ${quote(name)}, which holds ${why}`,
        locations: [{ offset, section: 'code', function: name }],
        extent: [name],
      });
    }
    return drafts.slice(0, 50);
  },
};
