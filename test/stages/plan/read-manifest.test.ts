import { describe, expect, it } from 'vitest';
import { isAssayError, type AssayError } from '#model/errors';
import { readManifest } from '#stages/plan/read-manifest';

const MINIMAL = `name: acme/greet
version: 1.4.0
abi: { kind: custom }
builds:
  - toolchain: wat
    source: greet.wat
`;

function failure(work: () => unknown): AssayError {
  try {
    work();
  } catch (thrown) {
    if (isAssayError(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('it did not fail');
}

describe('readManifest', () => {
  it('reads a manifest and fills in what may be left out', () => {
    expect(readManifest(MINIMAL, { source: 'plugin.yaml' })).toEqual({
      name: 'acme/greet',
      version: '1.4.0',
      abi: { kind: 'custom' },
      capabilities: [],
      builds: [{ toolchain: 'wat', source: 'greet.wat' }],
    });
  });

  it('lists every problem with its line', () => {
    const text = MINIMAL.replace('wat\n', 'what\n')
      .replace('version: 1.4.0', 'version: v1.4.0')
      .concat('colour: red\n');
    const error = failure(() => readManifest(text, { source: 'plugin.yaml' }));
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.problems.map(({ path, line }) => [path, line])).toEqual(
      expect.arrayContaining([
        ['version', 2],
        ['builds[0].toolchain', 5],
        ['colour', 7],
      ]),
    );
  });

  it.each([
    [
      'every function of every host module',
      'version: 1.4.0',
      'version: 1.4.0\ncapabilities: ["host:*.*"]',
      'one host module',
    ],
    ['a version whose numbers no two programs compare alike', '1.4.0', '1.4.99999999999999999', 'SemVer'],
    ['aliases, which grow without bound', 'version', 'description: &a x\nlicense: *a\nversion', 'aliases'],
    ['a key that stands twice', 'version: 1.4.0', 'version: 1.4.0\nversion: 1.5.0', 'not valid YAML'],
    ['a letter of another script in the name', 'acme', '\u0430cme', 'lower-case letters'],
    ['a second document behind the first', 'name:', 'name: acme/other\n---\nname:', 'not valid YAML'],
  ])('refuses %s', (_, what, instead, says) => {
    const error = failure(() => readManifest(MINIMAL.replace(what, instead), { source: 'plugin.yaml' }));
    expect([error.message, ...error.problems.map(({ message }) => message)].join('\n')).toContain(says);
  });

  it('takes every function of one host module', () => {
    const text = `${MINIMAL}capabilities: ["host:env.*"]\n`;
    expect(readManifest(text, { source: 'plugin.yaml' }).capabilities).toEqual(['host:env.*']);
  });

  it('refuses sources outside the plugin folder', () => {
    for (const path of ['../evil.wat', '/etc/passwd', 'a/../../b.wat', 'C:\\evil.wat', 'a//b.wat']) {
      const error = failure(() =>
        readManifest(MINIMAL.replace('greet.wat', JSON.stringify(path)), { source: 'plugin.yaml' }),
      );
      expect(error.code, path).toBe('MANIFEST_INVALID');
    }
  });

  it('refuses inputs that are not below or above the folder', () => {
    for (const glob of ['/etc/**', 'a/../../b', 'a\\b']) {
      const text = `${MINIMAL}    inputs: [${JSON.stringify(glob)}]\n`;
      expect(failure(() => readManifest(text, { source: 'plugin.yaml' })).message, glob).toContain('builds[0].inputs');
    }
  });

  it('refuses two builds of one id', () => {
    const text = `${MINIMAL}    id: main\n  - toolchain: wat\n    source: other.wat\n    id: main\n`;
    expect(failure(() => readManifest(text, { source: 'plugin.yaml' })).message).toContain('builds[1].id');
  });

  describe('settles the version', () => {
    const unversioned = MINIMAL.replace('version: 1.4.0\n', '');

    it('from Cargo.toml', () => {
      const cargoToml = '[package]\nname = "greet"\nversion = "2.0.0-rc.1"\n';
      expect(readManifest(unversioned, { source: 'plugin.yaml', cargoToml }).version).toBe('2.0.0-rc.1');
    });

    it('from package.json', () => {
      expect(readManifest(unversioned, { source: 'plugin.yaml', packageJson: '{"version":"3.1.4"}' }).version).toBe(
        '3.1.4',
      );
    });

    it('from plugin.yaml before the others', () => {
      expect(readManifest(MINIMAL, { source: 'plugin.yaml', packageJson: '{"version":"3.1.4"}' }).version).toBe(
        '1.4.0',
      );
    });

    it('and says what to add when none is given', () => {
      const error = failure(() => readManifest(unversioned, { source: 'plugin.yaml', packageJson: '{}' }));
      expect(error.hint).toContain('version: 0.1.0');
    });

    it('and refuses one that is not SemVer, naming its file', () => {
      const error = failure(() =>
        readManifest(unversioned, { source: 'plugin.yaml', packageJson: '{"version":"1.0"}' }),
      );
      expect(error.message).toContain('package.json says version "1.0"');
    });
  });

  it.each(['v1.4.0', 'greet/v1.4.0'])('agrees with the tag %s', (tag) => {
    expect(readManifest(MINIMAL, { source: 'plugin.yaml', tag }).version).toBe('1.4.0');
  });

  it.each(['1.4.0', 'v1.4.1', 'other/v1.4.0', 'v1.4.0-rc'])('refuses the tag %s', (tag) => {
    expect(failure(() => readManifest(MINIMAL, { source: 'plugin.yaml', tag })).hint).toContain('v1.4.0');
  });
});
