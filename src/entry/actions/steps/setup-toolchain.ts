import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { heredoc } from '#adapters/runner/file-command';
import { setupToolchain as setUp, type SetupResult } from '#adapters/setup/setup-toolchain';
import { toolchains } from '#adapters/toolchains/catalogue';
import { AssayError, EXIT } from '#model/errors';
import { plan } from '#stages/plan/plan';
import { loadPlugin, shown } from '../../load-plugin.ts';
import { signingTokenInReach } from '../../wiring.ts';
import type { ActionContext, ActionOutcome } from '../action-step.ts';
import type { InputValues } from '../definition.ts';
import type { setupToolchain } from '../setup-toolchain.ts';

type Setup = typeof setupToolchain;

/** Sets up every toolchain that the plugin's builds name, once each. */
export async function run(
  inputs: InputValues<Setup['inputs']>,
  context: ActionContext,
): Promise<ActionOutcome<keyof Setup['outputs']>> {
  const { workspace, log } = context;
  if (signingTokenInReach(context.env)) throw nearToken();
  const plugin = await loadPlugin(workspace, inputs.path);
  const folder = shown(workspace, plugin.folder);
  const { include } = plan({ manifests: [{ folder, manifest: plugin.manifest }] });
  const allow = { packages: inputs.packages, downloads: inputs.downloads };
  const results = new Map<string, SetupResult>();
  for (const job of include) {
    const needed = `${job.toolchain} ${job.target ?? ''}`.trimEnd();
    if (results.has(needed)) continue;
    const toolchain = await toolchains.get(job.toolchain);
    const result = await setUp({ toolchain, sourceFolder: resolve(workspace, folder), job, allow }, { log });
    handOn(result, context);
    results.set(needed, result);
  }
  const each = [...results];
  return {
    exit: EXIT.ok,
    outputs: {
      versions: JSON.stringify(Object.fromEntries(each.map(([name, { presence }]) => [name, presence.version]))),
      origins: JSON.stringify(Object.fromEntries(each.map(([name, { origin }]) => [name, origin]))),
    },
    text: each.map(([name, { presence, origin }]) => `${name}: ${presence.version} (${origin})`).join('\n'),
  };
}

/** Settings in the author's folder choose programs: npm's `git`, the compiler that rustup starts. */
function nearToken(): AssayError {
  return new AssayError('BUILD_UNSAFE', 'no toolchain is set up here: this job could sign', {
    hint: 'Set up and build in a job without "id-token: write", and hand the result to the job that signs.',
  });
}

/** Gives the later steps of the job what this process has in its environment. */
function handOn({ path, variables }: SetupResult, { env }: ActionContext): void {
  const { GITHUB_PATH: pathFile, GITHUB_ENV: variableFile } = env;
  if (pathFile !== undefined) for (const folder of path) appendFileSync(pathFile, `${folder}\n`);
  if (variableFile === undefined) return;
  for (const [name, value] of Object.entries(variables)) appendFileSync(variableFile, heredoc(name, value));
}
