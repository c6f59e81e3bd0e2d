import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPluginCargoConfig } from '#adapters/toolchains/cargo-config';
import { temporaryFolder, writeSources } from './compile.ts';

async function read(text: string, above?: string) {
  const sourceRoot = await temporaryFolder();
  const sourceFolder = join(sourceRoot, 'greet');
  await writeSources(sourceRoot, {
    'greet/.cargo/config.toml': text,
    ...(above === undefined ? {} : { '.cargo/config.toml': above }),
  });
  return readPluginCargoConfig({ sourceFolder, sourceRoot }, 'wasm32-wasi');
}

describe('a plugin’s cargo configuration', () => {
  it('gives rustflags, variables, profiles and where crates come from', async () => {
    const config = await read(`
      [build]
      target = "wasm32-wasi"
      rustflags = ["-Dwarnings"]
      [env]
      GREETING = "hello"
      [profile.release]
      panic = "abort"
      [source.crates-io]
      replace-with = "vendored"
      [source.vendored]
      directory = "vendor"`);
    expect(config).toMatchObject({
      rustflags: ['-Dwarnings'],
      settings: { env: { GREETING: { value: 'hello' } }, profile: { release: { panic: 'abort' } } },
      sources: { source: { vendored: { directory: expect.stringMatching(/greet.vendor$/) } } },
    });
  });

  it.each(['[build]\nrustflags = 3', '[target.wasm32-wasi]\nrustflags = ["-g", 3]'])(
    'with flags that are no texts is refused: %s',
    async (text) => {
      await expect(read(text)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    },
  );

  it('takes the flags of its own target before those of all, and of no other', async () => {
    const flags =
      '[build]\nrustflags = "-A all"\n[target.wasm32-wasi]\nrunner = "wasmtime"\nrustflags = "-C panic=abort"\n';
    const others = '[target.x86_64-unknown-linux-gnu]\nlinker = "clang"\nrustflags = ["-Clinker=mold"]\n';
    expect((await read(flags + others)).rustflags).toEqual(['-C', 'panic=abort']);
  });

  it('lets the nearer file win over the shared one above', async () => {
    const above = '[build]\nrustflags = ["-Wfar"]\n[env]\nA = "far"\nB = "far"\n';
    const config = await read('[env]\nA = "near"\n', above);
    expect(config.rustflags).toEqual(['-Wfar']);
    expect(config.settings).toMatchObject({ env: { A: { value: 'near' }, B: { value: 'far' } } });
  });

  it.each([
    ['build.rustc-wrapper', '[build]\nrustc-wrapper = "./evil"'],
    ['build.rustc', '[build]\nrustc = "./evil"'],
    ['target.wasm32-wasi.linker', '[target.wasm32-wasi]\nlinker = "./evil"'],
    ['env.LD_PRELOAD', '[env]\nLD_PRELOAD = "./evil.so"'],
    ['env.RUSTC_WRAPPER', '[env]\nRUSTC_WRAPPER = { value = "./evil", relative = true }'],
    ['credential-alias', '[credential-alias]\nx = "./evil"'],
    [
      'registries.x.credential-provider',
      '[registries.x]\nindex = "https://example.test"\ncredential-provider = "./evil"',
    ],
    ['registry.global-credential-providers', '[registry]\nglobal-credential-providers = ["./evil"]'],
    ['registries.x.token', '[registries.x]\ntoken = "t"'],
    ['unstable', '[unstable]\nbuild-std = ["std"]'],
    ['include', 'include = "other.toml"'],
    ['paths', 'paths = ["/tmp/x"]'],
    ['patch', '[patch.crates-io]\nx = { path = "/tmp" }'],
  ])('may not set %s', async (key, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'MANIFEST_INVALID', message: expect.stringContaining(key) });
  });

  it.each(['/etc', '../../outside'])('may not take crates from %s', async (directory) => {
    await expect(read(`[source.v]\ndirectory = "${directory}"`)).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
  });

  it('has to be TOML', async () => {
    await expect(read('a = = 1')).rejects.toMatchObject({ code: 'DOCUMENT_MALFORMED' });
  });
});
