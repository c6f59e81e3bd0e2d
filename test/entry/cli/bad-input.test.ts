import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assay, contentsOf, copyExample, temporaryFolder } from './harness.ts';

/** One clear error: its code, the exit code, a next step, and an untouched folder. */
async function refused(folder: string, argv: readonly string[], code: string, exit = 2): Promise<string> {
  const before = await contentsOf(folder);
  const ran = await assay(argv, { cwd: folder });
  expect(ran.stderr.match(/^error /gm)).toHaveLength(1);
  expect(ran.stderr).toContain(`[${code}]`);
  expect(ran.exit).toBe(exit);
  expect(ran.stdout).toBe('');
  expect(await contentsOf(folder)).toEqual(before);
  return ran.stderr;
}

async function folderWith(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

describe('a manifest', () => {
  it('that is missing is asked for, with the command that writes it', async () => {
    expect(await refused(await folderWith({}), ['check'], 'MANIFEST_MISSING')).toMatch(
      /error this folder holds.*`assay init`/s,
    );
  });

  it('that is not YAML is refused with its line', async () => {
    const folder = await folderWith({ 'plugin.yaml': 'name: acme/x\n\tabi: [\n' });
    expect(await refused(folder, ['check'], 'DOCUMENT_MALFORMED')).toMatch(/plugin\.yaml:2/);
  });

  it('with several problems lists them all, each with line and column', async () => {
    const folder = await folderWith({
      'plugin.yaml':
        'name: Acme/X\nversion: v1\nabi:\n  kind: wasm\nbuild: []\nbuilds:\n  - toolchain: gcc\n    source: ../x.c\n',
    });
    const stderr = await refused(folder, ['check'], 'MANIFEST_INVALID');
    for (const place of [':1:', ':2:', ':4:', ':5:', ':7:', ':8:']) expect(stderr).toContain(`plugin.yaml${place}`);
    expect(stderr).toContain('build is not a known key');
  });
});

describe('a policy', () => {
  it('with a wrong key is refused with its line', async () => {
    const folder = await copyExample('wat-luhn');
    await writeFile(join(folder, 'policy.yaml'), 'extends: [assay:custom@1]\nallowed: []\n');
    const stderr = await refused(folder, ['check', '--policy', 'policy.yaml'], 'POLICY_INVALID');
    expect(stderr).toMatch(/policy\.yaml:2:1/);
  });

  it.runIf(process.platform !== 'win32')('that is a device is not read', async () => {
    const folder = await copyExample('wat-luhn');
    expect(await refused(folder, ['check', '--policy', '/dev/zero'], 'FILE_MISSING')).toContain('is not a file');
  });

  it('that names an unknown preset is refused with the nearest one', async () => {
    const folder = await copyExample('wat-luhn');
    expect(await refused(folder, ['check', '--policy', 'assay:wasip1@1'], 'POLICY_INVALID')).toContain(
      'assay:wasi-p1@1',
    );
  });

  it('that does not exist is refused', async () => {
    await refused(await copyExample('wat-luhn'), ['check', '--policy', 'nowhere.yaml'], 'FILE_MISSING');
  });
});

describe('a file to audit', () => {
  it.each([
    ['text', new TextEncoder().encode('not a module'), 'NOT_WEBASSEMBLY'],
    ['an empty file', new Uint8Array(), 'NOT_WEBASSEMBLY'],
    ['a lone magic number', MODULE.subarray(0, 4), 'NOT_WEBASSEMBLY'],
    ['a truncated section', Uint8Array.of(...MODULE, 1, 9, 1), 'MODULE_MALFORMED'],
    ['an unknown section', Uint8Array.of(...MODULE, 99, 0), 'MODULE_MALFORMED'],
    ['an unknown version', Uint8Array.of(0, 0x61, 0x73, 0x6d, 9, 0, 0, 0), 'NOT_WEBASSEMBLY'],
  ])('that is %s is refused', async (_name, bytes, code) => {
    const folder = await folderWith({ 'x.wasm': bytes });
    expect(await refused(folder, ['audit', 'x.wasm'], code)).toContain('x.wasm');
  });

  it('that no engine loads is handed to decide as a document, and rejected there', async () => {
    const folder = await folderWith({ 'x.wasm': 'not a module' });
    const audited = await assay(['audit', 'x.wasm', '--format', 'json', '--output', 'x.audit.json'], { cwd: folder });
    expect(audited.exit).toBe(2);
    const decided = await assay(['decide', 'x.audit.json', '--policy', 'assay:custom@1', '--json'], { cwd: folder });
    expect(decided.exit).toBe(4);
    expect(JSON.parse(decided.stdout).decision).toMatchObject({ outcome: 'reject', reasons: [{ rule: 'ASY10' }] });
    const replayed = ['policy', 'simulate', 'assay:strict@1', '--against', 'assay:custom@1', 'x.audit.json', '--json'];
    expect(JSON.parse((await assay(replayed, { cwd: folder })).stdout)).toMatchObject({
      counts: { reject: { reject: 1 } },
    });
  });

  it('that does not exist is refused', async () => {
    await refused(await folderWith({}), ['audit', 'x.wasm'], 'FILE_MISSING');
  });

  it('that is a folder is refused', async () => {
    await refused(await folderWith({ 'x.wasm/y': '' }), ['audit', 'x.wasm'], 'FILE_UNREADABLE');
  });
});

describe('the command line', () => {
  it.each([
    [['frobnicate'], '`assay --help`'],
    [['check', '--frobnicate'], '`assay check --help`'],
    [['audit', 'x.wasm', '--format', 'pdf'], '`assay audit --help`'],
    [['registry', 'init', 'x'], '`assay registry init --help`'],
    [['registry', 'inti'], 'Did you mean init?'],
    [['diff', 'x.wasm'], '`assay diff --help`'],
  ])('%j is wrong use, told as every error is', async (argv, next) => {
    const ran = await assay(argv);
    expect(ran.exit).toBe(2);
    expect(ran.stderr).toMatch(/^error [^\n]+ \[USAGE\]\n {2}→ [^\n]+\n$/);
    expect(ran.stderr).toContain(next);
    const asJson = await assay([...argv, '--json']);
    expect(asJson).toMatchObject({ exit: 2, stderr: '' });
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'USAGE', fault: 'user', exit: 2 } });
  });

  it('lists the toolchains where one is named that there is not', async () => {
    const { exit, stderr } = await assay(['init', '--toolchain', 'gcc'], {
      cwd: await folderWith({ 'a.wat': '(module)' }),
    });
    expect([exit, stderr]).toEqual([2, expect.stringMatching(/--toolchain is "gcc"[^]*wat, assemblyscript/)]);
  });

  it('suggests the command that was meant', async () => {
    expect((await assay(['chek'])).stderr).toContain('Did you mean check?');
  });

  it('shows the commands of a group that was named alone', async () => {
    const { exit, stderr } = await assay(['registry']);
    expect([exit, stderr]).toEqual([2, expect.stringMatching(/^Usage: assay registry/)]);
    expect(stderr).not.toContain('error');
  });

  it('answers wrong use in JSON when JSON was asked for', async () => {
    const ran = await assay(['audit', 'nowhere.wasm', '--json']);
    expect(ran.exit).toBe(2);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'FILE_MISSING', fault: 'user', exit: 2 } });
  });

  it('has help for every command', async () => {
    const { stdout } = await assay(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name ?? '');
    expect(commands.length).toBeGreaterThan(15);
    for (const command of commands) {
      const help = await assay([command, '--help']);
      expect(help.exit).toBe(0);
      expect(help.stdout).toContain(`Usage: assay ${command}`);
      expect(help.stdout).toContain('--json');
    }
  });
});

