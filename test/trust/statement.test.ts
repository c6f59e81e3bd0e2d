import { canonicalJson } from '#model/canonical-json';
import { digestOf, hexOf } from '#model/digest';
import type { Statement } from '#model/statement';
import { encodeStatement, MAX_STATEMENT_BYTES, parseStatement, verifyStatement } from '#trust/statement';
import { describe, expect, it } from 'vitest';
import { BYTES, believing, KEYS, keyIdentity, ringOf, signerWith, TYPES, verifier } from './world.ts';

const hex = hexOf(digestOf(BYTES));
const encode = (value: unknown): Uint8Array => Buffer.from(canonicalJson(value));

function statement(change: Partial<Statement> = {}): Uint8Array {
  return encode({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'greet.wasm', digest: { sha256: hex } }],
    predicateType: TYPES.provenance,
    predicate: {},
    ...change,
  });
}

const requirement = {
  artifact: digestOf(BYTES),
  predicateType: TYPES.provenance,
  role: 'author',
  holders: [keyIdentity(KEYS.author)],
  keyring: ringOf(KEYS.author, KEYS.verdict),
};

async function verify(payload: Uint8Array, change: Partial<typeof requirement> = {}, key = KEYS.author) {
  return verifyStatement(verifier, await signerWith(key).signStatement(payload), { ...requirement, ...change });
}

describe('a signed statement', () => {
  it('is accepted from a holder, about these bytes, of the required type', async () => {
    const bundle = await signerWith(KEYS.author).signStatement(statement());
    await expect(verifyStatement(verifier, bundle, requirement)).resolves.toMatchObject({
      signer: { kind: 'key', keyId: KEYS.author.id },
      holder: keyIdentity(KEYS.author),
      bundle: digestOf(bundle),
    });
  });

  // A DSSE signature says nothing about which artifact it was handed with; only this comparison does.
  it('is refused when it is about other bytes', async () => {
    await expect(verify(statement(), { artifact: digestOf('other bytes') })).rejects.toMatchObject({
      code: 'SUBJECT_MISMATCH',
    });
  });

  it('is refused when nobody is named as its signer', async () => {
    await expect(verify(statement(), { holders: [] })).rejects.toMatchObject({ code: 'IDENTITY_MISMATCH' });
  });

  it('is refused from a key of another role, and says so', async () => {
    await expect(verify(statement(), {}, KEYS.verdict)).rejects.toMatchObject({
      code: 'IDENTITY_MISMATCH',
      message: expect.stringContaining('does not hold the role author'),
    });
  });

  it('is refused from a key that is not known at all', async () => {
    await expect(verify(statement(), {}, KEYS.stranger)).rejects.toMatchObject({ code: 'BUNDLE_INVALID' });
  });

  it('is refused when it is of another type', async () => {
    await expect(verify(statement({ predicateType: TYPES.verificationSummary }))).rejects.toMatchObject({
      code: 'STATEMENT_INVALID',
    });
  });

  it('is refused when the bundle signs no statement', async () => {
    const empty = believing({ signer: { kind: 'key', keyId: KEYS.author.id }, statement: undefined });
    await expect(verifyStatement(empty, Buffer.from('{}'), requirement)).rejects.toMatchObject({
      code: 'STATEMENT_INVALID',
    });
  });
});

describe('the subject', () => {
  it('may be one of several', async () => {
    const others = ['1', '2'].map((digit) => ({ name: digit, digest: { sha256: digit.repeat(64) } }));
    const subject = [...others, { name: 'greet.wasm', digest: { sha256: hex } }];
    await expect(verify(statement({ subject }))).resolves.toBeDefined();
    await expect(verify(statement({ subject: others }))).rejects.toThrow(/other bytes \(111111111111, 222222222222\)/);
  });

  it.each([
    ['another algorithm', { sha512: hex.repeat(2) }],
    ['the right digest under the wrong algorithm', { sha1: hex }],
    ['capital letters', { sha256: hex.toUpperCase() }],
    ['a digest that only begins alike', { sha256: `${hex}00` }],
    ['a shortened digest', { sha256: hex.slice(0, 12) }],
  ])('does not match by %s', async (_what, digest) => {
    await expect(verify(statement({ subject: [{ digest }] }))).rejects.toMatchObject({ code: 'SUBJECT_MISMATCH' });
  });
});

describe('parseStatement', () => {
  const refuse = (bytes: Uint8Array) =>
    expect(() => parseStatement(bytes)).toThrow(expect.objectContaining({ code: 'STATEMENT_INVALID' }));

  it('keeps fields that it does not know, as in-toto demands', () => {
    expect(parseStatement(encode({ ...parseStatement(statement()), later: 1 }))).toMatchObject({ later: 1 });
  });

  it('refuses an object that holds a key twice', () => {
    const text = Buffer.from(statement()).toString('utf8');
    refuse(Buffer.from(text.replace('"subject":', '"subject":[],"subject":')));
    refuse(Buffer.from(text.replace('"sha256":', `"sha256":"${'0'.repeat(64)}","sha256":`)));
  });

  it.each([
    ['text that is not JSON', Buffer.from('{')],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a value that is no object', encode([1])],
    [
      'another statement version',
      encode({ ...JSON.parse(Buffer.from(statement()).toString()), _type: 'https://in-toto.io/Statement/v0.1' }),
    ],
    ['no subject', statement({ subject: [] })],
    [
      'a subject without digest',
      encode({ ...JSON.parse(Buffer.from(statement()).toString()), subject: [{ name: 'x' }] }),
    ],
    [
      'a thousand and one subjects',
      statement({ subject: Array.from({ length: 1001 }, () => ({ digest: { sha256: hex } })) }),
    ],
    ['more bytes than a statement may have', Buffer.alloc(MAX_STATEMENT_BYTES + 1, 0x20)],
  ])('refuses %s', (_what, bytes) => refuse(bytes));

  it('is not led astray by names of JavaScript’s own', async () => {
    const digest = JSON.parse('{"__proto__":"aaaaaaaa","constructor":"bbbbbbbb"}');
    await expect(verify(statement({ subject: [{ digest }] }))).rejects.toMatchObject({
      code: expect.stringMatching(/SUBJECT_MISMATCH|STATEMENT_INVALID/),
    });
  });
});

describe('encodeStatement', () => {
  it('writes the same bytes whatever the order of keys', () => {
    const one = encodeStatement({
      subject: [{ digest: { sha256: hex } }],
      predicateType: TYPES.provenance,
      predicate: { a: 1, b: 2 },
    });
    const two = encodeStatement({
      predicate: { b: 2, a: 1 },
      predicateType: TYPES.provenance,
      subject: [{ digest: { sha256: hex } }],
    });
    expect(one).toEqual(two);
    expect(parseStatement(one).predicate).toEqual({ a: 1, b: 2 });
  });
});
