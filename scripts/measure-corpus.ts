/** Measures the corpus and writes rates.json, which docs/rules.md and docs/corpus.md are made from: `npm run corpus`. */
import { writeFileSync } from 'node:fs';
import { RATES } from './corpus/rates.ts';
import { measure } from './corpus/measure.ts';
import { CORPUS } from './corpus/modules.ts';

const measured = await measure(CORPUS);
if (measured.modules.length < CORPUS.length) {
  console.error(
    `only ${measured.modules.length} of ${CORPUS.length} modules are here: npm ci --ignore-scripts in bench/corpus`,
  );
  process.exitCode = 2;
} else {
  writeFileSync(RATES, `${JSON.stringify(measured, null, 2)}\n`);
  const count = (list: readonly { readonly outcome: string }[], outcome: string) =>
    list.filter((one) => one.outcome === outcome).length;
  for (const [what, list] of Object.entries({ modules: measured.modules, updates: measured.updates })) {
    console.log(
      `${list.length} ${what}: ${count(list, 'approve')} approved, ${count(list, 'flag')} flagged, ${count(list, 'reject')} rejected`,
    );
    for (const one of list.filter(({ outcome }) => outcome !== 'approve'))
      console.log(`  ${one.outcome} ${one.file}: ${one.against.join(' ')}`);
  }
}
