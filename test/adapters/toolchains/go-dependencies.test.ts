import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { go } from '#adapters/toolchains/go';
import { MemoryCache } from '../../stages/build/fakes.ts';
import { buildIn, globsFor, reproduceIn, repository } from './build-folder.ts';
import { exportsOf, temporaryFolder, writeSources } from './compile.ts';
import { describeInstalled } from './installed.ts';

const run = promisify(execFile);
const JOB = { sources: ['main.go'] };
const MAIN = `package main

import "example.test/far"

//go:wasmexport twice
func twice(n int32) int32 { return far.Twice(n) }

func main() {}
`;
const GO_MOD = 'module example.test/greet\n\ngo 1.24\n\nrequire example.test/far v1.0.0\n';
let proxy: string;
let modules: string;
let sums: string;

await describeInstalled(go, () => {
  /** A module proxy as a folder, and the go.sum that Go itself writes for it. */
  beforeAll(async () => {
    const folder = await temporaryFolder();
    const versions = join(folder, 'proxy', 'example.test', 'far', '@v');
    const module = {
      'go.mod': 'module example.test/far\n',
      'far.go': 'package far\n\nfunc Twice(n int32) int32 { return n * 2 }\n',
    };
    await mkdir(versions, { recursive: true });
    await writeSources(versions, {
      'v1.0.0.mod': module['go.mod'],
      'v1.0.0.info': '{"Version":"v1.0.0","Time":"2024-01-01T00:00:00Z"}',
      list: 'v1.0.0\n',
    });
    const files = Object.entries(module).map(([name, text]) => [`example.test/far@v1.0.0/${name}`, text] as const);
    await writeFile(join(versions, 'v1.0.0.zip'), storedZip(files));
    proxy = `file://${join(folder, 'proxy')}`;
    modules = join(folder, 'modules');
    const asking = await writeSources(join(folder, 'asking'), { 'go.mod': GO_MOD, 'main.go': MAIN });
    const env = {
      ...process.env,
      GOPROXY: proxy,
      GOMODCACHE: join(folder, 'other'),
      GONOSUMDB: '*',
      GOFLAGS: '-mod=mod -modcacherw',
    };
    await run('go', ['mod', 'tidy'], { cwd: asking, env });
    sums = await readFile(join(asking, 'go.sum'), 'utf8');
    vi.stubEnv('GOPROXY', proxy);
    vi.stubEnv('GOMODCACHE', modules);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    // Go writes its modules read-only.
    await run('chmod', ['-R', 'u+w', modules]).catch(() => {});
  });

  it('fetches what go.sum lists, and compiles the same bytes in any folder', async () => {
    const { plugin } = await repository({ 'main.go': MAIN, 'go.mod': GO_MOD, 'go.sum': sums });
    const { result, difference } = await reproduceIn(go, plugin, JOB);
    expect(difference).toBeUndefined();
    expect(exportsOf(result.bytes)).toContain('twice');
  });

  it('does not compile a module that is not the one go.sum names', async () => {
    const { plugin } = await repository({
      'main.go': MAIN,
      'go.mod': GO_MOD,
      'go.sum': sums.replace(/h1:[A-Za-z0-9+/]{4}/, 'h1:AAAA'),
    });
    await expect(buildIn(go, plugin, JOB)).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      message: expect.stringContaining('checksum mismatch'),
    });
  });

  it('does not compile an unpacked module that an earlier build changed', async () => {
    const { plugin } = await repository({ 'main.go': MAIN, 'go.mod': GO_MOD, 'go.sum': sums });
    await buildIn(go, plugin, JOB);
    const file = join(modules, 'example.test', 'far@v1.0.0', 'far.go');
    await chmod(file, 0o644);
    await writeFile(file, 'package far\n\nfunc Twice(n int32) int32 { return 666 }\n');
    await expect(buildIn(go, plugin, JOB)).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      message: expect.stringContaining('modified'),
    });
    await run('chmod', ['-R', 'u+w', modules]);
    await rm(modules, { recursive: true });
  });

  it('needs go.sum, and chooses nothing itself', async () => {
    const { plugin } = await repository({ 'main.go': MAIN, 'go.mod': GO_MOD });
    await expect(buildIn(go, plugin, JOB)).rejects.toMatchObject({ code: 'FILE_MISSING' });
    expect(await readdir(plugin)).not.toContain('go.sum');
  });

  it('compiles from a vendor folder without asking the proxy', async () => {
    const { plugin } = await repository({
      'main.go': MAIN,
      'go.mod': GO_MOD,
      'vendor/modules.txt': '# example.test/far v1.0.0\n## explicit\nexample.test/far\n',
      'vendor/example.test/far/far.go': 'package far\n\nfunc Twice(n int32) int32 { return n + n }\n',
    });
    vi.stubEnv('GOPROXY', 'file:///nowhere');
    try {
      expect(exportsOf((await buildIn(go, plugin, JOB)).bytes)).toContain('twice');
    } finally {
      vi.stubEnv('GOPROXY', proxy);
    }
  });

  it('compiles a command with a replaced module beside it, which counts for the cache', async () => {
    const { plugin, root } = await repository(
      {
        'shared/go.mod': 'module example.test/shared\n\ngo 1.24\n',
        'shared/shared.go': 'package shared\n\nconst Text = "hello"\n',
        'plugins/greet/go.mod':
          'module example.test/greet\n\ngo 1.24\n\nrequire example.test/shared v0.0.0\n\nreplace example.test/shared => ../../shared\n',
        'plugins/greet/main.go':
          'package main\n\nimport "example.test/shared"\n\nfunc main() { println(shared.Text) }\n',
      },
      'plugins/greet',
    );
    const options = { command: true };
    await expect(buildIn(go, plugin, { ...JOB, options })).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    const job = { ...JOB, options, inputs: await globsFor(go, plugin, JOB.sources) };
    const cache = new MemoryCache();
    expect(exportsOf((await buildIn(go, plugin, job, cache)).bytes)).toContain('_start');
    expect((await buildIn(go, plugin, job, cache)).fromCache).toBe(true);
    await writeFile(join(root, 'shared/shared.go'), 'package shared\n\nconst Text = missing\n');
    await expect(buildIn(go, plugin, job, cache)).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: [{ file: '../../shared/shared.go', line: 3, column: 14 }],
    });
    await rename(join(root, 'shared'), join(root, 'gone'));
    await expect(buildIn(go, plugin, job, cache)).rejects.toMatchObject({ code: 'COMPILE_FAILED' });
  });
});

/** A zip archive that stores its files as they are. */
function storedZip(files: readonly (readonly [name: string, text: string])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of files) {
    const [path, body] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(body), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(body.length, 18);
    common.writeUInt16LE(path.length, 22);
    const entry = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, body]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, place, path]));
    parts.push(entry);
    offset += entry.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, index, Buffer.from('PK\x05\x06'), end]);
}
