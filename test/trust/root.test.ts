import { createPublicKey, ECDH } from 'node:crypto';
import { digestOf } from '#model/digest';
import { keyIdOf } from '#model/identity';
import { registryChecks } from '#trust/registry-verification';
import { joinBundles, parseRoot, splitBundles, verifyNextRoot, verifyPinnedRoot } from '#trust/root';
import { describe, expect, it } from 'vitest';
import { KEYS, keyIdentity, makeRoot, NOW, ringOf, signerWith, signRoot, verifier } from './world.ts';

const invalid = { code: 'ROOT_INVALID' };
const { root1, root2, root3, verdict, snapshot, stranger } = KEYS;

async function pinned(root: unknown, ...keys: Parameters<typeof signRoot>[1][]) {
  const { document, signatures } = await signRoot(root, ...keys);
  return verifyPinnedRoot(verifier, document, signatures, digestOf(document));
}

async function next(current: ReturnType<typeof makeRoot>, root: unknown, ...keys: Parameters<typeof signRoot>[1][]) {
  const { document, signatures } = await signRoot(root, ...keys);
  return verifyNextRoot(verifier, current, document, signatures);
}

describe('the pinned root', () => {
  it('is accepted when it is the pinned bytes, signed by its threshold', async () => {
    await expect(pinned(makeRoot(), root1, root2)).resolves.toEqual(makeRoot());
  });

  it('is refused when it is other bytes than were pinned, however well signed', async () => {
    const { document, signatures } = await signRoot(makeRoot(), root1, root2);
    await expect(verifyPinnedRoot(verifier, document, signatures, digestOf('other'))).rejects.toMatchObject(invalid);
  });

  it('is refused when one key fewer signed than it needs', async () => {
    await expect(pinned(makeRoot(), root1)).rejects.toThrow(/signed by 1 of the 2 keys/);
  });

  it('counts a key that signed twice once', async () => {
    await expect(pinned(makeRoot(), root1, root1, root1)).rejects.toThrow(/signed by 1 of the 2 keys/);
  });

  it('does not count keys that are no root keys', async () => {
    await expect(pinned(makeRoot(), root1, verdict, stranger)).rejects.toThrow(/signed by 1 of the 2 keys/);
  });

  it('is not disturbed by a further signature of a key it does not know', async () => {
    await expect(pinned(makeRoot(), stranger, root1, root2)).resolves.toBeDefined();
  });

  it('does not count a signature over other bytes', async () => {
    const { document } = await signRoot(makeRoot());
    const signatures = joinBundles([
      await signerWith(root1).signDocument(document),
      await signerWith(root2).signDocument(Buffer.from('other bytes')),
    ]);
    await expect(verifyPinnedRoot(verifier, document, signatures, digestOf(document))).rejects.toMatchObject(invalid);
  });
});

describe('the next root', () => {
  const { config: _, ...roles } = makeRoot().roles;
  const rotated = makeRoot({
    version: 2,
    rootKeys: [root2.id, root3.id],
    keys: ringOf(root2, root3, verdict, snapshot),
    roles,
  });

  it('replaces root keys when the thresholds of both roots signed', async () => {
    await expect(next(makeRoot(), rotated, root1, root2, root3)).resolves.toEqual(rotated);
  });

  it('is refused when only the threshold of the old root signed', async () => {
    await expect(next(makeRoot(), rotated, root1, root2)).rejects.toThrow(/by its own keys: signed by 1 of the 2/);
  });

  it('is refused when only its own threshold signed', async () => {
    await expect(next(makeRoot(), rotated, root2, root3)).rejects.toThrow(/keys of root 1: signed by 1 of the 2/);
  });

  it.each([1, 3, 17])('is refused with version %i after version 1', async (version) => {
    await expect(next(makeRoot(), makeRoot({ version }), root1, root2)).rejects.toThrow(/cannot follow/);
  });

  it('is refused when it is of another registry', async () => {
    const elsewhere = makeRoot({ version: 2, canonicalUrl: 'https://evil.example' });
    await expect(next(makeRoot(), elsewhere, root1, root2)).rejects.toThrow(/another registry/);
    const renamed = makeRoot({ version: 2, registryId: 'other' });
    await expect(next(makeRoot(), renamed, root1, root2)).rejects.toThrow(/another registry/);
  });
});

