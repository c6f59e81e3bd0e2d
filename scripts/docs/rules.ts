import { COMPARE_RULES, READ_RULES, RULES } from '#rules/catalogue';
import type { RuleInfo } from '#rules/rule';
import { type GeneratedDocs, generatedNote, table } from './generated-file.ts';

const CERTAINTY: Readonly<Record<RuleInfo['certainty'], string>> = {
  certain: 'read off the bytes; it is so',
  sound: 'an over-approximation: when the rule is silent, it is not so',
  heuristic: 'an indication; by itself it never rejects',
};

const LEVEL: Readonly<Record<RuleInfo['level'], string>> = {
  error: 'rejects',
  warning: 'needs review',
  note: 'informs',
  none: 'is silent until a policy raises it',
};

/** docs/rules.md: the whole catalogue. */
export function ruleDocs(): GeneratedDocs {
  const readers = new Set(READ_RULES.map((rule) => rule.info.id));
  const comparers = new Set(COMPARE_RULES.map((rule) => rule.info.id));
  const rows = RULES.map((info) => [
    `[${info.id}](#${anchor(info)})`,
    info.name,
    info.short,
    info.certainty,
    `${info.level} (${LEVEL[info.level]})`,
  ]);
  const sections = RULES.map((info) => {
    if (readers.has(info.id) === comparers.has(info.id))
      throw new Error(`${info.id} is in both or neither list of rules`);
    const stage = readers.has(info.id)
      ? 'audit (it reads the module)'
      : 'decide (it compares reports, manifest and policy)';
    return (
      `## ${info.id} ${info.name}\n\n${info.short}.\n\n${info.help}\n\n` +
      `- What to do: ${info.action}\n` +
      `- Certainty: ${info.certainty} – ${CERTAINTY[info.certainty]}\n` +
      `- Default level: ${info.level} – ${LEVEL[info.level]}\n` +
      `- Runs in: ${stage}; since edition ${info.since}`
    );
  });
  const page =
    `${generatedNote('src/rules')}# Rules\n\n` +
    `${RULES.length} rules. The default level is what a finding counts for before any policy; a policy may set another one ` +
    'for each rule (`rules: { ASY240: error }`), and presets do. `assay explain <rule>` prints the same on the terminal.\n\n' +
    `${table(['rule', 'name', 'what it finds', 'certainty', 'default level'], rows)}\n\n${sections.join('\n\n')}\n`;
  return { files: [{ path: 'docs/rules.md', text: page }], blocks: [] };
}

function anchor(info: RuleInfo): string {
  return `${info.id}-${info.name}`.toLowerCase();
}
