import { describe, expect, it } from 'vitest';
import { acceptFlags } from '#adapters/toolchains/accepted-flags';
import { CLANG_FLAGS, EMCC_FLAGS } from '#adapters/toolchains/c-flag-list';
import { acceptRustFlags } from '#adapters/toolchains/rust-flag-list';

const PLACE = { sourceFolder: '/copy/plugins/greet', sourceRoot: '/copy' };

describe('flags that authors pass to a C compiler', () => {
  it.each([
    '-O3',
    '-Oz',
    '-DNDEBUG',
    '-DNAME="a b"',
    '-D MAX(a,b)=a',
    '-UNDEBUG',
    '-Iinclude',
    '-I include',
    '-I../../shared/include',
    '-isystem vendor/include',
    '-include src/config.h',
    '-Llib',
    '-lm',
    'lib/libgreet.a',
    '-msimd128',
    '-mno-bulk-memory',
    '-fno-exceptions',
    '-fno-rtti',
    '-fvisibility=hidden',
    '-flto',
    '-flto=thin',
    '-ffast-math',
    '-Wall',
    '-Wno-unused-parameter',
    '-Werror=return-type',
    '-std=c11',
    '-s',
    '-nostdlib',
    '-pthread',
    '-Wl,--export=greet',
    '-Wl,--export,greet',
    '-Wl,--no-entry',
    '-Wl,--allow-undefined',
    '-Wl,-z,stack-size=65536',
    '-Wl,--initial-memory=131072,--max-memory=131072',
    '-Wl,--import-memory,--stack-first',
    '-Xlinker --export-table',
    '-mllvm -wasm-enable-sjlj',
    '-x c++',
  ])('%s is passed on', (flag) => {
    const flags = flag.startsWith('-DNAME') ? [flag] : flag.split(' ');
    expect(acceptFlags(flags, CLANG_FLAGS, PLACE)).toEqual(flags);
  });

  it.each([
    ['@flags.txt'],
    ['constructor', 'x'],
    ['__proto__', 'x'],
    ['-o', 'x'],
    ['-o/tmp/x'],
    ['-Wl,-plugin,./x.so'],
    ['-Wl,-plugin=./x.so'],
    ['-Wl,--plugin-opt=x'],
    ['-Wl,@flags'],
    ['-Wl,-o,x'],
    ['-Wl,-Map=x'],
    ['-Wl,--reproduce=x.tar'],
    ['-Wl,-L/usr/lib'],
    ['-Wl,--export'],
    ['-Xlinker', '-plugin'],
    ['-Xlinker'],
    ['-fplugin=x.so'],
    ['-fpass-plugin=x.so'],
    ['-fplugin-arg-x-y'],
    ['-fuse-ld=./evil'],
    ['-fprofile-use=/etc/passwd'],
    ['-fmodules-cache-path=/tmp'],
    ['-ftime-trace=/tmp/x'],
    ['-fdebug-compilation-dir=/x'],
    ['-Xclang', '-load', '-Xclang', 'x.so'],
    ['-mllvm', '-load=x.so'],
    ['-mllvm'],
    ['-specs=x'],
    ['--specs', 'x'],
    ['-B.'],
    ['-B', '.'],
    ['--sysroot=/'],
    ['-isysroot', '/'],
    ['-isystem/usr/include'],
    ['-isystem-after', 'x'],
    ['-I/usr/include'],
    ['-I', '/usr/include'],
    ['-I=/usr/include'],
    ['-I../../../outside'],
    ['-I..\\..\\..\\outside'],
    ['-include', '../../../etc/passwd'],
    ['-include/etc/passwd'],
    ['-imacros', 'x'],
    ['-L/usr/lib'],
    ['/usr/lib/libc.a'],
    ['../../../x.o'],
    ['-wrapper', 'x'],
    ['-save-temps'],
    ['-Wp,-MD,/tmp/x'],
    ['-Wa,-I/'],
    ['-MD'],
    ['-MF', 'x'],
    ['-target', 'x86_64'],
    ['--target=x86_64'],
    ['--config=x'],
    ['-ccc-install-dir', 'x'],
    ['-resource-dir', 'x'],
    ['-working-directory', '/'],
    ['-l../x'],
    ['-D'],
    [''],
    ['src/other.c'],
    ['--js-library', 'x.js'],
  ])('%j is refused, with what to do', (...flags) => {
    expect(() => acceptFlags(flags, CLANG_FLAGS, PLACE)).toThrow(
      expect.objectContaining({ code: 'MANIFEST_INVALID', hint: expect.stringContaining('toolchain: command') }),
    );
  });

  it('names the operand of a flag that is refused for it', () => {
    expect(() => acceptFlags(['-I', '/etc'], CLANG_FLAGS, PLACE)).toThrow(/"-I \/etc"/);
  });
});

