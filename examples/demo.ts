/**
 * The whole line on this machine, with local keys and a folder as the registry: five plugins are built, audited and
 * decided on; what is approved is signed, published, installed and run; then a published artifact is changed by one
 * byte. Everything that it makes lies under demo-out/.
 */
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { runExport } from '#adapters/host/run';
import { contextOf } from '#entry/cli/run-process';
import { renderError } from '#entry/cli/render-error';
import { runCli } from '#entry/cli/run';
import { stageLine } from '#entry/cli/stage-lines';
import { policyOf } from '#entry/documents';
import { loadPlugin } from '#entry/load-plugin';
import { publishing, readPin, roleSigner } from '#entry/registry-access';
import { installedPlugin, installInto } from '#entry/runtime-access';
import { shipPlugin } from '#entry/ship-plugin';
import { localCheckPorts, parallelBuilds } from '#entry/wiring';
import { hexOf } from '#model/digest';
import { toAssayError } from '#model/errors';
import type { StageEvent } from '#pipeline';
import { LAYOUT } from '#registry/layout';
import { wrap } from '#report/wrap';

const repository = join(import.meta.dirname, '..');
const out = join(repository, 'demo-out');
const keys = join(out, 'keys');
const registry = join(out, 'registry');
const runtime = join(out, 'runtime');

/** The plugins, and what to call once they are installed. */
const PLUGINS = [
  { folder: 'c-word-count', call: ['report', 'It was a dark and stormy night.'] },
  { folder: 'as-roman', call: ['toRoman', '1994'] },
  { folder: 'wat-luhn', call: ['valid', '4539 1488 0343 6467'] },
  { folder: 'c-spell-check' },
  { folder: 'wat-unit-convert' },
] as const;

const context = contextOf(process);
const { bold, dim, green, yellow, red } = context.colours;
const { clock, env, width } = context;
const print = (text = ''): void => context.stdout(`${text}\n`);
const observe = (event: StageEvent): void => print(stageLine(event, context.colours));

/** Runs a command of the command line whose output is of no interest here; its failure ends the demo. */
async function quietly(...argv: readonly string[]): Promise<void> {
  const exit = await runCli(argv, { ...context, stdout: () => {} });
  if (exit !== 0) throw new Error(`assay ${argv[0]} ended with exit code ${exit}`);
}

async function setUp(): Promise<string> {
  await rm(out, { recursive: true, force: true });
  await quietly('keygen', '--out', keys);
  await quietly(
    ...['registry', 'init', registry, '--id', 'demo', '--keys', keys, '--owner', 'acme'],
    ...['--policy', 'assay:wasi-p1@1', 'assay:custom@1'],
  );
  const { root } = await readPin(keys);
  await quietly('trust', 'add', registry, '--runtime', runtime, '--root', root, '--namespace', 'acme');
  return root;
}

/** Ships one plugin and returns the digest of its artifact when it was published. */
async function ship(folder: string): Promise<{ name: string; digest: string | undefined }> {
  const plugin = await loadPlugin(repository, join('examples/plugins', folder));
  print(`\n${bold(plugin.manifest.name)} ${plugin.manifest.version}  ${dim(plugin.manifest.description ?? '')}`);
  const { check, published } = await shipPlugin(
    {
      plugin,
      policy: policyOf(plugin, undefined, repository),
      outputFolder: join(out, 'checks', folder),
      acceptances: [],
      signingTokenInReach: false,
      parallel: parallelBuilds(),
      author: await roleSigner(keys, 'author', env),
      verdictSigner: await roleSigner(keys, 'verdict', env),
      publishing: await publishing({ registry, keys, env, clock }),
    },
    await localCheckPorts({ ...context, warn: (message) => print(dim(`  ${message}`)) }),
    observe,
  );
  const { outcome, reasons, artifacts } = check.verdict.decision;
  const reason = reasons.find((candidate) => candidate.outcome === outcome);
  if (outcome !== 'approve' && reason !== undefined) {
    const paint = outcome === 'reject' ? red : yellow;
    for (const line of wrap(reason.message, width, '           ')) print(paint(line));
    for (const line of wrap(`→ ${reason.action}`, width, '           ')) print(line);
  }
  return { name: plugin.manifest.name, digest: published === undefined ? undefined : artifacts[0]?.digest };
}

/** Flips one bit of a published artifact, as a thief with write access to the registry's files would. */
async function tamper(digest: string): Promise<void> {
  const path = join(registry, LAYOUT.blob(digest));
  const bytes = await readFile(path);
  const last = bytes.length - 1;
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
  await chmod(path, 0o644);
  await writeFile(path, bytes);
}

const root = await setUp();
print(`${bold('Assay')} takes plugins from source to a verified install.`);
print('Five plugins, one registry, one runtime.');

const shipped = [];
for (const { folder } of PLUGINS) shipped.push(await ship(folder));
const approved = shipped.filter(({ digest }) => digest !== undefined).map(({ name }) => name);

print(`\n${bold('Install')} ${dim(`what is approved, as one set, trusting root ${hexOf(root).slice(0, 12)}`)}`);
await installInto(runtime, approved, {}, { clock, observe });

print(`\n${bold('Run')} ${dim('each under the capabilities it was approved with')}`);
for (const [index, plugin] of PLUGINS.entries()) {
  const name = shipped[index]?.name;
  if (name === undefined || !('call' in plugin)) continue;
  const [exported, ...args] = plugin.call;
  const { stdout, result } = await runExport({ ...(await installedPlugin(runtime, name)), export: exported, args });
  const answer = stdout === '' ? String(result) : stdout.trim();
  const call = `${name} ${exported}(${args.map((text) => JSON.stringify(text)).join(', ')})`;
  const fits = `  ${call} = ${answer}`.length <= width;
  print(`  ${call}${fits ? ' ' : '\n    '}= ${green(answer)}`);
}

const victim = shipped.find(({ digest }) => digest !== undefined);
print(`\n${bold('Tamper')} ${dim(`with one bit of ${victim?.name}, then install into a new runtime`)}`);
await tamper(victim?.digest ?? '');
const second = join(out, 'second-runtime');
await quietly('trust', 'add', registry, '--runtime', second, '--root', root, '--namespace', 'acme');
try {
  await installInto(second, approved, {}, { clock, observe });
  throw new Error('the changed artifact was installed');
} catch (thrown) {
  const error = toAssayError(thrown);
  print(`  ${green('refused')} with exit code ${error.exit}:`);
  const indent = '    ';
  const text = renderError(error, context.colours).replaceAll(`${repository}${sep}`, '').trimEnd();
  for (const part of text.split('\n')) for (const line of wrap(part.trim(), width, indent)) print(line);
  if (error.code !== 'DIGEST_MISMATCH') process.exitCode = 1;
}

const shownPath = (path: string): string => relative(process.cwd(), path) || '.';
print(`\nReports   ${shownPath(join(out, 'checks'))}/<plugin>/report.html`);
print(`Registry  ${shownPath(registry)}`);
print(`Runtime   ${shownPath(runtime)}`);
