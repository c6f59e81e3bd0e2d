import { describe, expect, it } from 'vitest';
import type { Manifest } from '#model/manifest';
import { selectChanged } from '#stages/plan/select-changed';

function plugin(folder: string, name: string, more: Partial<Manifest> = {}, inputs?: string[]) {
  const build = { toolchain: 'wat' as const, source: 'a.wat', ...(inputs === undefined ? {} : { inputs }) };
  return { folder, manifest: { name, abi: { kind: 'custom' as const }, capabilities: [], builds: [build], ...more } };
}

function names(plugins: ReturnType<typeof plugin>[], ...changed: string[]): string[] {
  return selectChanged(plugins, changed).map((found) => found.manifest.name);
}

describe('selectChanged', () => {
  it('takes a changed file as its innermost plugin’s', () => {
    const plugins = [plugin('.', 'acme/root'), plugin('inner', 'acme/inner'), plugin('inner-most', 'acme/other')];
    expect(names(plugins, 'inner/src/a.wat')).toEqual(['acme/inner']);
    expect(names(plugins, 'a.wat')).toEqual(['acme/root']);
    expect(names(plugins, 'inner-most/a.wat')).toEqual(['acme/other']);
  });

  it('takes a submodule for all that lies below it', () => {
    const whole = plugin('plugins/whole', 'acme/whole');
    const holder = plugin('plugins/holder', 'acme/holder', {}, ['**/*.c', '!vendor/lib/test/**']);
    const sharer = plugin('plugins/sharer', 'acme/sharer', {}, ['**', '../../shared/lib/src/*.h']);
    const plugins = [whole, holder, sharer];
    expect(names(plugins, 'plugins/whole')).toEqual(['acme/whole']);
    expect(names(plugins, 'plugins/whole/')).toEqual(['acme/whole']);
    expect(names(plugins, 'plugins/holder/vendor/lib/')).toEqual(['acme/holder']);
    expect(names(plugins, 'shared/')).toEqual(['acme/sharer']);
    expect(names(plugins, 'plugins')).toEqual(['acme/whole', 'acme/holder', 'acme/sharer']);
    expect(names(plugins, 'elsewhere/', 'plugins/who', 'shared')).toEqual([]);
  });

  it('goes by the declared inputs, the manifest and the companions', () => {
    const companions = [{ path: 'icon.png' }];
    const plugins = [plugin('p', 'acme/strict', { companions }, ['src/**', '!src/**/*.md'])];
    expect(names(plugins, 'p/docs/guide.md')).toEqual([]);
    expect(names(plugins, 'p/src/notes.md')).toEqual([]);
    expect(names(plugins, 'p/src/.hidden')).toEqual(['acme/strict']);
    expect(names(plugins, 'p/plugin.yaml')).toEqual(['acme/strict']);
    expect(names(plugins, 'p/icon.png')).toEqual(['acme/strict']);
  });

  it('follows shared files that inputs name above the folder', () => {
    const plugins = [plugin('plugins/a', 'acme/aa', {}, ['**', '../../shared/*.h']), plugin('plugins/b', 'acme/bb')];
    expect(names(plugins, 'shared/common.h')).toEqual(['acme/aa']);
    expect(names(plugins, 'shared/common.c')).toEqual([]);
  });

  it('takes lock files and workspace files as every plugin’s below them', () => {
    const plugins = [plugin('rust/a', 'acme/aa'), plugin('rust/b', 'acme/bb'), plugin('c', 'acme/cc')];
    expect(names(plugins, 'rust/Cargo.lock')).toEqual(['acme/aa', 'acme/bb']);
    expect(names(plugins, 'rust/.cargo/config.toml')).toEqual(['acme/aa', 'acme/bb']);
    expect(names(plugins, 'package-lock.json')).toEqual(['acme/aa', 'acme/bb', 'acme/cc']);
  });

  it('takes what depends on a changed plugin along, at any distance', () => {
    const plugins = [
      plugin('base', 'acme/base'),
      plugin('mid', 'acme/mid', { dependencies: { 'acme/base': '^1.0.0' } }),
      plugin('top', 'acme/top', { dependencies: { 'acme/mid': '^1.0.0' } }),
      plugin('alone', 'acme/alone'),
    ];
    expect(names(plugins, 'base/a.wat')).toEqual(['acme/base', 'acme/mid', 'acme/top']);
  });

  it('ignores what builds never read', () => {
    expect(names([plugin('p', 'acme/pp')], 'p/node_modules/x/index.js', 'p/.git/HEAD', 'README.md')).toEqual([]);
  });
});