describe('flags that authors pass to emcc', () => {
  it.each([
    '-sINITIAL_MEMORY=1048576',
    '-s ALLOW_MEMORY_GROWTH=1',
    '-sMODULARIZE',
    '-s',
    "-sEXPORTED_FUNCTIONS=['_a','_b']",
    '-sEXPORTED_FUNCTIONS=@exports.txt',
    '--no-entry',
    '--bind',
    '--js-library src/library.js',
    '--pre-js=src/pre.js',
    '--embed-file assets@/assets',
    '--closure 1',
    '-O3',
    '-Iinclude',
  ])('%s is passed on', (flag) => {
    expect(acceptFlags(flag.split(' '), EMCC_FLAGS, PLACE)).toEqual(flag.split(' '));
  });

  it.each([
    ['--js-library', '/tmp/x.js'],
    ['--js-library', '../../../x.js'],
    ['--pre-js=/tmp/x.js'],
    ['--post-js', '@x'],
    ['--embed-file', '/etc/passwd'],
    ['--embed-file', '../../../etc@/a/b/c'],
    ['--embed-file=a/../../../..@/x'],
    ['--preload-file', '../../..@'],
    ['--em-config', 'x'],
    ['--cache', '/tmp'],
    ['-sX=/etc/passwd'],
    ['--source-map-base', 'x'],
    ['--use-port=x.py'],
    ['-o', 'x.html'],
  ])('%j is refused', (...flags) => {
    expect(() => acceptFlags(flags, EMCC_FLAGS, PLACE)).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
  });
});

describe('rustflags of a plugin', () => {
  it.each([
    '-C target-feature=+simd128,+bulk-memory',
    '-Ctarget-cpu=mvp',
    '-C link-arg=-zstack-size=65536',
    '-Clink-arg=--export=greet',
    '-C link-arg=--initial-memory=131072',
    '--cfg getrandom_backend="custom"',
    '--cfg=tokio_unstable',
    '-Dwarnings',
    '-A dead_code',
    '-C panic=abort',
  ])('%s is passed on', (flag) => {
    expect(acceptRustFlags(flag.split(' '), PLACE)).toEqual(flag.split(' '));
  });

  it.each([
    ['-C', 'linker=./evil'],
    ['-Clinker=./evil'],
    ['-C', 'link-arg=-plugin'],
    ['-C', 'link-arg=/tmp/evil.o'],
    ['-C', 'link-args=--export=a -o /tmp/x'],
    ['-C', 'llvm-args=-load=x'],
    ['-C', 'profile-use=/etc/passwd'],
    ['-C', 'incremental=/tmp'],
    ['-L', '/tmp'],
    ['-l', 'evil'],
    ['--extern', 'x=/tmp/x.rlib'],
    ['-Zunstable-options'],
    ['--emit=asm'],
    ['-o', 'x'],
    ['@flags'],
    ['--sysroot', '/tmp'],
    ['--remap-path-prefix=a=b'],
  ])('%j is refused', (...flags) => {
    expect(() => acceptRustFlags(flags, PLACE)).toThrow(expect.objectContaining({ code: 'MANIFEST_INVALID' }));
  });
});
