import { basename, dirname, resolve } from 'node:path';
import type { AuditReport } from '#model/audit-report';
import type { VersionedManifest } from '#model/manifest';
import type { Verdict } from '#model/verdict';
import { flattenPolicy } from '#rules/policy/flatten';
import { presetFor } from '#rules/presets/catalogue';
import { type BuiltReport, decide, type RefusedArtifact } from '#stages/decide/decide';
import { readManifest } from '#stages/plan/read-manifest';
import { loadBaseline } from '../baseline.ts';
import { loadAcceptances, loadPolicy } from '../documents.ts';
import { loadPlugin } from '../load-plugin.ts';
import { readNamedFile } from '../named-file.ts';
import type { CommandInput } from './command.ts';
import type { CliContext } from './context.ts';
import { flagOption, textOption } from './options.ts';

const MAX_MANIFEST_BYTES = 256 * 1024;

/** The manifest that `--manifest` names: plugin.yaml, the folder that holds it, or a manifest of another name. */
export async function manifestOption(input: CommandInput, context: CliContext): Promise<VersionedManifest | undefined> {
  const named = textOption(input, 'manifest');
  if (named === undefined) return undefined;
  const isFile = /\.ya?ml$/.test(named);
  if (isFile && basename(named) !== 'plugin.yaml') {
    return readManifest(await readNamedFile(context.cwd, named, MAX_MANIFEST_BYTES), { source: named });
  }
  return (await loadPlugin(context.cwd, isFile ? dirname(resolve(context.cwd, named)) : named)).manifest;
}

/** The baseline that `--baseline` names. */
export async function baselineOption(input: CommandInput, context: CliContext): Promise<BuiltReport[] | undefined> {
  return loadBaseline(context.cwd, textOption(input, 'baseline'));
}

/** A verdict over reports and over what has none, by the policy that the options name. */
export async function decideReports(
  reports: readonly AuditReport[],
  manifest: VersionedManifest | undefined,
  input: CommandInput,
  context: CliContext,
  refused: readonly RefusedArtifact[] = [],
): Promise<Verdict> {
  const named = textOption(input, 'policy');
  const kind = manifest?.abi.kind ?? reports[0]?.abi.kind ?? 'custom';
  const policy = named === undefined ? flattenPolicy(presetFor(kind)) : loadPolicy(named, context.cwd);
  return decide({
    reports: reports.map((report) => ({
      report,
      build: reports.length + refused.length === 1 ? '' : report.subject.name,
    })),
    refused,
    manifest,
    policy,
    baseline: await baselineOption(input, context),
    acceptances: await loadAcceptances(context.cwd, textOption(input, 'acceptances')),
    gate: flagOption(input, 'gate'),
    date: context.clock.now(),
  });
}
