import { signerOf } from '#adapters/sigstore/certificate-identity';
import { describe, expect, it } from 'vitest';

const SAN = 'https://github.com/acme/toolkit/.github/workflows/plugin-release.yml@refs/tags/v1';
const FULCIO = [1, 3, 6, 1, 4, 1, 57264, 1];

/** A DER element: tag, definite length, content. */
function der(tag: number, content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  const length =
    bytes.length < 0x80
      ? [bytes.length]
      : bytes.length < 0x100
        ? [0x81, bytes.length]
        : [0x82, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
}

const uri = (text: string): Buffer => der(0x86, text);
const extension = (id: number[], value: Buffer) => ({ oid: { id }, value });
const fulcio = (number: number, value: Buffer) => extension([...FULCIO, number], value);
const sanOf = (...names: Buffer[]) => extension([2, 5, 29, 17], der(0x30, Buffer.concat(names)));
const issuer = fulcio(8, der(0x0c, 'https://token.actions.githubusercontent.com'));

function read(oids: ReturnType<typeof extension>[], subjectAlternativeName: string | undefined = SAN) {
  return signerOf({ oids, ...(subjectAlternativeName === undefined ? {} : { subjectAlternativeName }) });
}

describe('a Fulcio certificate', () => {
  it('states what its extensions say and nothing else', () => {
    const ref = `refs/tags/${'v'.repeat(200)}`;
    expect(read([sanOf(uri(SAN)), issuer, fulcio(14, der(0x0c, ref)), fulcio(15, der(0x0c, '1001'))])).toEqual({
      kind: 'keyless',
      issuer: 'https://token.actions.githubusercontent.com',
      san: SAN,
      ref,
      sourceRepositoryId: '1001',
      signerUri: undefined,
      signerDigest: undefined,
      sourceOwnerId: undefined,
      trigger: undefined,
      runnerEnvironment: undefined,
    });
  });

  it('may hold an extension of more than 255 bytes', () => {
    const long = 'r'.repeat(300);
    expect(read([sanOf(uri(SAN)), issuer, fulcio(14, der(0x0c, long))])).toMatchObject({ ref: long });
  });

  it.each([
    ['without a name', [issuer], ''],
    ['without an issuer', [sanOf(uri(SAN))], SAN],
    ['with only the deprecated issuer', [sanOf(uri(SAN)), fulcio(1, Buffer.from('https://x'))], SAN],
    ['with two names', [sanOf(uri(SAN), uri('https://evil.example')), issuer], SAN],
    ['with an extension twice', [sanOf(uri(SAN)), issuer, issuer], SAN],
    ['with its name extension missing', [issuer], SAN],
    ['with its name extension cut short', [extension([2, 5, 29, 17], Buffer.from([0x30, 5, 0x86])), issuer], SAN],
    ['with an empty name extension', [sanOf(), issuer], SAN],
  ])('%s is refused', (_what, oids, san) => {
    expect(() => read(oids, san)).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID' }));
  });

  it.each([
    ['another string type', der(0x13, '1001')],
    ['bytes after the string', Buffer.concat([der(0x0c, '1001'), Buffer.from([0])])],
    ['a length beyond the end', Buffer.from([0x0c, 9, 0x31])],
    ['a length in a longer form than needed', Buffer.from([0x0c, 0x81, 1, 0x31])],
    ['an indefinite length', Buffer.from([0x0c, 0x80, 0x31, 0, 0])],
    ['text that is not UTF-8', der(0x0c, Buffer.from([0xc0, 0x80]))],
    ['the bare text of the deprecated extensions', Buffer.from('1001')],
    ['nothing', Buffer.alloc(0)],
  ])('whose extension holds %s is refused', (_what, value) => {
    expect(() => read([sanOf(uri(SAN)), issuer, fulcio(15, value)])).toThrow(/unreadable extension 15/);
  });

  it('that names nobody at all is refused', () => {
    expect(() => signerOf(undefined)).toThrow(/names no holder/);
  });
});
