/**
 * Completes package-lock.json after `npm install`: `node scripts/complete-lock.ts [--check]`.
 *
 * Tools bring one optional package for each platform. Where a registry mirror does not serve all of them, npm leaves
 * them out of the lockfile, and `npm ci` then refuses that lockfile everywhere. This adds them by name, version and
 * platform. They have no integrity, because nobody here has seen their bytes; `npm install` on their own platform
 * fills it in.
 */
import { readFileSync, writeFileSync } from 'node:fs';
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
        os,
      };
    }
  }
  return missing;
}

function platformOf(name: string): { os: string[]; cpu: string[]; libc?: string[] } {
  const parts = name.split(/[/-]/);
  const os = parts.find((part) => PLATFORMS.includes(part));
  const cpu = parts.find((part) => CPUS.includes(part));
  if (os === undefined || cpu === undefined) throw new Error(`${name} is missing and names no platform: npm install`);
  if (os !== 'linux') return { os: [os], cpu: [cpu] };
  if (parts.includes('musl')) return { os: [os], cpu: [cpu], libc: ['musl'] };
  return parts.includes('gnu') ? { os: [os], cpu: [cpu], libc: ['glibc'] } : { os: [os], cpu: [cpu] };
}

function main(flag: string | undefined): number {
  const file = join(ROOT, 'package-lock.json');
  const lock = ObjectSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const packages = ObjectSchema.parse(lock['packages']);
  const missing = missingEntries(packages);
  const paths = Object.keys(missing);
  for (const path of paths) console.log(`${flag === '--check' ? 'missing' : 'added'}: ${path}`);
  console.log(`lockfile: ${Object.keys(packages).length} packages, ${paths.length} missing`);
  if (flag === '--check') return paths.length === 0 ? 0 : 1;
  if (paths.length > 0) {
    const sorted = Object.entries({ ...packages, ...missing }).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
    writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
  }
  return 0;
}

if (import.meta.main) process.exitCode = main(process.argv[2]);
