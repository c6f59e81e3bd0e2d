import { chmod, chown, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalDigest } from '#model/canonical-json';
import { parseJson } from '#model/parse';
import { VerdictSchema } from '#model/verdict';
import * as z from 'zod';
import { asOrdinaryUser, NOBODY } from '../../fakes/ordinary-user.ts';
import { assay, contentsOf, copyExample, temporaryFolder } from './harness.ts';
import { newWorkplace, ok, type Workplace } from './workplace.ts';

async function checkedAndSigned(place: Workplace): Promise<string> {
  const folder = await copyExample('wat-luhn');
  await ok('check', folder);
  await ok('sign', folder, '--keys', place.keys, '--registry', place.registry);
  return folder;
}

/** Gives a folder to the ordinary user, so that what stops him there is what the test took away. */
async function handOver(folder: string): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const entries = await readdir(folder, { recursive: true });
  for (const entry of ['.', ...entries]) await chown(join(folder, entry), NOBODY, NOBODY);
}

describe('from check to publish', () => {
  it('signs, publishes, lists and verifies an approved plugin', async () => {
    const place = await newWorkplace();
    const folder = await checkedAndSigned(place);
    const { stdout } = await ok('publish', folder, '--keys', place.keys, '--registry', place.registry);
    expect(stdout).toContain('published acme/luhn 0.3.0 in snapshot 3');
    expect((await ok('registry', 'list', place.registry, '--root', place.root)).stdout).toContain('acme/luhn 0.3.0');
    const verified = await ok(
      'verify',
      join(folder, '.assay/acme.luhn.wasm'),
      '--registry',
      place.registry,
      '--root',
      place.root,
    );
    expect(verified.stdout).toMatch(/✓ provenance .*\n.*✓ verdict/);
  });

  it('changes nothing in a dry run', async () => {
    const place = await newWorkplace();
    const folder = await checkedAndSigned(place);
    const before = await contentsOf(place.registry);
    await ok('publish', folder, '--keys', place.keys, '--registry', place.registry, '--dry-run');
    expect(await contentsOf(place.registry)).toEqual(before);
  });

  it('refuses a version that is taken', async () => {
    const place = await newWorkplace();
    const folder = await checkedAndSigned(place);
    await ok('publish', folder, '--keys', place.keys, '--registry', place.registry);
    const before = await contentsOf(place.registry);
    const again = await assay(['publish', folder, '--keys', place.keys, '--registry', place.registry]);
    expect([again.exit, again.stderr.includes('[VERSION_TAKEN]')]).toEqual([2, true]);
    expect(await contentsOf(place.registry)).toEqual(before);
  });

  it('signs nothing that was not approved', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-unit-convert');
    expect((await assay(['check', folder])).exit).toBe(4);
    const before = await contentsOf(folder);
    const { exit, stderr } = await assay(['sign', folder, '--keys', place.keys, '--registry', place.registry]);
    expect([exit, stderr.includes('[NOT_APPROVED]')]).toEqual([5, true]);
    expect(await contentsOf(folder)).toEqual(before);
  });

  it('signs nothing that was changed after it was decided on', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-luhn');
    await ok('check', folder);
    const module = join(folder, '.assay/acme.luhn.wasm');
    const bytes = await readFile(module);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(module, bytes);
    const { exit, stderr } = await assay(['sign', folder, '--keys', place.keys, '--registry', place.registry]);
    expect([exit, stderr.includes('[DIGEST_MISMATCH]')]).toEqual([5, true]);
  });

  it('signs no verdict that was edited to approve', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-unit-convert');
    await assay(['check', folder]);
    const path = join(folder, '.assay/verdict.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"outcome": "reject"', '"outcome": "approve"'));
    const { exit, stderr } = await assay(['sign', folder, '--keys', place.keys, '--registry', place.registry]);
    expect([exit, stderr.includes('[DIGEST_MISMATCH]')]).toEqual([5, true]);
  });

  it('signs nothing over the audit report of another module', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-luhn');
    await ok('check', folder);
    const path = join(folder, '.assay/acme.luhn.audit.json');
    const report: unknown = JSON.parse(await readFile(path, 'utf8'));
    const { subject } = z.looseObject({ subject: z.looseObject({}) }).parse(report);
    const forged = { ...z.looseObject({}).parse(report), subject: { ...subject, digest: `sha256:${'0'.repeat(64)}` } };
    await writeFile(path, JSON.stringify(forged));
    const { exit, stderr } = await assay(['sign', folder, '--keys', place.keys, '--registry', place.registry]);
    expect([exit, stderr.includes('[DIGEST_MISMATCH]')]).toEqual([5, true]);
  });

  it('signs no verdict about another plugin than the one in plugin.yaml', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-luhn');
    await ok('check', folder);
    const manifest = join(folder, 'plugin.yaml');
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('acme/luhn', 'acme/other'));
    const before = await contentsOf(folder);
    const { exit, stderr } = await assay(['sign', folder, '--keys', place.keys, '--registry', place.registry]);
    expect([exit, stderr.includes('[NOT_APPROVED]')]).toEqual([5, true]);
    expect(await contentsOf(folder)).toEqual(before);
  });

  it('publishes no capabilities that were written into the verdict after it was signed', async () => {
    const place = await newWorkplace();
    const folder = await checkedAndSigned(place);
    const path = join(folder, '.assay/verdict.json');
    const text = await readFile(path, 'utf8');
    const edited = text.replace('"used": []', '"used": ["fs", "net"]');
    expect(edited).not.toBe(text);
    await writeFile(path, edited);
    const { exit, stderr } = await assay(['publish', folder, '--keys', place.keys, '--registry', place.registry]);
    expect([exit, stderr.includes('[DIGEST_MISMATCH]')]).toEqual([5, true]);
  });

  it('takes no waiver from a policy that the plugin itself names', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-unit-convert');
    const waiver = (rule: string) =>
      `  - { rule: ${rule}, plugin: acme/unit-convert, reason: "measured and fine", who: me, until: "2090-01-01T00:00:00Z" }\n`;
    const policy = `extends: [assay:wasi-p1@1]\nwaivers:\n${waiver('ASY220')}${waiver('ASY122')}`;
    await writeFile(join(folder, 'own.yaml'), policy);
    const manifest = join(folder, 'plugin.yaml');
    await writeFile(manifest, `${await readFile(manifest, 'utf8')}policy: own.yaml\n`);
    const shipping = ['ship', folder, '--keys', place.keys, '--registry', place.registry];
    const before = await contentsOf(place.registry);
    expect((await assay(shipping)).exit).toBe(4);
    expect(await contentsOf(place.registry)).toEqual(before);
    expect((await assay([...shipping, '--policy', join(folder, 'own.yaml')])).exit).toBe(0);
  });

  it('publishes no companion that lies behind a link out of the folder', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-luhn');
    const manifest = join(folder, 'plugin.yaml');
    const text = (await readFile(manifest, 'utf8')).replace(/^( +source: .*)$/m, '$1\n    inputs: [src/**]');
    await writeFile(manifest, `${text}companions: [{ path: docs/author.key }]\n`);
    await mkdir(join(folder, 'docs'));
    await writeFile(join(folder, 'docs/author.key'), 'no key');
    await ok('check', folder);
    await ok('sign', folder, '--keys', place.keys, '--registry', place.registry);
    await rm(join(folder, 'docs'), { recursive: true });
    await symlink(place.keys, join(folder, 'docs'), 'junction');
    expect((await assay(['check', folder])).stderr).toContain('[PATH_UNSAFE]');
    const before = await contentsOf(place.registry);
    const published = await assay(['publish', folder, '--keys', place.keys, '--registry', place.registry]);
    expect(published.stderr).toContain('[PATH_UNSAFE]');
    expect(await contentsOf(place.registry)).toEqual(before);
  });

  it('decides again by the advisories that check was given', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-luhn');
    const advisories = join(place.keys, '..', 'osv.json');
    const affected = [{ package: { ecosystem: 'crates.io', name: 'other' }, versions: ['1.0.0'] }];
    await writeFile(advisories, JSON.stringify({ id: 'X-1', modified: '2026-01-01T00:00:00Z', affected }));
    await ok('check', folder, '--advisories', advisories);
    const sign = ['sign', folder, '--keys', place.keys, '--registry', place.registry];
    expect((await assay(sign)).exit).toBe(5);
    await ok(...sign, '--advisories', advisories);
  });

  it('signs and publishes no verdict that was forged whole, digest included', async () => {
    const place = await newWorkplace();
    const folder = await copyExample('wat-unit-convert');
    await assay(['check', folder]);
    const path = join(folder, '.assay/verdict.json');
    const forged = parseJson(VerdictSchema, await readFile(path), { source: path });
    const decision = { ...forged.decision, outcome: 'approve' as const, reasons: [] };
    await writeFile(path, JSON.stringify({ ...forged, decision, digest: canonicalDigest(decision) }));
    for (const command of ['sign', 'publish']) {
      const ran = await assay([command, folder, '--keys', place.keys, '--registry', place.registry]);
      expect([ran.exit, ran.stderr.match(/\[[A-Z_]+\]/)?.[0]]).toEqual([5, '[NOT_APPROVED]']);
      expect(ran.stderr).toContain('deciding again says reject');
    }
  });

  it('publishes nothing with the key of another role', async () => {
    const place = await newWorkplace();
    const folder = await checkedAndSigned(place);
    await writeFile(join(place.keys, 'snapshot.key'), await readFile(join(place.keys, 'author.key')));
    const before = await contentsOf(place.registry);
    const { exit, stderr } = await assay(['publish', folder, '--keys', place.keys, '--registry', place.registry]);
    expect(exit).toBe(5);
    expect(stderr).toMatch(/\[(?:IDENTITY_MISMATCH|BUNDLE_INVALID)\]/);
    expect(await contentsOf(place.registry)).toEqual(before);
  });

  it('publishes nothing under a root that is not the pinned one', async () => {
    const place = await newWorkplace();
    const other = await newWorkplace();
    const folder = await checkedAndSigned(place);
    await writeFile(join(place.keys, 'registry-pin.json'), await readFile(join(other.keys, 'registry-pin.json')));
    const { exit, stderr } = await assay(['publish', folder, '--keys', place.keys, '--registry', place.registry]);
    expect([exit, stderr.includes('[ROOT_INVALID]')]).toEqual([5, true]);
  });

  // Windows has no such permission.
  it.runIf(process.platform !== 'win32')('leaves a read-only registry as it is', async () => {
    const place = await newWorkplace();
    const folder = await checkedAndSigned(place);
    const before = await contentsOf(place.registry);
    await handOver(join(place.keys, '..'));
    await handOver(join(folder, '..'));
    await chmod(place.registry, 0o555);
    const argv = ['publish', folder, '--keys', place.keys, '--registry', place.registry];
    const { exit, stderr } = await asOrdinaryUser(() => assay(argv));
    await chmod(place.registry, 0o755);
    expect([exit, stderr.includes('[FILE_UNWRITABLE]')]).toEqual([2, true]);
    expect(await contentsOf(place.registry)).toEqual(before);
  });
});

