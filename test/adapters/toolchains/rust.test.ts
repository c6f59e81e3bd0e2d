import { describe, expect, it } from 'vitest';
import { rust } from '#adapters/toolchains/rust';
import { compile, exportsOf, hasNames, importsOf } from './compile.ts';
import { describeInstalled } from './installed.ts';

const CRATE = {
  'src/lib.rs':
    '#[no_mangle]\npub extern "C" fn slug(n: i32) -> i32 {\n    println!("{}", n);\n    n.checked_mul(2).expect("too large")\n}\n',
  'Cargo.toml':
    '[package]\nname = "greet"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n\n[features]\nloud = []\n',
};

await describeInstalled(
  rust,
  () => {
    it('compiles a crate to the same bytes in any folder, without a trace of the folders', async () => {
      const [one, two] = [await compile(rust, CRATE), await compile(rust, CRATE)];
      expect(one.bytes).toEqual(two.bytes);
      expect(exportsOf(one.bytes)).toContain('slug');
      expect(importsOf(one.bytes)).toContain('wasi_snapshot_preview1.fd_write');
      expect(hasNames(one.bytes)).toBe(false);
      const text = Buffer.from(one.bytes).toString('latin1');
      expect(text).not.toContain('assay-');
      expect(text).not.toContain('/root/');
      expect(text).toContain('src/lib.rs');
    });

    it('passes features on', async () => {
      const sources = {
        ...CRATE,
        'src/lib.rs': '#[cfg(feature = "loud")]\n#[no_mangle]\npub extern "C" fn shout() {}\n',
      };
      const target = 'wasm32-unknown-unknown';
      expect(exportsOf((await compile(rust, sources, { target, features: 'loud' })).bytes)).toContain('shout');
      expect(exportsOf((await compile(rust, sources, { target })).bytes)).not.toContain('shout');
    });

    it('names file, line and column of an error and keeps warnings', async () => {
      const failing = { ...CRATE, 'src/lib.rs': 'pub fn f() -> i32 {\n    missing\n}\n' };
      await expect(compile(rust, failing)).rejects.toMatchObject({
        code: 'COMPILE_FAILED',
        problems: [{ file: 'src/lib.rs', line: 2, column: 5, message: expect.stringContaining('missing') }],
      });
      const { diagnostics } = await compile(rust, { ...CRATE, 'src/lib.rs': 'fn unused() {}\n' });
      expect(diagnostics).toContainEqual(
        expect.objectContaining({
          severity: 'warning',
          file: 'src/lib.rs',
          line: 1,
          message: expect.stringContaining('never used'),
        }),
      );
    });

    it('says that a library has to be a cdylib', async () => {
      const sources = { ...CRATE, 'Cargo.toml': CRATE['Cargo.toml'].replace('"cdylib"', '"rlib"') };
      await expect(compile(rust, sources)).rejects.toMatchObject({
        code: 'OUTPUT_MISSING',
        hint: expect.stringContaining('cdylib'),
      });
    });

    it('compiles one file without cargo', async () => {
      const source = '#[no_mangle] pub extern "C" fn twice(n: i32) -> i32 { n * 2 }';
      const job = { target: 'wasm32-unknown-unknown', optimize: 'speed' as const };
      const [one, two] = [await compile(rust, { 'a.rs': source }, job), await compile(rust, { 'a.rs': source }, job)];
      expect(one.bytes).toEqual(two.bytes);
      expect(exportsOf(one.bytes)).toContain('twice');
      await expect(compile(rust, { 'a.rs': 'fn f() { g() }' }, job)).rejects.toMatchObject({
        problems: [{ file: 'a.rs', line: 1, column: 10, message: expect.stringContaining('`g`') }],
      });
    });

    it('makes a command of a main file', async () => {
      const { bytes } = await compile(rust, { 'main.rs': 'fn main() { println!("hello") }' });
      expect(exportsOf(bytes)).toContain('_start');
    });
  },
  { target: 'wasm32-wasip1' },
);

describe('rust', () => {
  it('refuses a target it does not know before it looks for a compiler', async () => {
    await expect(compile(rust, { 'a.rs': '' }, { target: 'x86_64-unknown-linux-gnu' })).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
    });
  });
});
