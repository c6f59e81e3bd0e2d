import { describe, expect, it } from 'vitest';
import { isAssayError } from '#model/errors';
import { readPolicy } from '#rules/policy/document';
import { flattenPolicy } from '#rules/policy/flatten';
import { PRESETS, presetFor } from '#rules/presets/catalogue';
import { ABI_KINDS } from '#model/manifest';

function flatten(text: string, files: Readonly<Record<string, string>> = {}) {
  return flattenPolicy(readPolicy(text, 'policies/policy.yaml'), {
    readFile: (path) => {
      const found = files[path];
      if (found === undefined) throw new Error(`no ${path}`);
      return found;
    },
  });
}

function failure(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isAssayError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('presets', () => {
  it.each(Object.keys(PRESETS))('%s flattens', (name) => {
    expect(flattenPolicy(name).digest).toMatch(/^sha256:/);
  });

  it.each(ABI_KINDS)('there is one for the abi %s', (kind) => {
    expect(PRESETS).toHaveProperty([presetFor(kind)]);
  });

  it('an unknown preset is named with the nearest known one', () => {
    const error = failure(() => flattenPolicy('assay:extsim@1'));
    expect(error.code).toBe('POLICY_INVALID');
    expect(error.hint).toContain('assay:extism@1');
  });
});

describe('merging', () => {
  it('lets the later document win, and says which line it was', () => {
    const policy = flatten('extends: [assay:wasi-p1@1]\ncapabilities:\n  allow: [net]\nlimits:\n  size: 1000\n');
    expect(policy.flat.capabilities?.allow).toEqual(['fs', 'net']);
    expect(policy.flat.capabilities?.review).toEqual(['process', 'threads']);
    expect(policy.flat.limits?.size).toBe(1000);
    expect(policy.origins['limits.size']).toBe('policies/policy.yaml:5');
    expect(policy.origins['capabilities.allow[0]']).toBe('assay:wasi-p1@1');
    expect(policy.origins['capabilities.allow[1]']).toBe('policies/policy.yaml:3');
  });

  it('takes an empty list of imports or features for a list, and says which line it was', () => {
    const { flat, origins } = flatten('imports:\n  allow: []\nfeatures:\n  allow: []\n');
    expect([flat.imports, flat.features]).toEqual([{ allow: [] }, { allow: [] }]);
    expect(origins).toEqual({ 'imports.allow': 'policies/policy.yaml:2', 'features.allow': 'policies/policy.yaml:4' });
  });

  it('lets deny win over review over allow within one document', () => {
    const { flat } = flatten('capabilities:\n  allow: [net, fs]\n  review: [net, fs]\n  deny: [net]\n');
    expect(flat.capabilities).toEqual({ review: ['fs'], deny: ['net'] });
  });

  it('reads files relative to the one that names them', () => {
    const { flat } = flatten('extends: [../shared/base.yaml]\n', {
      'shared/base.yaml': 'extends: [./deep/limits.yaml]\n',
      'shared/deep/limits.yaml': 'limits: { size: 7 }\n',
    });
    expect(flat.limits).toEqual({ size: 7 });
  });

  it('merges a document that two parents share only once', () => {
    const files = {
      'policies/common.yaml': 'limits: { size: 1 }\n',
      'policies/a.yaml': 'extends: [common.yaml]\nlimits: { size: 2 }\n',
      'policies/b.yaml': 'extends: [common.yaml]\n',
    };
    expect(flatten('extends: [a.yaml, b.yaml]\n', files).flat.limits).toEqual({ size: 2 });
  });

  it('refuses a cycle and says how it goes', () => {
    const error = failure(() => flatten('extends: [a.yaml]\n', { 'policies/a.yaml': 'extends: [policy.yaml]\n' }));
    expect(error.message).toContain('policies/policy.yaml → policies/a.yaml → policies/policy.yaml');
  });

  it('gives the same digest whatever the order of lists, and without waivers', () => {
    const a = flatten('capabilities:\n  allow: [net, fs]\n');
    const b = flatten(
      'capabilities:\n  allow: [fs, net]\nwaivers:\n  - { rule: ASY240, plugin: acme/greet, reason: "measured and fine", who: ann, until: "2030-01-01T00:00:00Z" }\n',
    );
    expect(b.digest).toBe(a.digest);
    expect(b.waivers).toHaveLength(1);
  });
});

describe('final', () => {
  const parent = (body: string) => ({ 'policies/parent.yaml': body });

  it.each([
    ['capabilities:\n  deny: [net]\nfinal: [capabilities.deny]\n', 'capabilities:\n  allow: [net]\n'],
    ['capabilities:\n  deny: [net]\nfinal: [capabilities]\n', 'capabilities:\n  review: [net]\n'],
    ['capabilities:\n  allow: [fs]\nfinal: [capabilities.allow]\n', 'capabilities:\n  allow: [net]\n'],
    ['imports:\n  allow: [env.log]\nfinal: [imports.allow]\n', 'imports:\n  allow: [env.send]\n'],
    ['limits: { size: 100 }\nfinal: [limits.size]\n', 'limits: { size: 101 }\n'],
    ['rules: { ASY240: warning }\nfinal: [rules]\n', 'rules: { ASY240: note }\n'],
    ['outcome: { flag: note }\nfinal: [outcome]\n', 'outcome: { flag: warning }\n'],
    ['assume: { hostWritesTables: true }\nfinal: [assume]\n', 'assume: { hostWritesTables: false }\n'],
  ])('a child may not weaken %j with %j', (base, child) => {
    const error = failure(() => flatten(`extends: [parent.yaml]\n${child}`, parent(base)));
    expect(error.code).toBe('POLICY_INVALID');
    expect(error.message).toContain('policies/parent.yaml marked final');
    expect(error.problems[0]?.line).toBeGreaterThan(1);
  });

  it('a child may be stricter', () => {
    const base =
      'limits: { size: 100 }\nrules: { ASY240: note }\ncapabilities: { allow: [fs] }\nfinal: [limits, rules, capabilities]\n';
    const child = 'limits: { size: 50 }\nrules: { ASY240: error }\ncapabilities: { deny: [fs] }\n';
    const { flat } = flatten(`extends: [parent.yaml]\n${child}`, parent(base));
    expect(flat).toMatchObject({ limits: { size: 50 }, rules: { ASY240: 'error' }, capabilities: { deny: ['fs'] } });
  });
});

describe('what is not known', () => {
  it.each([
    ['capabilites: {}\n', 'capabilites', 1],
    ['rules:\n  ASY999: note\n', 'ASY999', 2],
    ['rules:\n  ASY0240: note\n', 'ASY240', 2],
    ['extends:\n  - assay:wasi@1\n', 'assay:wasi@1', 2],
    ['limits:\n  size: -1\n', 'limits.size', 2],
    ['final: [capabilities.dney]\n', 'capabilities.dney', 1],
    ['features:\n  deny: [simdd]\n', 'simdd is not a feature', 2],
    [
      'waivers:\n  - { rule: ASY10, plugin: acme/aa, reason: "it is only a test", who: ann, until: 2030-01-01T00:00:00Z }\n',
      'ASY10 cannot be waived',
      2,
    ],
  ])('%j is an error that names the place', (text, name, line) => {
    const error = failure(() => flatten(text));
    expect(error.code).toBe('POLICY_INVALID');
    expect(error.message).toContain(name);
    expect(error.problems[0]?.line).toBe(line);
  });

  it('a file cannot be extended where none can be read', () => {
    const error = failure(() => flattenPolicy(readPolicy('extends: [a.yaml]\n', 'policy.yaml')));
    expect(error.message).toContain('policy.yaml:1');
  });
});
