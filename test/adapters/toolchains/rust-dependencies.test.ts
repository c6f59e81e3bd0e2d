import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { rust } from '#adapters/toolchains/rust';
import { MemoryCache } from '../../stages/build/fakes.ts';
import { buildIn, globsFor, reproduceIn, repository } from './build-folder.ts';
import { exportsOf } from './compile.ts';
import { crateArchive, crateRegistry } from './crate-registry.ts';
import { describeInstalled } from './installed.ts';

const crate = (name: string, more = ''): string =>
  `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2021"\n${more}`;
const CDYLIB = '[lib]\ncrate-type = ["cdylib"]\n';
const JOB = { sources: ['src/lib.rs'], target: 'wasm32-wasip1' };

/** One with a procedural macro, one with a build script that tells what it can reach. */
const CRATES = {
  doubling: {
    'Cargo.toml': crate('doubling', '[lib]\nproc-macro = true\n'),
    'src/lib.rs': `use proc_macro::TokenStream;
#[proc_macro]
pub fn double(input: TokenStream) -> TokenStream { format!("({} * 2)", input).parse().unwrap() }
`,
  },
  scripted: {
    'Cargo.toml': crate('scripted', 'build = "build.rs"\n'),
    'src/lib.rs': 'include!(concat!(env!("OUT_DIR"), "/seen.rs"));\n',
    'build.rs': `use std::{env, fs, net::TcpStream};
fn main() {
    let mut tokens = env::vars().filter(|(_, value)| value == "the-token").count();
    for process in fs::read_dir("/proc").unwrap() {
        if let Ok(bytes) = fs::read(process.unwrap().path().join("environ")) {
            if String::from_utf8_lossy(&bytes).contains("the-token") { tokens += 1; }
        }
    }
    let network = TcpStream::connect("127.0.0.1:9").map(|_| ()).map_err(|error| error.kind());
    let path = format!("{}/seen.rs", env::var("OUT_DIR").unwrap());
    fs::write(path, format!("pub const SEEN: &str = {:?};", format!("tokens {}, network {:?}", tokens, network))).unwrap();
}
`,
  },
};
const PLUGIN = {
  'Cargo.toml': crate('greet', `${CDYLIB}[dependencies]\ndoubling = "1"\nscripted = "1"\n`),
  'src/lib.rs': `#[no_mangle]
pub extern "C" fn twice(n: i32) -> i32 { println!("{}", scripted::SEEN); doubling::double!(n) }
`,
};
const lockOf = (lock: string): string =>
  `version = 3\n\n[[package]]\nname = "greet"\nversion = "1.0.0"\ndependencies = [\n "doubling",\n "scripted",\n]\n\n${lock}`;

afterEach(() => vi.unstubAllEnvs());

