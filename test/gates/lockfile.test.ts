import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockfiles, missingEntries, packagesOf } from '../../scripts/complete-lock.ts';
import { ROOT } from '../../scripts/scratch-tree.ts';

const parent = (name: string): Record<string, unknown> => ({
  'node_modules/tool': { version: '1.0.0', dev: true, license: 'MIT', optionalDependencies: { [name]: '1.0.0' } },
});

describe('the completion of the lockfile', () => {
  it.each([
    ['@tool/darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
    ['@tool/binding-win32-x64-msvc', { os: ['win32'], cpu: ['x64'] }],
    ['@tool/binding-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@tool/binding-wasm32-wasi', { cpu: ['wasm32'] }],
    ['@tool/binding-linux-arm64-gnu', { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] }],
  ])('adds %s for its platform alone', (name, platform) => {
    expect(missingEntries(parent(name))).toEqual({
      [`node_modules/${name}`]: { version: '1.0.0', dev: true, license: 'MIT', optional: true, ...platform },
    });
  });

  it('adds nothing that is there', () => {
    const packages = { ...parent('@tool/linux-x64'), 'node_modules/@tool/linux-x64': { version: '1.0.0' } };
    expect(missingEntries(packages)).toEqual({});
  });

  it('refuses a package that names no platform', () => {
    expect(() => missingEntries(parent('left-pad'))).toThrow('names no platform');
  });

  it.each(lockfiles())('has nothing to add to %s', (path) => {
    expect(missingEntries(packagesOf(readFileSync(join(ROOT, path), 'utf8')))).toEqual({});
  });
});