describe('a file that no engine loads, under a policy', () => {
  it.each([
    ['malformed', Uint8Array.of(...MODULE, 1, 9, 1), 'ASY10 malformed-module'],
    ['invalid', Buffer.from('0061736d010000000105016000017f030201000a0601040042000b', 'hex'), 'ASY11 invalid-module'],
  ])('is rejected with its rule: %s', async (_, bytes, rule) => {
    const folder = await folderWith({ 'bad.wasm': bytes, 'good.wasm': MODULE });
    const argv = ['audit', 'bad.wasm', 'good.wasm', '--policy', 'assay:custom@1'];
    const { exit, stdout } = await assay(argv, { cwd: folder });
    expect(exit).toBe(4);
    expect(stdout).toMatch(/^rejected/);
    expect(stdout).toContain(rule);
  });

  it('is rejected by check too, which leaves every rendering of the verdict', async () => {
    const script = `require('node:fs').writeFileSync(process.argv[2] + '/out.wasm', Buffer.from('0061736d01000000010901', 'hex'))`;
    const folder = await folderWith({
      'build.cjs': script,
      'plugin.yaml':
        'name: acme/broken\nversion: 1.0.0\nabi: { kind: custom }\ncapabilities: []\nbuilds:\n' +
        '  - toolchain: command\n    source: build.cjs\n    options: { run: [node, build.cjs, "{output}"], output: out.wasm }\n',
    });
    const { exit, stdout } = await assay(['check'], { cwd: folder });
    expect([exit, stdout]).toEqual([4, expect.stringContaining('ASY10 malformed-module')]);
    expect(await readFile(join(folder, '.assay', 'summary.md'), 'utf8')).toMatch(/^\S*\s*.*rejected/);
  });
});

