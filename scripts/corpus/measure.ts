import { existsSync, readFileSync } from 'node:fs';
import { engineValidator } from '#adapters/validators/engine';
import type { AuditReport } from '#model/audit-report';
import type { Acceptance, EffectivePolicy } from '#model/policy';
import type { Outcome, Verdict } from '#model/verdict';
import { capabilitiesIn } from '#rules/capabilities';
import { readPolicy } from '#rules/policy/document';
import { flattenPolicy } from '#rules/policy/flatten';
import { presetFor } from '#rules/presets/catalogue';
import { audit } from '#stages/audit/audit';
import { decide } from '#stages/decide/decide';
import { type CorpusModule, corpusPath } from './modules.ts';

/** What was decided about one module, or about one version after the one before it. */
export interface MeasuredModule {
  readonly file: string;
  readonly abi: string;
  readonly outcome: Outcome;
  /** Rules that kept it from approval. */
  readonly against: readonly string[];
}

export interface MeasuredCorpus {
  readonly modules: readonly (MeasuredModule & { readonly fired: readonly string[] })[];
  readonly updates: readonly MeasuredModule[];
}

const PLUGIN = 'corpus/module';
const DATE = new Date('2026-01-01T00:00:00Z');

/** Audits and decides every module of the corpus that is installed, and every update that it lists. */
export async function measure(corpus: readonly CorpusModule[]): Promise<MeasuredCorpus> {
  const modules: MeasuredCorpus['modules'][number][] = [];
  const updates: MeasuredModule[] = [];
  for (const entry of corpus) {
    if (!existsSync(corpusPath(entry.file))) continue;
    const report = await auditFile(entry, entry.file);
    const verdict = verdictOn(entry, report, undefined);
    modules.push({ ...summary(entry.file, report, verdict), fired: firedIn(verdict) });
    if (entry.previous === undefined || !existsSync(corpusPath(entry.previous))) continue;
    const before = await auditFile(entry, entry.previous);
    const accepted = acceptedIn(verdictOn(entry, before, undefined));
    updates.push(summary(entry.file, report, verdictOn(entry, report, before, accepted)));
  }
  return { modules, updates };
}

async function auditFile({ abi }: CorpusModule, file: string): Promise<AuditReport> {
  const bytes = readFileSync(corpusPath(file));
  return audit(
    { bytes, name: file, ...(abi === undefined ? {} : { abi: { kind: abi } }) },
    { validator: engineValidator },
  );
}

/**
 * The verdict that a registry for such modules would give: the preset of the abi, with the host's own functions listed
 * where it has some, and a manifest that declares what the bytes reach, as `assay init` writes it.
 */
function verdictOn(
  { host }: CorpusModule,
  report: AuditReport,
  before: AuditReport | undefined,
  acceptances: readonly Acceptance[] = [],
): Verdict {
  const { kind } = report.abi;
  const declared = capabilitiesIn(before?.capabilities ?? report.capabilities, 'reachable');
  return decide({
    reports: [{ report, build: '' }],
    policy: policyFor(kind, host),
    date: DATE,
    acceptances,
    manifest: {
      name: PLUGIN,
      version: '1.0.0',
      abi: { kind },
      capabilities: [...new Set([...declared, ...capabilitiesIn(report.capabilities, 'reachable')])],
      builds: [{ toolchain: 'command', source: 'module.wasm' }],
    },
    ...(before === undefined ? {} : { baseline: [{ report: before, build: '' }] }),
  });
}

/** What a reviewer accepted in the version before: its flags, which carry over until they grow. */
function acceptedIn({ decision }: Verdict): Acceptance[] {
  return decision.reasons
    .filter((reason) => reason.outcome === 'flag')
    .map(({ fingerprint, extent }) => ({ plugin: PLUGIN, fingerprint, extent, reason: 'reviewed', who: 'reviewer' }));
}

function policyFor(kind: AuditReport['abi']['kind'], host: CorpusModule['host']): EffectivePolicy {
  if (host === undefined) return flattenPolicy(presetFor(kind));
  const text = JSON.stringify({
    extends: [presetFor(kind)],
    imports: { allow: host },
    capabilities: { allow: ['host:*'] },
  });
  return flattenPolicy(readPolicy(text, 'corpus'));
}

function firedIn({ decision }: Verdict): string[] {
  return [...new Set(decision.reasons.map((reason) => reason.rule))].toSorted();
}

function summary(file: string, report: AuditReport, { decision }: Verdict): MeasuredModule {
  const against = decision.reasons.filter((reason) => reason.outcome !== 'approve').map((reason) => reason.rule);
  return { file, abi: report.abi.kind, outcome: decision.outcome, against: [...new Set(against)].toSorted() };
}
