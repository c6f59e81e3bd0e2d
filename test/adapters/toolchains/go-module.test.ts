import { describe, expect, it } from 'vitest';
import { findGoModule, goSharedInputs, requireSums } from '#adapters/toolchains/go-module';
import { repository } from './build-folder.ts';

const GO_MOD = `module example.com/greet // the plugin

go 1.24

require (
	example.com/shared v0.0.0
	"example.com/far" v1.0.0 // indirect
)
require example.com/near v1.0.0

replace example.com/shared => ../shared
replace (
	example.com/near v1.0.0 => ./near
	example.com/far => example.com/fork v1.2.3
)
`;

describe('go.mod', () => {
  it('says which modules are folders and which come from the network', async () => {
    const { plugin, root } = await repository({ 'greet/go.mod': GO_MOD }, 'greet');
    expect(await findGoModule(plugin)).toEqual({
      root: plugin,
      path: 'example.com/greet',
      replaced: [`${root}/shared`, `${plugin}/near`],
      required: ['example.com/far'],
      isVendored: false,
    });
  });

  it('that needs the network needs go.sum', async () => {
    const { plugin } = await repository({ 'go.mod': GO_MOD });
    const module = await findGoModule(plugin);
    if (module === undefined) throw new Error('no module');
    await expect(requireSums(module, 'acme/greet')).rejects.toMatchObject({
      code: 'FILE_MISSING',
      hint: expect.stringContaining('go mod tidy'),
    });
    await expect(requireSums({ ...module, isVendored: true }, 'acme/greet')).resolves.toBeUndefined();
    await expect(requireSums({ ...module, required: [] }, 'acme/greet')).resolves.toBeUndefined();
  });
});

describe('a Go plugin', () => {
  it('reads replaced modules whole', async () => {
    const sources = {
      'greet/go.mod': GO_MOD,
      'greet/main.go': 'package main',
      'shared/go.mod': 'module example.com/shared',
    };
    const { plugin } = await repository(sources, 'greet');
    expect(await goSharedInputs(plugin, 'main.go')).toEqual([{ glob: '../shared/**', file: '../shared/go.mod' }]);
  });

  it('below its module reads what it imports from there, and no other package', async () => {
    const sources = {
      'go.mod': 'module example.com/all\n',
      'go.sum': 'x',
      'internal/a/a.go': 'package a\n\nimport (\n\t"fmt"\n\t. "example.com/all/internal/b"\n)\n',
      'internal/b/b.go': 'package b\n\nimport _ "example.com/allother"\n',
      'internal/c/c.go': 'package c\n',
      'plugins/greet/main.go': 'package main\n\nimport a "example.com/all/internal/a"\n',
    };
    const { plugin } = await repository(sources, 'plugins/greet');
    expect((await goSharedInputs(plugin, 'main.go')).map(({ glob }) => glob)).toEqual([
      '../../go.mod',
      '../../go.sum',
      '../../internal/a/**',
      '../../internal/b/**',
    ]);
  });

  it('may hold import blocks that never end', async () => {
    const sources = { 'go.mod': 'module example.com/all\n', 'main.go': 'import(\n'.repeat(120_000) };
    const { plugin } = await repository(sources);
    expect(await goSharedInputs(plugin, 'main.go')).toEqual([]);
  });
});