describe('parseRoot', () => {
  const parse = async (root: unknown) => parseRoot((await signRoot(root)).document);

  it('refuses one key under two ids, which would count as two', async () => {
    const alias = 'f'.repeat(64);
    const root = makeRoot({ rootKeys: [root1.id, alias], keys: { ...makeRoot().keys, [alias]: root1.publicKey } });
    await expect(parse(root)).rejects.toThrow(/the key's own id is/);
  });

  it.each(['compressed', 'hybrid'] as const)('refuses a key in %s form, which would count as another', async (form) => {
    const spki = Buffer.from(root1.publicKey.spki, 'base64');
    const point = ECDH.convertKey(spki.subarray(26), 'prime256v1', undefined, undefined, form);
    const header = spki.subarray(0, 26);
    // Two lengths in the header: of everything, and of the bit string with the point.
    header[1] = 24 + point.length;
    header[24] = 1 + point.length;
    const der = Buffer.concat([header, Buffer.from(point)]);
    expect(createPublicKey({ key: der, format: 'der', type: 'spki' }).asymmetricKeyType).toBe('ec');
    const alias = keyIdOf(der);
    const key = { type: 'ecdsa-p256' as const, spki: der.toString('base64') };
    const root = makeRoot({ rootKeys: [root1.id, alias], keys: { ...makeRoot().keys, [alias]: key } });
    await expect(parse(root)).rejects.toThrow(/uncompressed point/);
  });

  it('refuses a key that holds two roles', async () => {
    const { roles } = makeRoot();
    await expect(parse(makeRoot({ roles: { ...roles, snapshot: roles.verdict } }))).rejects.toThrow(
      /more than one role/,
    );
    await expect(parse(makeRoot({ roles: { ...roles, config: [keyIdentity(root1)] } }))).rejects.toThrow(
      /more than one role/,
    );
  });

  it('refuses an identity whose key is not listed', async () => {
    const { roles } = makeRoot();
    await expect(parse(makeRoot({ roles: { ...roles, snapshot: [keyIdentity(stranger)] } }))).rejects.toThrow(
      /does not list it/,
    );
  });

  it.each([
    ['an unknown key', { ...makeRoot(), extra: 1 }],
    ['no roles', { ...makeRoot(), roles: {} }],
    ['a threshold of none', makeRoot({ threshold: 0 })],
    ['a threshold above the number of keys', makeRoot({ threshold: 3 })],
    ['the same root key twice', makeRoot({ rootKeys: [root1.id, root1.id] })],
    ['a local expiry time', makeRoot({ expires: '2027-01-01T00:00:00' })],
  ])('refuses %s', async (_what, root) => {
    await expect(parse(root)).rejects.toMatchObject(invalid);
  });

  it('refuses a document that says a thing twice', () => {
    const text = JSON.stringify(makeRoot()).replace('"threshold":2', '"threshold":2,"threshold":1');
    expect(() => parseRoot(Buffer.from(text))).toThrow(/"threshold" twice/);
  });

  it('refuses a keyless identity that leaves a field out', async () => {
    const { roles } = makeRoot();
    const partial = { kind: 'keyless', issuer: 'https://token.actions.githubusercontent.com', ref: 'refs/heads/main' };
    await expect(parse({ ...makeRoot(), roles: { ...roles, snapshot: [partial] } })).rejects.toMatchObject(invalid);
  });
});

describe('the signature file', () => {
  it('holds one bundle a line', async () => {
    const { document, signatures } = await signRoot(makeRoot(), root1, root2);
    expect(splitBundles(signatures)).toHaveLength(2);
    expect(joinBundles(splitBundles(signatures))).toEqual(Buffer.from(signatures));
    await expect(
      verifier.verifyDocument(splitBundles(signatures)[0] ?? signatures, document, ringOf(root1)),
    ).resolves.toBeDefined();
  });

  it.each([
    ['empty', ''],
    ['with an empty line', '{}\n\n{}\n'],
    ['with more lines than keys could be', '{}\n'.repeat(65)],
    ['huge', 'x'.repeat(1024 * 1024 + 1)],
  ])('is refused when %s', (_what, text) => {
    expect(() => splitBundles(Buffer.from(text))).toThrow(expect.objectContaining(invalid));
  });

  it('that cannot be read is an error and not a missing signature', async () => {
    const { document, signatures } = await signRoot(makeRoot(), root1, root2);
    const damaged = Buffer.concat([Buffer.from('{"not":"a bundle"}\n'), signatures]);
    await expect(verifyPinnedRoot(verifier, document, damaged, digestOf(document))).rejects.toMatchObject({
      code: 'BUNDLE_MALFORMED',
    });
  });
});

describe('expiry', () => {
  it('ends a root at the very instant it names', () => {
    const { requireUnexpired } = registryChecks(verifier);
    const root = makeRoot({ expires: NOW.toISOString() });
    expect(() => requireUnexpired(root, NOW)).toThrow(expect.objectContaining({ code: 'ROOT_EXPIRED' }));
    expect(() => requireUnexpired(root, new Date(NOW.getTime() - 1))).not.toThrow();
  });
});

describe('a snapshot', () => {
  const document = Buffer.from('{"serial":1}');
  const checks = registryChecks(verifier);

  it('is accepted from a holder of the snapshot role', async () => {
    const bundle = await signerWith(snapshot).signDocument(document);
    await expect(checks.snapshot(makeRoot(), document, bundle)).resolves.toBeUndefined();
  });

  it.each([['verdict'], ['config'], ['root1']] as const)('is refused when the %s key signed it', async (role) => {
    const bundle = await signerWith(KEYS[role]).signDocument(document);
    await expect(checks.snapshot(makeRoot(), document, bundle)).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH' });
  });

  it('is refused when an unknown key signed it, or when its bytes changed', async () => {
    const forged = await signerWith(stranger).signDocument(document);
    await expect(checks.snapshot(makeRoot(), document, forged)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
    const genuine = await signerWith(snapshot).signDocument(document);
    await expect(checks.snapshot(makeRoot(), Buffer.from('{"serial":2}'), genuine)).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
    });
  });
});
