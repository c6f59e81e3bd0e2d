import { relative, resolve, sep } from 'node:path';
import { localBuildFiles } from '#adapters/fs/build-files';
import { BUILD_FOLDER } from '#model/build-folder';
import { ManifestSchema } from '#model/manifest';
import { parseLocatedYaml } from '#model/parse';
import { check, type CheckPorts, type CheckResult, type Observe } from '#pipeline';
import type { Assessment } from '#report/assessment';
import { renderHtml } from '#report/html';
import { renderJson } from '#report/json';
import { renderMarkdown } from '#report/markdown';
import { renderSarif } from '#report/sarif';
import type { BuiltReport } from '#stages/decide/decide';
import type { Acceptance, EffectivePolicy } from '#model/policy';
import type { LoadedPlugin } from './documents.ts';

export interface PluginCheckRequest {
  readonly plugin: LoadedPlugin;
  readonly policy: EffectivePolicy;
  /** Absolute folder that receives modules, records, reports and the verdict. */
  readonly outputFolder: string;
  readonly baseline?: readonly BuiltReport[];
  readonly acceptances: readonly Acceptance[];
  readonly signingTokenInReach: boolean;
  readonly parallel: number;
  readonly timeoutMs?: number;
}

export interface PluginCheck extends CheckResult {
  readonly assessment: Assessment;
}

/** plan → decide for one plugin folder, with everything that it found written beside the modules. */
export async function checkPlugin(
  request: PluginCheckRequest,
  ports: CheckPorts,
  observe: Observe,
): Promise<PluginCheck> {
  const { plugin, outputFolder, policy, baseline, acceptances, timeoutMs } = request;
  const result = await check(
    {
      manifest: plugin.manifest,
      folder: '.',
      sourceFolder: plugin.folder,
      outputFolder,
      policy,
      acceptances,
      signingTokenInReach: request.signingTokenInReach,
      parallel: request.parallel,
      ...(baseline === undefined ? {} : { baseline }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    },
    ports,
    observe,
  );
  const assessment: Assessment = {
    reports: result.reports,
    verdict: result.verdict,
    manifest: { path: plugin.source, locate: manifestLocator(plugin) },
  };
  await writeCheck(outputFolder, result, assessment);
  return { ...result, assessment };
}

async function writeCheck(folder: string, result: CheckResult, assessment: Assessment): Promise<void> {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const reports = result.builds.map(({ record }, index) => {
    const report = result.reports[index];
    return { name: BUILD_FOLDER.report(record.job.id), bytes: encode(report === undefined ? '' : renderJson(report)) };
  });
  await localBuildFiles.write(folder, [
    ...reports,
    { name: BUILD_FOLDER.verdict, bytes: encode(renderJson(result.verdict)) },
    { name: BUILD_FOLDER.html, bytes: encode(renderHtml(assessment)) },
    { name: BUILD_FOLDER.summary, bytes: encode(renderMarkdown(assessment)) },
    { name: BUILD_FOLDER.sarif, bytes: encode(renderSarif(assessment)) },
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

/** Where a check of this plugin writes, and what that folder is called to people. */
export function outputFolderOf(plugin: LoadedPlugin, named: string): { readonly path: string; readonly label: string } {
  const path = resolve(plugin.folder, named);
  return { path, label: relative(plugin.folder, path).split(sep).join('/') };
}
