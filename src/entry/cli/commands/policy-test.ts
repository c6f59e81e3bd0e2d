import { dirname, join, relative, resolve } from 'node:path';
import type { AuditReport } from '#model/audit-report';
import { digestOf } from '#model/digest-of';
import { EXIT } from '#model/errors';
import type { Manifest } from '#model/manifest';
import { parseYaml } from '#model/parse';
import type { EffectivePolicy } from '#model/policy';
import { type PolicyTestCase, PolicyTestsSchema } from '#model/policy-tests';
import type { Verdict } from '#model/verdict';
import { showCount } from '#report/quantity';
import { visible } from '#report/visible-text';
import { auditOrRefuse, isRefusal } from '#stages/audit/audit-or-refuse';
import { decide } from '#stages/decide/decide';
import { unmetBy } from '#stages/decide/expectations';
import { loadBaseline } from '../../baseline.ts';
import { loadAudited, loadPolicy } from '../../documents.ts';
import { decidable } from '../../decidable.ts';
import { MAX_MODULE_BYTES, readNamedFile } from '../../named-file.ts';
import { localValidator } from '../../validator.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { textOption } from '../options.ts';

const FIXTURES = 'policy-tests.yaml';
const MAX_FIXTURES_BYTES = 1024 * 1024;
const HINT = 'docs/policy.md shows a policy-tests.yaml; it lies beside the policy.';

/** `assay policy test`: whether a policy says what its fixtures expect. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const named = input.args[0] ?? '.';
  const source = /\.ya?ml$/.test(named) ? named : join(named, FIXTURES);
  const folder = dirname(resolve(context.cwd, source));
  const { policy: own, cases } = parseYaml(
    PolicyTestsSchema,
    await readNamedFile(context.cwd, source, MAX_FIXTURES_BYTES, HINT),
    { source, hint: HINT },
  );
  const option = textOption(input, 'policy');
  const policy = option === undefined ? loadPolicy(own, folder, context.cwd) : loadPolicy(option, context.cwd);
  const results: { name: string; outcome: string; unmet: string[] }[] = [];
  for (const one of cases) {
    const verdict = await verdictOn(one, policy, folder, context);
    const expected = { name: one.name, outcome: one.expect, ...(one.rules === undefined ? {} : { rules: one.rules }) };
    results.push({ name: one.name, outcome: verdict.decision.outcome, unmet: unmetBy(expected, verdict) });
  }
  const { green, red } = context.colours;
  const failed = results.filter(({ unmet }) => unmet.length > 0);
  const lines = results.flatMap(({ name, outcome, unmet }) =>
    unmet.length === 0
      ? [`${green('✓')} ${visible(name)}: ${outcome}`]
      : unmet.map((sentence) => `${red('✗')} ${visible(sentence, 500)}`),
  );
  const summary =
    failed.length === 0
      ? `${showCount(cases.length, 'case')}, all as expected`
      : `${failed.length} of ${showCount(cases.length, 'case')} not as expected`;
  return {
    exit: failed.length === 0 ? EXIT.ok : EXIT.unverified,
    json: { policy: policy.digest, results },
    text: [...lines, '', summary].join('\n'),
  };
}

async function verdictOn(
  one: PolicyTestCase,
  policy: EffectivePolicy,
  folder: string,
  context: CliContext,
): Promise<Verdict> {
  const common = {
    policy,
    date: context.clock.now(),
    baseline: await loadBaseline(folder, one.baseline),
  };
  if (one.module === undefined) {
    const stored = [{ audited: await loadAudited(folder, one.report ?? ''), build: '' }];
    const { reports, refused } = decidable(stored);
    const [first] = reports;
    return decide({ ...common, reports, refused, manifest: first && manifestOf(one, first.report) });
  }
  const hint = `The case "${visible(one.name)}" names it; paths count from the folder of the cases.`;
  const bytes = await readNamedFile(folder, one.module, MAX_MODULE_BYTES, hint);
  const name = relative(context.cwd, resolve(folder, one.module));
  const abi = one.abi === undefined ? {} : { abi: one.abi };
  const audited = await auditOrRefuse({ bytes, name, ...abi }, { validator: await localValidator() });
  if (!isRefusal(audited)) {
    return decide({ ...common, reports: [{ report: audited, build: '' }], manifest: manifestOf(one, audited) });
  }
  const refused = [{ digest: digestOf(bytes), size: bytes.length, name, build: '', refusal: audited }];
  return decide({ ...common, reports: [], refused });
}

/** What the case declares, as plugin.yaml would; a case that declares nothing is decided without one. */
function manifestOf({ plugin, capabilities, module, abi }: PolicyTestCase, report: AuditReport): Manifest | undefined {
  if (plugin === undefined && capabilities === undefined) return undefined;
  const { inferred: _inferred, ...seen } = report.abi;
  return {
    name: plugin ?? 'policy/test',
    version: '0.0.0',
    abi: abi ?? seen,
    capabilities: capabilities ?? [],
    builds: [{ toolchain: 'command', source: module ?? 'module.wasm' }],
  };
}
