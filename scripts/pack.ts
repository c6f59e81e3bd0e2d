/**
 * Makes the folder that is published to npm: `node scripts/pack.ts FOLDER`. It holds dist, which bundles everything,
 * so the published package has no dependencies and none of the development machinery.
 * `--check` makes it in a temporary place, packs it, installs the tarball offline and runs it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { ROOT } from './scratch-tree.ts';

/** The Node versions on which the bundled Sigstore and runtime code runs. */
const PUBLISHED_ENGINES = { node: '^22.22.2 || >=24.15.0' };
const PUBLISHED_FILES = ['dist', 'schemas', 'README.md', 'LICENSE', 'CHANGELOG.md'];

const ManifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  type: z.literal('module'),
  bin: z.record(z.string(), z.string()),
});

/** The package.json of the published package, made from the repository's. */
export function publishedManifest(text: string): Record<string, unknown> {
  const { name, version, description, license, type, bin, repository, homepage, keywords, exports } =
    ManifestSchema.parse(JSON.parse(text));
  const optional = { repository, homepage, keywords, exports };
  return {
    name,
    version,
    description,
    license,
    type,
    bin,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    engines: PUBLISHED_ENGINES,
    files: PUBLISHED_FILES,
  };
}

/** Fills `folder`, which must be new or empty. Throws when a published file is missing. */
function makePackage(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  mkdirSync(folder, { recursive: true });
  const manifest = publishedManifest(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const path of PUBLISHED_FILES) {
    if (!existsSync(join(ROOT, path))) throw new Error(`${path} is missing: it belongs into the package`);
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function npm(folder: string, args: readonly string[]): string {
  const windows = process.platform === 'win32';
  const run = spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: folder, encoding: 'utf8', shell: windows });
  if (run.status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${run.stderr}`.trim());
  return run.stdout;
}

const PackSchema = z
  .array(z.object({ filename: z.string(), size: z.number(), files: z.array(z.object({ path: z.string() })) }))
  .length(1);

function check(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'assay-pack-'));
  try {
    const folder = join(scratch, 'package');
    makePackage(folder);
    const [packed] = PackSchema.parse(JSON.parse(npm(folder, ['pack', '--json', '--pack-destination', scratch])));
    if (packed === undefined) throw new Error('npm packed nothing');
    const stray = packed.files.filter(({ path }) => !isExpected(path));
    if (stray.length > 0) throw new Error(`strays in the package: ${stray.map(({ path }) => path).join(', ')}`);
    const client = join(scratch, 'client');
    mkdirSync(client);
    writeFileSync(join(client, 'package.json'), '{"private":true}\n');
    npm(client, ['install', '--offline', '--no-audit', '--no-fund', join(scratch, packed.filename)]);
    const installed = readdirSync(join(client, 'node_modules')).filter((name) => !name.startsWith('.'));
    const { name, version } = ManifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
    if (installed.join() !== name) throw new Error(`installing it brought ${installed.join(', ')}`);
    const said = npm(client, ['exec', '--offline', '--', 'assay', '--version']).trim();
    if (said !== version) throw new Error(`the installed assay says ${said}, package.json says ${version}`);
    return `${packed.filename}: ${packed.files.length} files, ${(packed.size / 1e6).toFixed(2)} MB packed, runs when installed offline`;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function isExpected(path: string): boolean {
  return path === 'package.json' || PUBLISHED_FILES.some((entry) => path === entry || path.startsWith(`${entry}/`));
}

function main(argument: string | undefined): number {
  if (argument === undefined || (argument.startsWith('-') && argument !== '--check')) {
    console.error('usage: node scripts/pack.ts FOLDER | --check');
    return 2;
  }
  if (argument === '--check') console.log(check());
  else {
    makePackage(resolve(argument));
    console.log(`made ${argument}`);
  }
  return 0;
}

if (import.meta.main) process.exitCode = main(process.argv[2]);