await describeInstalled(
  rust,
  () => {
    it('fetches what Cargo.lock names, then compiles out of sight of network and tokens, the same in any folder', async () => {
      await using registry = await crateRegistry(CRATES);
      vi.stubEnv('CARGO_HOME', registry.cargoHome);
      vi.stubEnv('GITHUB_TOKEN', 'the-token');
      const { plugin } = await repository({ ...PLUGIN, 'Cargo.lock': lockOf(registry.lock) });
      const cache = new MemoryCache();
      const first = await buildIn(rust, plugin, JOB, cache);
      expect(registry.requests.toSorted()).toEqual(['doubling', 'scripted']);
      expect(exportsOf(first.bytes)).toContain('twice');
      expect(Buffer.from(first.bytes).toString('latin1')).toContain(
        process.getuid?.() === 0 ? 'tokens 0, network Err(NetworkUnreachable)' : 'tokens 0, network Err(',
      );
      expect((await buildIn(rust, plugin, JOB, cache)).fromCache).toBe(true);
      expect((await reproduceIn(rust, plugin, JOB)).difference).toBeUndefined();
    });

    it('does not compile a crate that is not the one Cargo.lock names', async () => {
      await using registry = await crateRegistry(CRATES);
      vi.stubEnv('CARGO_HOME', registry.cargoHome);
      const { plugin } = await repository({ ...PLUGIN, 'Cargo.lock': lockOf(registry.lock) });
      registry.tamper('scripted');
      await expect(buildIn(rust, plugin, JOB)).rejects.toMatchObject({
        code: 'COMPILE_FAILED',
        message: expect.stringContaining('checksum'),
      });
    });

    it('does not compile what an earlier build left in the cache of downloads or of unpacked crates', async () => {
      await using registry = await crateRegistry(CRATES);
      vi.stubEnv('CARGO_HOME', registry.cargoHome);
      const { plugin } = await repository({ ...PLUGIN, 'Cargo.lock': lockOf(registry.lock) });
      const honest = await buildIn(rust, plugin, JOB);
      const cache = join(registry.cargoHome, 'registry', 'cache');
      const [name = ''] = await readdir(cache);
      expect(await readdir(join(registry.cargoHome, 'registry'))).not.toContain('src');
      const download = join(cache, name, 'doubling-1.0.0.crate');
      const bytes = await readFile(download);
      await writeFile(download, await crateArchive('doubling', { ...CRATES.doubling, 'evil.rs': '' }));
      await expect(buildIn(rust, plugin, JOB)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      await writeFile(download, bytes);
      expect((await buildIn(rust, plugin, JOB)).bytes).toEqual(honest.bytes);
    });

    it('does not choose versions where Cargo.lock is missing, and leaves no file behind', async () => {
      await using registry = await crateRegistry(CRATES);
      vi.stubEnv('CARGO_HOME', registry.cargoHome);
      const { plugin } = await repository(PLUGIN);
      await expect(buildIn(rust, plugin, JOB)).rejects.toMatchObject({
        code: 'FILE_MISSING',
        hint: expect.stringContaining('cargo generate-lockfile'),
      });
      expect(await readdir(plugin)).not.toContain('Cargo.lock');
      expect(registry.requests).toEqual([]);
    });

    it('needs checksums in Cargo.lock', async () => {
      await using registry = await crateRegistry(CRATES);
      vi.stubEnv('CARGO_HOME', registry.cargoHome);
      const lock = lockOf(registry.lock).replace(/^checksum.*\n/m, '');
      const { plugin } = await repository({ ...PLUGIN, 'Cargo.lock': lock });
      await expect(buildIn(rust, plugin, JOB)).rejects.toMatchObject({ code: 'DOCUMENT_INVALID' });
    });

    it('compiles vendored crates without asking anyone', async () => {
      const { plugin } = await repository({
        'Cargo.toml': crate('greet', `${CDYLIB}[dependencies]\nscripted = "1"\n`),
        'Cargo.lock': `version = 3\n\n[[package]]\nname = "greet"\nversion = "1.0.0"\ndependencies = [\n "scripted",\n]\n\n[[package]]\nname = "scripted"\nversion = "1.0.0"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "${'0'.repeat(64)}"\n`,
        'src/lib.rs': '#[no_mangle]\npub extern "C" fn f() -> i32 { scripted::target::F }\n',
        '.cargo/config.toml':
          '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "vendor"\n',
        'vendor/scripted/Cargo.toml': crate('scripted'),
        // Folders called like cargo's own output are sources where no Cargo.toml lies beside them.
        'vendor/scripted/src/lib.rs': 'pub mod target;\n',
        'vendor/scripted/src/target/mod.rs': 'pub const F: i32 = 1;\n',
        'vendor/scripted/.cargo-checksum.json': JSON.stringify({ files: {}, package: '0'.repeat(64) }),
      });
      expect(exportsOf((await buildIn(rust, plugin, JOB)).bytes)).toContain('f');
    });

    it('compiles a member of a workspace; other members’ sources do not matter to it', async () => {
      const { plugin, root } = await repository(
        {
          'Cargo.toml': '[workspace]\nmembers = ["plugins/*", "shared"]\n[profile.release]\npanic = "abort"\n',
          'shared/Cargo.toml': crate('shared'),
          'shared/src/lib.rs': 'pub fn twice(n: i32) -> i32 { assert!(n < 1000, "too large: {n}"); n * 2 }\n',
          'plugins/greet/Cargo.toml': crate('greet', `${CDYLIB}[dependencies]\nshared = { path = "../../shared" }\n`),
          'plugins/greet/src/lib.rs': '#[no_mangle]\npub extern "C" fn f(n: i32) -> i32 { shared::twice(n) }\n',
          'plugins/other/Cargo.toml': crate('other'),
          'plugins/other/src/lib.rs': '',
        },
        'plugins/greet',
      );
      await expect(buildIn(rust, plugin, JOB)).rejects.toMatchObject({
        code: 'MANIFEST_INVALID',
        hint: expect.stringContaining('"../../shared/**"'),
      });
      const job = { ...JOB, inputs: await globsFor(rust, plugin, JOB.sources) };
      const cache = new MemoryCache();
      const { bytes } = await buildIn(rust, plugin, job, cache);
      expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/repository|assay-build/);
      expect((await reproduceIn(rust, plugin, job)).difference).toBeUndefined();
      await writeFile(join(root, 'plugins/other/src/lib.rs'), '// changed');
      expect((await buildIn(rust, plugin, job, cache)).fromCache).toBe(true);
      await writeFile(join(root, 'shared/src/lib.rs'), 'pub fn twice(n: i32) -> i32 { missing }\n');
      await expect(buildIn(rust, plugin, job, cache)).rejects.toMatchObject({
        code: 'COMPILE_FAILED',
        problems: [{ file: '../../shared/src/lib.rs', line: 1, column: 31 }],
      });
    });

    it('compiles a path dependency that is in no workspace to the same bytes in any folder', async () => {
      const { plugin, root } = await repository(
        {
          'shared/Cargo.toml': crate('shared'),
          'shared/src/lib.rs': 'pub fn twice(n: i32) -> i32 { assert!(n < 1000, "too large: {n}"); n * 2 }\n',
          'greet/Cargo.toml': crate('greet', `${CDYLIB}[dependencies]\nshared = { path = "../shared" }\n`),
          'greet/src/lib.rs': '#[no_mangle]\npub extern "C" fn f(n: i32) -> i32 { println!(); shared::twice(n) }\n',
        },
        'greet',
      );
      const job = { ...JOB, inputs: ['**', '../shared/**'] };
      const { result, difference } = await reproduceIn(rust, plugin, job);
      expect(difference).toBeUndefined();
      expect(Buffer.from(result.bytes).toString('latin1')).toContain('shared/src/lib.rs');
      await rm(join(root, 'shared'), { recursive: true });
      await expect(buildIn(rust, plugin, job)).rejects.toMatchObject({ code: 'COMPILE_FAILED' });
    });

    it('passes the plugin’s own rustflags on and starts no program that its settings name', async () => {
      const sources = {
        'Cargo.toml': crate('greet', CDYLIB),
        'src/lib.rs': '#[cfg(loud)]\n#[no_mangle]\npub extern "C" fn shout() {}\n',
      };
      const { plugin } = await repository({
        ...sources,
        '.cargo/config.toml': '[build]\nrustflags = ["--cfg", "loud"]\n',
      });
      expect(exportsOf((await buildIn(rust, plugin, JOB)).bytes)).toContain('shout');
      await writeFile(join(plugin, '.cargo/config.toml'), '[build]\nrustc-wrapper = "./evil.sh"\n');
      await expect(buildIn(rust, plugin, JOB)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    });

    it('shows what a build script said before it failed', async () => {
      const { plugin } = await repository({
        'Cargo.toml': crate('greet', CDYLIB),
        'src/lib.rs': '',
        'build.rs': 'fn main() { panic!("no schema found"); }\n',
      });
      await expect(buildIn(rust, plugin, JOB)).rejects.toMatchObject({
        code: 'COMPILE_FAILED',
        message: expect.stringContaining('no schema found'),
      });
    });
  },
  JOB,
);
