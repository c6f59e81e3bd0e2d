import { describe, expect, it } from 'vitest';
import { command } from '#adapters/toolchains/command';
import type { Toolchain } from '#ports/toolchain';
import { JOB } from '../../stages/build/fakes.ts';
import { compile, type Sources } from './compile.ts';

const WRITE = `
const { writeFileSync } = require('node:fs');
const header = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
writeFileSync(process.env.ASSAY_OUTPUT + '/plugin.wasm', header);
writeFileSync(process.argv[2] + '/table.bin', process.env.ASSAY_OPTIMIZE + ' ' + (process.env.GITHUB_TOKEN ?? 'no token'));
`;

function run(sources: Sources, options: Record<string, string | boolean | string[]>, toolchain: Toolchain = command) {
  return compile(toolchain, sources, { options });
}

describe('a declared command', () => {
  it('runs in the plugin’s folder and leaves its declared outputs', async () => {
    const options = { run: ['node', 'build.js', '{output}'], output: 'plugin.wasm', companions: ['table.bin'] };
    const { bytes, companions, arguments: args } = await run({ 'build.js': WRITE }, options);
    expect([...bytes]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    expect(companions).toEqual(['table.bin']);
    expect(args).toEqual(['build.js', '$OUTPUT']);
  });

  it('that fails shows what it printed', async () => {
    const script = 'console.error("src/a.x:3:1: error: no such thing"); process.exitCode = 2';
    await expect(run({ 'build.js': script }, { run: ['node', 'build.js'] })).rejects.toMatchObject({
      code: 'COMPILE_FAILED',
      problems: [{ file: 'src/a.x', line: 3, column: 1, message: 'no such thing' }],
    });
  });

  it('that fails in silence says at least how it ended, and does not speak of a place', async () => {
    await expect(run({ 'build.js': 'process.exitCode = 3' }, { run: ['node', 'build.js'] })).rejects.toMatchObject({
      message: expect.stringMatching(/node\S* says nothing and ends with exit code 3/),
      hint: expect.stringContaining('plugin.yaml'),
    });
  });

  it('has no network where the system can take it away', async () => {
    const script = `require('node:net').connect(9, '127.0.0.1').on('error', (e) => { console.error('net: ' + e.code); process.exitCode = 1; })`;
    const failing = run({ 'build.js': script }, { run: ['node', 'build.js'] });
    const expected = process.platform === 'linux' && process.getuid?.() === 0 ? 'net: ENETUNREACH' : 'net: E';
    await expect(failing).rejects.toMatchObject({ message: expect.stringContaining(expected) });
  });

  it.each([
    ['/bin/sh', 'PATH_UNSAFE'],
    ['../build.sh', 'PATH_UNSAFE'],
    ['./absent.sh', 'TOOLCHAIN_MISSING'],
    ['no-such-program-anywhere', 'TOOLCHAIN_MISSING'],
  ])('cannot be %s', async (program, code) => {
    await expect(run({ 'a.txt': '' }, { run: [program] })).rejects.toMatchObject({ code });
  });

  it.each([{}, { run: ['node'], output: '../x.wasm' }, { run: ['node'], companions: ['/etc/passwd'] }])(
    'has to say what runs and what comes out: %j',
    async (options) => {
      await expect(run({ 'a.txt': '' }, options)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    },
  );

  it('comes from the cache only when it states a version and has no network', async () => {
    const detect = (options: Record<string, string | boolean | string[]>) =>
      command.detect('.', { ...JOB, toolchain: 'command', options });
    expect(await detect({ run: ['node'] })).toMatchObject({ uncacheable: true });
    expect(await detect({ run: ['node'], version: '1', network: true })).toMatchObject({ uncacheable: true });
    expect(await detect({ run: ['node'], version: 'make 4.3' })).toMatchObject({
      version: 'node make 4.3',
      location: expect.stringContaining('node'),
    });
  });
});
