import type { Bomb } from './parts.ts';
import { custom, module, name, section, sleb, vector } from '../../binary.ts';

/** A module whose only data segment is a text over and over. */
function data(text: string): Bomb {
  return (bytes) => {
    const content = text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes);
    return module(section(5, [1, 0, 1]), section(11, [1, 1], name(content)));
  };
}

/** A custom section whose content is a text over and over. */
function customSection(text: string, title = 'x'): Bomb {
  return (bytes) => module(custom(title, text.repeat(Math.ceil(bytes / text.length))));
}

/** The same text in a hundred thousand segments. */
function segments(text: string): Bomb {
  return (bytes) => {
    const count = Math.max(1, Math.min(100_000, Math.floor(bytes / (text.length + 6))));
    const at = (index: number): Uint8Array =>
      Buffer.concat([
        Uint8Array.of(0, 0x41),
        Uint8Array.from(sleb(index * (text.length + 1))),
        Uint8Array.of(0x0b, text.length),
        Buffer.from(text, 'latin1'),
      ]);
    return module(section(5, [1, 0, 0x80, 0x02]), section(11, vector(count, at)));
  };
}

const wide = (text: string): string => [...text].join('\0') + '\0';
const GZIP = '\x1f\x8b\x08\0\0\0\0\0\0\x03';

/** Data that is made to keep searches and decoders busy. */
export const TEXT: Readonly<Record<string, Bomb>> = {
  'addresses in data': data('http://8.8.8.8/'),
  'schemes in data': data('://'),
  'schemes without an end': data('http://a.b/'.concat('a'.repeat(50))),
  'onion names': data('.onion'),
  'long onion names': data(`${'a'.repeat(55)}.onion`),
  'home folders': data('/home/'),
  'home folders of long paths': data('/home/u/aaaaaaaaaaaaaaaaaaaa'),
  'registry paths': data('registry/src/'),
  'registry paths almost right': data(`registry/src/${'a'.repeat(79)}`),
  'keys almost right': data('AKIA'),
  'keys of many kinds': data('ghp_glpat-xoxb-sk_live_AIzanpm_SG.eyJ-----BEGIN postgres'),
  'web tokens almost right': data(`eyJ${'a'.repeat(12)}.`),
  'one web token without end': data('eyJeyJeyJ'),
  'database addresses almost right': data('postgres://a:bcdefgh'),
  'words before a secret': data('secret="'),
  'words before a secret, with text': data('token = "a1B2c3D4e5F6g7H8i9J0'),
  'private keys almost right': data('-----BEGIN RSA PRIVATE KEY-----AAAA'),
  'base64 without end': data('QUtJQQ'),
  'base64 runs': data(`${'QUtJ'.repeat(11)} `),
  'base64 of secrets': data(`${'QUtJQVFVUVVBS0lBUVVRVQ'.repeat(2)} `),
  'wide text': data(wide('secret')),
  'wide text in short runs': data(`${wide('abcdefghijklmnop')}\x01\x01`),
  'gzip headers': data(GZIP),
  'gzip headers with names': data('\x1f\x8b\x08\x08\0\0\0\0\0\x03aaaa'),
  'gzip streams': data(`${GZIP}\xed\xc1\x01\x01\0\0\0\x80\x90\xfe\xaf\xee\x08\x0a\0\0\0\0`),
  'module magics': data('\0asm\x01\0\0\0'),
  'zip magics': data('PK\x03\x04\x14\0\0\0\x08\0'),
  'Windows magics': data('MZ'),
  'script lines': data('#!/bin/sh\n'),
  'xz magics': data('\xfd7zXZ\0'),
  'library versions': data('deflate 1.2.11 '),
  'Go marks': data('\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6'),
  'markup in a custom section': customSection('<script'),
  'PDF marks in a custom section': customSection('%PDF-1.'),
  'ZIP ends in a custom section': customSection('PK\x05\x06'),
  'a list of dependencies that is none': customSection('x\x9c', '.dep-v0'),
  'a source map': customSection('http://', 'sourceMappingURL'),
  'secrets in a hundred thousand segments': segments('secret="a1B2c3D4e5F6g7H8i9J0"'),
  'addresses in a hundred thousand segments': segments('http://8.8.8.8/x'),
  'paths in a hundred thousand segments': segments('/home/user/x/'),
};
