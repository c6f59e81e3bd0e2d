import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { reportGate } from './gate-report.ts';
import { ROOT, scratchTree } from './scratch-tree.ts';

/** SPDX identifiers of licences whose code may be shipped inside a work under Apache-2.0. */
const COMPATIBLE: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  // What packages of before SPDX call the MIT licence.
  'MIT/X11',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Packages without a fitting licence that are installed but never shipped: scripts/build-dist.ts leaves them out. */
const NOT_SHIPPED: ReadonlySet<string> = new Set(['node_modules/buffers']);

const LockSchema = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), license: z.string().optional() })),
});
const InstalledSchema = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });

/** Whether an SPDX expression of AND, OR and brackets leaves a choice that is compatible; anything else is not. */
function isCompatible(expression: string): boolean {
  const bare = expression.trim().replace(/^\((.*)\)$/, '$1');
  if (bare.includes('(')) return false;
  return bare.split(' OR ').some((choice) => choice.split(' AND ').every((part) => COMPATIBLE.has(part.trim())));
}

function complaint(name: string, licence: string | undefined): string[] {
  if (licence === undefined) return [`${name} names no licence`];
  return isCompatible(licence) ? [] : [`${name} is under ${licence}, which does not fit Apache-2.0`];
}

/** Every production dependency of the lockfile, by what is installed or, for other platforms, by what the lock says. */
function dependencies(root: string): string[] {
  const lock = LockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && entry.dev !== true && !NOT_SHIPPED.has(path))
    .flatMap(([path, entry]) => {
      const manifest = join(root, path, 'package.json');
      if (!existsSync(manifest)) return complaint(path, entry.license);
      const installed = InstalledSchema.parse(JSON.parse(readFileSync(manifest, 'utf8')));
      return complaint(`${installed.name} ${installed.version}`, installed.license);
    });
}

/** Every package that the build listed as bundled, wherever it came from. */
function bundled(root: string): string[] {
  const file = join(root, 'dist', 'licenses.txt');
  if (!existsSync(file)) return [];
  const [, ...parts] = readFileSync(file, 'utf8').split(/^(?=(?:@[\w.-]+\/)?[\w.-]+ \d+\.\d+\.\d+\S*\n\S)/m);
  if (parts.length === 0) return ['dist/licenses.txt lists no package: is it still in the form that this gate reads?'];
  return parts.flatMap((part) => {
    const [name = '', licence] = part.split('\n');
    return complaint(`bundled ${name}`, licence);
  });
}

function check(root: string): string[] {
  return [...dependencies(root), ...bundled(root)];
}

function silentCanaries(): { silent: string[]; canaries: number } {
  using tree = scratchTree([]);
  const licences = [
    'GPL-3.0-only',
    'MIT AND GPL-2.0-only',
    'SEE LICENSE IN LICENSE',
    'UNLICENSED',
    '(MIT OR (GPL-2.0))',
  ];
  const packages = Object.fromEntries(
    [...licences, 'MIT', '(MIT OR GPL-2.0-only)', 'BSD-3-Clause AND MIT'].map((license, index) => [
      `node_modules/canary-${index}`,
      { license },
    ]),
  );
  const others = { 'node_modules/nameless': {}, 'node_modules/tool': { license: 'GPL-3.0-only', dev: true } };
  tree.write('package-lock.json', JSON.stringify({ packages: { '': {}, ...packages, ...others } }));
  tree.write(
    'dist/licenses.txt',
    'Assay bundles.\n\ngood 1.0.0\nMIT\n\ntext\n\n-----\n\n@bad/one 2.0.0\nAGPL-3.0-only\n\ntext\n',
  );
  const found = check(tree.folder);
  const expected = [
    ...licences.map(
      (licence, index) => `node_modules/canary-${index} is under ${licence}, which does not fit Apache-2.0`,
    ),
    'node_modules/nameless names no licence',
    'bundled @bad/one 2.0.0 is under AGPL-3.0-only, which does not fit Apache-2.0',
  ];
  return {
    silent: [
      ...expected.filter((line) => !found.includes(line)).map((line) => `stayed green: ${line}`),
      ...found.filter((line) => !expected.includes(line)).map((line) => `accused wrongly: ${line}`),
    ],
    canaries: expected.length,
  };
}

process.exitCode = reportGate({ gate: 'licences', complaints: check(ROOT), ...silentCanaries() });