describe('keys', () => {
  it('are never overwritten', async () => {
    const folder = temporaryFolder();
    await ok('keygen', '--out', folder, '--role', 'author');
    const before = await contentsOf(folder);
    const { exit, stderr } = await assay(['keygen', '--out', folder]);
    expect([exit, stderr.includes('[KEY_UNUSABLE]')]).toEqual([2, true]);
    expect(await contentsOf(folder)).toEqual(before);
  });

  it('that are missing are named, with the command that makes them', async () => {
    const { exit, stderr } = await assay([
      'registry',
      'init',
      temporaryFolder(),
      '--id',
      'xx',
      '--keys',
      temporaryFolder(),
    ]);
    expect([exit, stderr.includes('[KEY_MISSING]'), stderr.includes('assay keygen')]).toEqual([2, true, true]);
  });
});

describe('assay init', () => {
  it.each([
    ['wat-luhn', 'src/luhn.wat', 'wat', []],
    ['wat-unit-convert', 'src/unit_convert.wat', 'wat', ['fs']],
  ])(
    'infers the toolchain of %s and declares what the bytes reach',
    async (example, source, toolchain, capabilities) => {
      const from = await copyExample(example);
      const folder = join(temporaryFolder(), 'my plugin');
      await mkdir(join(folder, 'src'), { recursive: true });
      await writeFile(join(folder, source), await readFile(join(from, source)));
      const { stdout } = await assay(['init', folder, '--name', 'acme/mine', '--json']);
      const { text } = JSON.parse(stdout) as { text: string };
      expect(text).toContain('# yaml-language-server: $schema=');
      expect(text).toContain(`toolchain: ${toolchain}`);
      expect(text).toContain(capabilities.length === 0 ? 'capabilities: []' : 'capabilities:\n  - fs');
      expect(await readFile(join(folder, 'plugin.yaml'), 'utf8')).toBe(text);
    },
  );

  it('leaves a manifest that is there alone', async () => {
    const folder = await copyExample('wat-luhn');
    const before = await contentsOf(folder);
    const { exit, stderr } = await assay(['init', folder]);
    expect([exit, stderr.includes('--force')]).toEqual([2, true]);
    expect(await contentsOf(folder)).toEqual(before);
  });
});

