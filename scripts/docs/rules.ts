import { RULES } from '#rules/catalogue';
import { COMPARE_RULES } from '#rules/compare-rules';
import { READ_RULES } from '#rules/read-rules';
import type { RuleInfo } from '#rules/rule';
import { readRates } from '../corpus/rates.ts';
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
  const { modules } = readRates();
  const hits = (info: RuleInfo): number => modules.filter(({ fired }) => fired.includes(info.id)).length;
  const rows = RULES.map((info) => [
    `[${info.id}](#${anchor(info)})`,
    info.name,
    info.short,
    info.certainty,
    `${info.level} (${LEVEL[info.level]})`,
    `${hits(info)} of ${modules.length}`,
  ]);
  const sections = RULES.map((info) => {
    const stage = stageOf(info);
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
    'for each rule (`rules: { ASY240: error }`), and presets do. `assay explain <rule>` prints the same on the terminal. ' +
    'The last column is how many modules of [the benign corpus](corpus.md) it speaks about under their presets.\n\n' +
    `${table(['rule', 'name', 'what it finds', 'certainty', 'default level', 'benign modules'], rows)}\n\n${sections.join('\n\n')}\n`;
  return { files: [{ path: 'docs/rules.md', text: page }], blocks: [] };
}

function stageOf(info: RuleInfo): string {
  const reads = READ_RULES.some((rule) => rule.info.id === info.id);
  const compares = COMPARE_RULES.some((rule) => rule.info.id === info.id);
  if (reads && compares) throw new Error(`${info.id} is in both lists of rules`);
  if (reads) return 'audit (it reads the module)';
  return compares ? 'decide (it compares reports, manifest and policy)' : 'audit, before any fact is known';
}

function anchor(info: RuleInfo): string {
  return `${info.id}-${info.name}`.toLowerCase();
}
