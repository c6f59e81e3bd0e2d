import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ManifestSchema } from '#model/manifest';
import { PolicySchema } from '#model/policy';
import { PRESETS } from '#rules/presets/catalogue';
import { jsonSchema, PUBLISHED_SCHEMAS, schemaAddress } from '../../scripts/docs/schemas.ts';
import { ROOT } from '../../scripts/scratch-tree.ts';

const FORMATS = { 'date-time': true, uri: true, base64: true } as const;

/** Validates by the published file, as an editor would. */
function published(name: string): ValidateFunction {
  const schema: unknown = JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8'));
  if (typeof schema !== 'object' || schema === null) throw new Error(`${name} is not a schema`);
  return new Ajv2020({ formats: FORMATS, allowUnionTypes: true }).compile(schema);
}

const manifest = {
  name: 'acme/greet',
  version: '1.4.0',
  abi: { kind: 'wasi-p1', host: '>=1.0.0' },
  capabilities: ['stdio', 'host:env.log'],
  builds: [{ toolchain: 'zig-cc', source: ['src/main.c', 'src/a.c'], optimize: 'size', options: { flags: ['-x'] } }],
  companions: [{ path: 'icon.svg' }],
};

const wrongManifests: Readonly<Record<string, unknown>> = {
  'no name': { ...manifest, name: undefined },
  'a name without a namespace': { ...manifest, name: 'greet' },
  'a name with three parts': { ...manifest, name: 'a1/b1/c1' },
  'an upper-case name': { ...manifest, name: 'Acme/greet' },
  'a double hyphen': { ...manifest, name: 'acme/gr--eet' },
  'a hyphen at the end': { ...manifest, name: 'acme/greet-' },
  'a Windows device': { ...manifest, name: 'acme/con' },
  'a Windows device as namespace': { ...manifest, name: 'lpt1/greet' },
  'a segment of one letter': { ...manifest, name: 'a/greet' },
  'a segment of 41 letters': { ...manifest, name: `acme/${'a'.repeat(41)}` },
  'a v before the version': { ...manifest, version: 'v1.4.0' },
  'a version of two parts': { ...manifest, version: '1.4' },
  'an unknown key': { ...manifest, autor: 'me' },
  'an unknown key below': { ...manifest, abi: { kind: 'wasi-p1', hosts: '1' } },
  'an unknown abi': { ...manifest, abi: { kind: 'wasi-p9' } },
  'an unknown capability': { ...manifest, capabilities: ['network'] },
  'a host capability without a name': { ...manifest, capabilities: ['host:env'] },
  'no builds': { ...manifest, builds: [] },
  'an unknown toolchain': { ...manifest, builds: [{ toolchain: 'gcc', source: 'a.c' }] },
  'a path that climbs': { ...manifest, companions: [{ path: '../icon.svg' }] },
  'a path that climbs later': { ...manifest, companions: [{ path: 'a/../../icon.svg' }] },
  'an absolute path': { ...manifest, companions: [{ path: '/icon.svg' }] },
  'a path with a drive': { ...manifest, companions: [{ path: 'c:icon.svg' }] },
  'a path with backslashes': { ...manifest, companions: [{ path: 'a\\icon.svg' }] },
  'a path with an empty part': { ...manifest, companions: [{ path: 'a//icon.svg' }] },
  'a path that ends in a slash': { ...manifest, companions: [{ path: 'a/' }] },
  'a path with a dot': { ...manifest, companions: [{ path: './icon.svg' }] },
  'a text for a list': { ...manifest, builds: 'src/main.c' },
  'nothing at all': null,
};

const soundManifests: Readonly<Record<string, unknown>> = {
  'one with everything': manifest,
  'one without version and capabilities': { ...manifest, version: undefined, capabilities: undefined },
  'a prerelease with metadata': { ...manifest, version: '1.0.0-rc.1+build.5' },
  'a namespace that only begins like a device': { ...manifest, name: 'con-tools/nulls' },
  'a file that begins with dots': { ...manifest, companions: [{ path: '..icon/...svg' }] },
};

/** What is left after JSON, because that is what both readers see. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the published schema of plugin.yaml', () => {
  const accepts = published('plugin');

  it.each(globSync('examples/plugins/*/plugin.yaml', { cwd: ROOT }))('accepts %s', (path) => {
    const value: unknown = parse(readFileSync(join(ROOT, path), 'utf8'));
    expect(accepts(value), JSON.stringify(accepts.errors)).toBe(true);
    expect(ManifestSchema.safeParse(value).success).toBe(true);
  });

  it.each(Object.entries(soundManifests))('accepts %s, as the parser does', (_what, value) => {
    expect(accepts(asJson(value)), JSON.stringify(accepts.errors)).toBe(true);
    expect(ManifestSchema.safeParse(asJson(value)).success).toBe(true);
  });

  it.each(Object.entries(wrongManifests))('refuses %s, as the parser does', (_what, value) => {
    expect(accepts(asJson(value))).toBe(false);
    expect(ManifestSchema.safeParse(asJson(value)).success).toBe(false);
  });
});

describe('the published schema of policy.yaml', () => {
  const accepts = published('policy');

  it.each(Object.entries(PRESETS))('accepts the preset %s', (_name, preset) => {
    expect(accepts(asJson(preset)), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each([
    ['an unknown key', { capability: { allow: ['fs'] } }],
    ['an unknown level', { rules: { ASY240: 'fatal' } }],
    ['a rule that is none', { rules: { ABC: 'error' } }],
    ['a negative limit', { limits: { size: -1 } }],
    ['a waiver without a reason', { waivers: [{ rule: 'ASY240', plugin: 'acme/greet', who: 'me' }] }],
  ])('refuses %s, as the parser does', (_what, value) => {
    expect(accepts(value)).toBe(false);
    expect(PolicySchema.safeParse(value).success).toBe(false);
  });
});

describe('every published schema', () => {
  it.each(PUBLISHED_SCHEMAS.map((entry) => [entry.name, entry] as const))(
    '%s has its address and compiles',
    (name, entry) => {
      const schema = jsonSchema(entry);
      expect(schema).toMatchObject({
        $id: schemaAddress(name),
        $schema: 'https://json-schema.org/draft/2020-12/schema',
      });
      expect(published(name)(42)).toBe(false);
    },
  );
});