describe('a folder in the place of a file', () => {
  it('is told by the name it was given, with what to name instead', async () => {
    const folder = await folderWith({ 'data/x.txt': 'x', 'greet/plugin.yaml': 'name: acme/greet\n' });
    const stderr = await refused(folder, ['audit', 'data'], 'FILE_UNREADABLE');
    expect(stderr).toContain('error data is a folder, not a file');
    expect(stderr).toContain('→ Name a file in it.');
    expect(await refused(folder, ['diff', 'greet', 'greet'], 'FILE_UNREADABLE')).toContain('`assay check greet`');
  });
});

describe('the cases of a policy', () => {
  const CASES = 'policy: assay:custom@1\ncases:\n  - name: any\n    module: gone.wasm\n    expect: approve\n';

  it('that are missing are shown where to find one', async () => {
    expect(await refused(await folderWith({}), ['policy', 'test'], 'FILE_MISSING')).toContain('docs/policy.md');
  });

  it('say which of them names a module that is missing', async () => {
    const folder = await folderWith({ 'policy-tests.yaml': CASES });
    expect(await refused(folder, ['policy', 'test'], 'FILE_MISSING')).toContain('The case "any" names it');
  });
});

describe('a new registry', () => {
  it.each([
    [['--id', 'Bad Id'], '--id Bad Id: must be'],
    [['--id', 'acme-plugins', '--url', 'here'], '--url here: must be an address'],
    [['--id', 'acme-plugins', '--owner', 'Acme'], '--owner Acme: must be'],
  ])('%j is told by its option, and nothing is made', async (options, message) => {
    const folder = await folderWith({});
    const argv = ['registry', 'init', 'registry', '--keys', 'keys', ...options];
    expect(await refused(folder, argv, 'INPUT_INVALID')).toContain(`error ${message}`);
  });

  it('is not made for owners whose key is missing', async () => {
    const folder = await folderWith({});
    await assay(['keygen', '--out', 'keys', '--role', 'root', 'verdict', 'resolution', 'snapshot'], { cwd: folder });
    const argv = ['registry', 'init', 'registry', '--id', 'acme-plugins', '--keys', 'keys', '--owner', 'acme'];
    expect(await refused(folder, argv, 'KEY_MISSING')).toContain('--role author');
  });

  it('does not take over the keys of another, whose pin would be lost', async () => {
    const folder = await folderWith({});
    await assay(['keygen', '--out', 'keys'], { cwd: folder });
    const init = (id: string) => ['registry', 'init', id, '--id', id, '--keys', 'keys'];
    expect((await assay(init('first'), { cwd: folder })).exit).toBe(0);
    const stderr = await refused(folder, init('second'), 'REGISTRY_EXISTS');
    expect(stderr).toMatch(/those of the registry first[^]*assay keygen/);
  });

  it('is not looked for where registries are not read from', async () => {
    const root = `sha256:${'0'.repeat(64)}`;
    const argv = ['registry', 'list', 'git+ssh://host/registry', '--root', root];
    expect(await refused(await folderWith({}), argv, 'INPUT_INVALID')).toContain('git+ssh addresses');
  });
});
