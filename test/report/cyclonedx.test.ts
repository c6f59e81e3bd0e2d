import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { renderCycloneDx } from '#report/cyclonedx';
import { auditBytes, customSection, withCustom } from '../rules/audited.ts';

const list = deflateSync(
  JSON.stringify({
    packages: [
      { name: 'greet', version: '1.4.0', source: 'local', root: true },
      { name: 'serde_json', version: '1.0.79', source: 'crates.io' },
      { name: 'cc', version: '1.1.0', source: 'crates.io', kind: 'build' },
    ],
  }),
);

describe('a bill of materials', () => {
  it('lists what the bytes name, with package URLs, and leaves out what only the build used', async () => {
    const report = await auditBytes(await withCustom('(module)', customSection('.dep-v0', list)));
    const bom: unknown = JSON.parse(renderCycloneDx(report, { name: 'acme/greet', version: '1.4.0' }));
    expect(bom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: expect.stringMatching(
        /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      metadata: { component: { name: 'acme/greet', version: '1.4.0', hashes: [{ alg: 'SHA-256' }] } },
      components: [{ name: 'serde_json', version: '1.0.79', purl: 'pkg:cargo/serde_json@1.0.79' }],
    });
  });

  it('is the same text for the same artifact', async () => {
    const report = await auditBytes(await withCustom('(module)', customSection('.dep-v0', list)));
    const other = { ...report, engine: { assay: '9', validator: 'other' } };
    expect(renderCycloneDx(other, { name: 'a/b' })).toBe(renderCycloneDx(report, { name: 'a/b' }));
  });

  it('is whole where nothing is known', async () => {
    const report = await auditBytes(await withCustom('(module)'));
    expect(JSON.parse(renderCycloneDx(report, { name: 'a/b' }))).toMatchObject({
      components: [],
      dependencies: [{ dependsOn: [] }],
    });
  });
});
