import { resolve } from 'node:path';
import { localBuildFiles } from '#adapters/fs/build-files';
import { refuseLinks } from '#adapters/fs/build-folder';
import type { AuditReport } from '#model/audit-report';
import { BUILD_FOLDER } from '#model/build-folder';
import { type Manifest, ManifestSchema } from '#model/manifest';
import { parseLocatedYaml } from '#model/parse';
import { check, type CheckPorts, type CheckResult, type Observe } from '#pipeline';
import type { Assessment } from '#report/assessment';
import { renderBadge, renderBadgeEndpoint } from '#report/badge';
import { renderHtml } from '#report/html';
import { renderJson } from '#report/json';
import { renderMarkdown } from '#report/markdown';
import { renderSarif } from '#report/sarif';
import type { Advisories } from '#rules/advisories';
import { refusalDocument } from '#rules/refusals';
import type { ProbeOptions } from '#stages/audit/probe';
import type { BuiltReport, RefusedArtifact } from '#stages/decide/decide';
import type { Acceptance, EffectivePolicy } from '#model/policy';
import type { Verdict } from '#model/verdict';
import { listedCompanions } from './companions.ts';
import { folderInRepository, type LoadedPlugin } from './load-plugin.ts';

export interface PluginCheckRequest {
  readonly plugin: LoadedPlugin;
  /** The plugin's folder as build records name it, relative to the workspace; `.` when left out. */
  readonly folder?: string;
  readonly policy: EffectivePolicy;
  /** Absolute folder that receives modules, records, reports and the verdict. */
  readonly outputFolder: string;
  readonly baseline?: readonly BuiltReport[];
  readonly acceptances: readonly Acceptance[];
  readonly advisories?: Advisories;
  /** Also try every module out and tell it in the reports; no verdict depends on it. */
  readonly probe?: ProbeOptions;
  readonly signingTokenInReach: boolean;
  readonly parallel: number;
  readonly timeoutMs?: number;
}

export interface PluginCheck extends CheckResult {
  readonly assessment: DecidedAssessment;
}

/** plan → decide for one plugin folder, with everything that it found written beside the modules. */
export async function checkPlugin(
  request: PluginCheckRequest,
  ports: CheckPorts,
  observe: Observe,
): Promise<PluginCheck> {
  const { plugin, outputFolder, policy, baseline, acceptances, advisories, probe, timeoutMs } = request;
  // Nothing is decided about them, but what is approved here has to be publishable.
  await listedCompanions(plugin);
  const result = await check(
    {
      manifest: plugin.manifest,
      folder: request.folder ?? folderInRepository(plugin.folder),
      sourceFolder: plugin.folder,
      outputFolder,
      policy,
      acceptances,
      signingTokenInReach: request.signingTokenInReach,
      parallel: request.parallel,
      ...(baseline === undefined ? {} : { baseline }),
      ...(advisories === undefined ? {} : { advisories }),
      ...(probe === undefined ? {} : { probe }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    },
    ports,
    observe,
  );
  await writeReports(outputFolder, result.reports, result.refused);
  const reports = result.reports.map(({ report }) => report);
  const assessment = decidedAssessment(plugin, reports, result.verdict);
  await writeVerdict(outputFolder, assessment);
  return { ...result, assessment };
}

export type DecidedAssessment = Assessment & { readonly verdict: Verdict };

/** What reports are rendered from, with findings shown on the lines of the plugin's manifest. */
export function decidedAssessment(
  plugin: LoadedPlugin,
  reports: readonly AuditReport[],
  verdict: Verdict,
): DecidedAssessment {
  return {
    reports,
    verdict,
    manifest: { path: plugin.source, toolchains: toolchainsOf(plugin.manifest), locate: manifestLocator(plugin) },
  };
}

/** Puts audit reports beside the modules, and for modules that have none why they were refused. */
export async function writeReports(
  folder: string,
  reports: readonly BuiltReport[],
  refused: readonly RefusedArtifact[],
): Promise<void> {
  const documents = [
    ...reports.map(({ build, report }) => ({ build, document: report })),
    ...refused.map(({ build, refusal, ...subject }) => ({ build, document: refusalDocument(subject, refusal) })),
  ];
  await localBuildFiles.write(
    folder,
    documents.map(({ build, document }) => ({ name: BUILD_FOLDER.report(build), bytes: encode(renderJson(document)) })),
  );
}

/** Puts the verdict and every rendering of it into a build folder. Throws PATH_UNSAFE where that holds links. */
export async function writeVerdict(folder: string, assessment: DecidedAssessment): Promise<void> {
  await refuseLinks(folder);
  await localBuildFiles.write(folder, [
    { name: BUILD_FOLDER.verdict, bytes: encode(renderJson(assessment.verdict)) },
    { name: BUILD_FOLDER.html, bytes: encode(renderHtml(assessment)) },
    { name: BUILD_FOLDER.summary, bytes: encode(renderMarkdown(assessment)) },
    { name: BUILD_FOLDER.sarif, bytes: encode(renderSarif(assessment)) },
    { name: BUILD_FOLDER.badge, bytes: encode(renderBadge(assessment.verdict)) },
    { name: BUILD_FOLDER.badgeEndpoint, bytes: encode(renderBadgeEndpoint(assessment.verdict)) },
  ]);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function toolchainsOf({ builds }: Manifest): string[] {
  return builds.flatMap(({ toolchain, matrix }) => [
    toolchain,
    ...(matrix?.toolchain ?? []),
    ...(matrix?.include ?? []).flatMap((combination) => combination.toolchain ?? []),
  ]);
}

/** Finds the line of plugin.yaml that a JSON pointer (RFC 6901) means. */
export function manifestLocator(plugin: LoadedPlugin): NonNullable<NonNullable<Assessment['manifest']>['locate']> {
  const { locate } = parseLocatedYaml(ManifestSchema, plugin.text, { source: plugin.source });
  return (pointer) =>
    locate(
      pointer
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
        .map((part) => (/^(?:0|[1-9][0-9]*)$/.test(part) ? Number(part) : part)),
    );
}

/** Where a check of this plugin writes, inside the plugin's folder unless an absolute path is named. */
export function outputFolderOf(plugin: LoadedPlugin, named: string): string {
  return resolve(plugin.folder, named);
}
