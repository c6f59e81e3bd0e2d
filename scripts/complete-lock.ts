/**
 * Completes every package-lock.json of the repository after `npm install`: `node scripts/complete-lock.ts [--check]`.
 *
 * Tools bring one optional package for each platform. Where a registry mirror does not serve all of them, npm leaves
 * them out of the lockfile, and `npm ci` then refuses that lockfile everywhere. This adds them by name, version and
 * platform. They have no integrity, because nobody here has seen their bytes; `npm install` on their own platform
 * fills it in.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ROOT } from './scratch-tree.ts';

const PLATFORMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const CPUS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

// Records keep the order of their keys, so that npm and this script write the same file.
const ObjectSchema = z.record(z.string(), z.unknown());
const EntrySchema = z.looseObject({
  dev: z.boolean().optional(),
  license: z.string().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});

/** Entries that the lockfile needs and does not have. Throws for a package whose name tells no platform. */
export function missingEntries(packages: Readonly<Record<string, unknown>>): Record<string, object> {
  const missing: Record<string, object> = {};
  for (const entry of Object.values(packages)) {
    const parent = EntrySchema.parse(entry);
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      if (Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`))) continue;
      const { os, cpu, libc } = platformOf(name);
      missing[`node_modules/${name}`] = {
        version,
        cpu,
        ...(parent.dev === undefined ? {} : { dev: parent.dev }),
        ...(libc === undefined ? {} : { libc }),
        ...(parent.license === undefined ? {} : { license: parent.license }),
        optional: true,
        ...(os === undefined ? {} : { os }),
      };
    }
  }
  return missing;
}

function platformOf(name: string): { os?: string[]; cpu: string[]; libc?: string[] } {
  const parts = name.split(/[/-]/);
  if (parts.includes('wasm32')) return { cpu: ['wasm32'] };
  const os = parts.find((part) => PLATFORMS.includes(part));
  const cpu = parts.find((part) => CPUS.includes(part));
  if (os === undefined || cpu === undefined) throw new Error(`${name} is missing and names no platform: npm install`);
  if (os !== 'linux') return { os: [os], cpu: [cpu] };
  if (parts.includes('musl')) return { os: [os], cpu: [cpu], libc: ['musl'] };
  return parts.includes('gnu') ? { os: [os], cpu: [cpu], libc: ['glibc'] } : { os: [os], cpu: [cpu] };
}

/** The lockfiles of the repository, relative to its root. */
export function lockfiles(): string[] {
  return globSync('**/package-lock.json', { cwd: ROOT, exclude: ['**/node_modules', 'examples/plugins'] }).toSorted();
}

/** The packages of a lockfile's text. */
export function packagesOf(text: string): Record<string, unknown> {
  return ObjectSchema.parse(ObjectSchema.parse(JSON.parse(text))['packages']);
}

function complete(path: string, check: boolean): number {
  const file = join(ROOT, path);
  const text = readFileSync(file, 'utf8');
  const packages = packagesOf(text);
  const missing = missingEntries(packages);
  const paths = Object.keys(missing);
  for (const name of paths) console.log(`${path}: ${check ? 'missing' : 'added'} ${name}`);
  console.log(`${path}: ${Object.keys(packages).length} packages, ${paths.length} missing`);
  if (!check && paths.length > 0) {
    const sorted = Object.entries({ ...packages, ...missing }).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
    const lock = { ...ObjectSchema.parse(JSON.parse(text)), packages: Object.fromEntries(sorted) };
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  }
  return paths.length;
}

function main(check: boolean): number {
  const missing = lockfiles().map((path) => complete(path, check));
  return check && missing.some((count) => count > 0) ? 1 : 0;
}

if (import.meta.main) process.exitCode = main(process.argv[2] === '--check');