describe('a registry', () => {
  it('changes owners only when a person says so', async () => {
    const place = await newWorkplace();
    const other = temporaryFolder();
    await ok('keygen', '--out', other, '--role', 'author');
    const argv = [
      'registry',
      'owners',
      place.registry,
      'acme',
      '--key',
      join(other, 'author.pub'),
      '--keys',
      place.keys,
    ];
    const before = await contentsOf(place.registry);
    const refused = await assay(argv);
    expect([refused.exit, refused.stderr.includes('[TRANSITION_INVALID]')]).toEqual([5, true]);
    expect(await contentsOf(place.registry)).toEqual(before);
    await ok(...argv, '--replace');
    const folder = await copyExample('wat-luhn');
    await ok('check', folder);
    const signed = await assay(['sign', folder, '--keys', place.keys, '--registry', place.registry]);
    expect([signed.exit, signed.stderr.match(/\[[A-Z_]+\]/)?.[0]]).toEqual([5, '[BUNDLE_INVALID]']);
  });

  it('counts the verdicts of the policies it accepts, and of no others', async () => {
    const place = await newWorkplace();
    const folder = await checkedAndSigned(place);
    const publish = ['publish', folder, '--keys', place.keys, '--registry', place.registry];
    const { stdout } = await ok(
      'registry',
      'policy',
      place.registry,
      '--accept',
      'assay:strict@1',
      '--keys',
      place.keys,
      '--json',
    );
    const { acceptedPolicies } = z.object({ acceptedPolicies: z.array(z.string()) }).parse(JSON.parse(stdout));
    const [custom = ''] = acceptedPolicies;
    await ok('registry', 'policy', place.registry, '--retire', custom, '--keys', place.keys);
    const refused = await assay(publish);
    expect(refused.exit).toBe(5);
    await ok('registry', 'policy', place.registry, '--accept', 'assay:custom@1', '--keys', place.keys);
    await ok(...publish);
  });
});
