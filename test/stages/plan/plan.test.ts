import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BuildMatrixSchema } from '#model/build-record';
import type { Build, VersionedManifest } from '#model/manifest';
import { plan } from '#stages/plan/plan';

const WAT: Build = { toolchain: 'wat', source: 'a.wat' };

function manifest(name: string, builds: Build[] = [WAT], more: Partial<VersionedManifest> = {}): VersionedManifest {
  return { name, version: '1.0.0', abi: { kind: 'custom' }, capabilities: [], builds, ...more };
}

function ids(builds: Build[]): string[] {
  return plan({ manifests: [{ folder: '.', manifest: manifest('acme/greet', builds) }] }).include.map((job) => job.id);
}

describe('plan', () => {
  it('makes one job of one build, named after the plugin', () => {
    const matrix = plan({ manifests: [{ folder: 'plugins/greet', manifest: manifest('acme/greet') }] });
    expect(matrix.include).toEqual([
      {
        id: 'acme.greet',
        plugin: 'acme/greet',
        version: '1.0.0',
        folder: 'plugins/greet',
        toolchain: 'wat',
        sources: ['a.wat'],
        optimize: 'size',
        options: {},
        inputs: [],
      },
    ]);
  });

  it('names jobs after the axes that tell them apart', () => {
    expect(
      ids([{ ...WAT, matrix: { optimize: ['size', 'speed'], target: ['wasm32-wasip1', 'wasm32-wasip2'] } }]),
    ).toEqual([
      'acme.greet.wasm32-wasip1.size',
      'acme.greet.wasm32-wasip1.speed',
      'acme.greet.wasm32-wasip2.size',
      'acme.greet.wasm32-wasip2.speed',
    ]);
    expect(
      ids([
        { ...WAT, id: 'slim' },
        { toolchain: 'zig-cc', source: 'a.c' },
      ]),
    ).toEqual(['acme.greet.slim', 'acme.greet.zig-cc']);
  });

  it('keeps names apart that only differ in characters a file name cannot hold', () => {
    const names = ids([{ ...WAT, matrix: { features: ['a b', 'a/b', 'A b', 'a-b', ''] } }]);
    expect(new Set(names).size).toBe(5);
    expect(names.every((name) => /^[a-z0-9._-]+$/.test(name))).toBe(true);
  });

  it('gives every job a valid id of its own, whatever the names and axes', () => {
    const segment = fc.stringMatching(/^[a-z0-9](-?[a-z0-9]){1,39}$/).filter((text) => text.length <= 40);
    const axis = fc.uniqueArray(fc.string({ maxLength: 40 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(segment, segment), { minLength: 1, maxLength: 6, selector: (pair) => pair.join('/') }),
        axis,
        axis,
        (names, target, features) => {
          const manifests = names.map(([namespace, name], index) => ({
            folder: `p${index}`,
            manifest: manifest(`${namespace}/${name}`, [{ ...WAT, matrix: { target, features } }]),
          }));
          const { include } = plan({ manifests });
          expect(new Set(include.map((job) => job.id)).size).toBe(names.length * target.length * features.length);
          BuildMatrixSchema.shape.include.element.shape.id.parse(include[0]?.id);
          expect(include.every((job) => /^[a-z0-9][a-z0-9._-]{0,120}$/.test(job.id))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('does not change an id when another plugin joins', () => {
    const one = { folder: 'one', manifest: manifest('acme/one', [{ ...WAT, matrix: { target: ['x'] } }]) };
    const two = { folder: 'two', manifest: manifest('acme/two') };
    expect(plan({ manifests: [two, one] }).include[1]).toEqual(plan({ manifests: [one] }).include[0]);
  });

  it('asks for an id when two builds cannot be told apart', () => {
    expect(() => ids([WAT, WAT])).toThrow('would both be called "acme.greet.wat"');
  });

  it('refuses one name in two folders', () => {
    const manifests = ['a', 'b'].map((folder) => ({ folder, manifest: manifest('acme/greet') }));
    expect(() => plan({ manifests })).toThrow(expect.objectContaining({ code: 'PLUGIN_CONFLICT' }));
  });

  it('refuses more jobs than a matrix takes, naming the largest plugin', () => {
    const features = Array.from({ length: 257 }, (_, i) => `f${i}`);
    const manifests = [{ folder: '.', manifest: manifest('acme/wide', [{ ...WAT, matrix: { features } }]) }];
    expect(() => plan({ manifests })).toThrow(
      expect.objectContaining({ code: 'BUILD_LIMIT', problems: [{ message: 'acme/wide has 257 jobs' }] }),
    );
  });

  it('refuses axes that multiply past any matrix, without multiplying them out', () => {
    const values = Array.from({ length: 3000 }, (_, i) => `v${i}`);
    const matrix = { target: values, features: values, optimize: ['size' as const, 'speed' as const] };
    expect(() => ids([{ ...WAT, matrix }])).toThrow(
      expect.objectContaining({ code: 'BUILD_LIMIT', message: expect.stringContaining('18000000 combinations') }),
    );
  });

  it('refuses inputs that leave the workspace', () => {
    const build = { ...WAT, inputs: ['../../shared/**'] };
    const manifests = [{ folder: 'plugins', manifest: manifest('acme/greet', [build]) }];
    expect(() => plan({ manifests })).toThrow('leaves the workspace');
  });

  it('plans three changed plugins of a thousand', () => {
    const manifests = Array.from({ length: 1000 }, (_, i) => ({
      folder: `plugins/p${i}`,
      manifest: manifest(`acme/p${i}`),
    }));
    const changed = ['plugins/p7/a.wat', 'plugins/p500/src/deep/b.c', 'plugins/p999/plugin.yaml', 'README.md'];
    expect(plan({ manifests, changed }).include.map((job) => job.plugin)).toEqual([
      'acme/p7',
      'acme/p500',
      'acme/p999',
    ]);
  });
});

describe('a matrix', () => {
  const base: Build = { toolchain: 'rust', source: 'src/lib.rs' };

  it('drops what exclude matches in part', () => {
    const matrix = {
      optimize: ['size', 'debug'] as ('size' | 'debug')[],
      features: ['simd', 'plain'],
      exclude: [{ optimize: 'debug', features: 'simd' }],
    };
    expect(ids([{ ...base, matrix }])).toEqual([
      'acme.greet.size.simd',
      'acme.greet.size.plain',
      'acme.greet.debug.plain',
    ]);
  });

  it('extends with include what it does not contradict, and adds the rest', () => {
    const matrix = {
      target: ['wasm32-wasip1', 'wasm32-unknown-unknown'],
      include: [{ features: 'simd' }, { target: 'wasm32-wasip1', optimize: 'speed' }, { target: 'wasm32-wasip2' }],
    };
    const jobs = plan({
      manifests: [{ folder: '.', manifest: manifest('acme/greet', [{ ...base, matrix }]) }],
    }).include;
    expect(jobs.map(({ target, optimize, features }) => ({ target, optimize, features }))).toEqual([
      { target: 'wasm32-wasip1', optimize: 'speed', features: 'simd' },
      { target: 'wasm32-unknown-unknown', optimize: 'size', features: 'simd' },
      { target: 'wasm32-wasip2', optimize: 'size', features: undefined },
    ]);
  });

  it.each([
    ['an unknown axis', { include: [{ colour: 'red' }] }, '"colour", which is not an axis'],
    ['an unknown toolchain', { include: [{ toolchain: 'cobol' }] }, '"cobol" is not known'],
    ['nothing left', { features: ['a'], exclude: [{ features: 'a' }] }, 'leaves no combination'],
  ])('refuses %s', (_what, matrix, message) => {
    expect(() => ids([{ ...base, matrix }])).toThrow(message);
  });
});
