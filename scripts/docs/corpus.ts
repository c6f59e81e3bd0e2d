import { OUTCOMES, type Outcome } from '#model/verdict';
import { readRates } from '../corpus/rates.ts';
import { type GeneratedDocs, generatedNote, table } from './generated-file.ts';

const SAYS: Readonly<Record<Outcome, string>> = { approve: 'approved', flag: 'needs review', reject: 'rejected' };

/** docs/corpus.md: how often the gate speaks about modules that many people run. */
export function corpusDocs(): GeneratedDocs {
  const { modules, updates } = readRates();
  const counts = (list: readonly { readonly outcome: Outcome }[]) =>
    OUTCOMES.map((outcome) => {
      const many = list.filter((one) => one.outcome === outcome).length;
      return `${many} (${Math.round((100 * many) / Math.max(1, list.length))} %)`;
    });
  const rows = (
    list: readonly {
      readonly file: string;
      readonly abi: string;
      readonly outcome: Outcome;
      readonly against: readonly string[];
    }[],
  ) => list.map(({ file, abi, outcome, against }) => [`\`${file}\``, abi, SAYS[outcome], against.join(', ')]);
  const columns = ['module', 'abi', 'outcome', 'because of'];
  const page =
    `${generatedNote('bench/corpus/rates.json')}# The benign corpus\n\n` +
    'A gate that flags everything guards nothing, so what it says about harmless modules is measured: codecs, parsers, ' +
    'formatters and interpreters from npm, each under the preset of its abi, with a manifest that declares what the bytes ' +
    'reach. Where a module belongs to a host of its own, that host’s functions are listed under `imports.allow`, as its ' +
    'registry would. An update is decided against the version before, with what a reviewer had accepted there.\n\n' +
    `${table(
      ['', ...OUTCOMES.map((outcome) => SAYS[outcome])],
      [
        [`${modules.length} modules`, ...counts(modules)],
        [`${updates.length} updates`, ...counts(updates)],
      ],
    )}\n\n` +
    'Measured again by `npm ci --ignore-scripts` in bench/corpus and `npm run corpus`; packages and versions are in ' +
    'bench/corpus/package.json.\n\n' +
    `## Modules\n\n${table(columns, rows(modules))}\n\n## Updates that were not approved\n\n` +
    `${table(columns, rows(updates.filter(({ outcome }) => outcome !== 'approve')))}\n`;
  return { files: [{ path: 'docs/corpus.md', text: page }], blocks: [] };
}
