import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandLineOf } from '#adapters/process/command-line';
import { compilerEnvironment } from '#adapters/process/environment';
import { isolationLauncher } from '#adapters/process/isolation';
import { runProgram } from '#adapters/process/run-program';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function node(script: string, more: Partial<Parameters<typeof runProgram>[0]> = {}) {
  return runProgram({
    program: process.execPath,
    arguments: ['-e', script],
    folder,
    environment: compilerEnvironment(folder),
    timeoutMs: 20_000,
    ...more,
  });
}

describe('runProgram', () => {
  it('gives back exit code and output', async () => {
    expect(await node('console.log("out"); console.error("err"); process.exitCode = 3')).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('leaves nothing running that let go of its output', async () => {
    const script =
      'const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" }); child.unref(); console.log(child.pid)';
    const { stdout } = await node(script);
    await vi.waitFor(() => expect(() => process.kill(Number(stdout), 0)).toThrow('ESRCH'), { timeout: 5_000 });
  });

  it('ends what it runs when this process is told to end', async () => {
    const marker = join(folder, 'pid');
    const inner = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const request = {
      program: process.execPath,
      arguments: ['-e', inner],
      folder,
      environment: compilerEnvironment(folder),
      timeoutMs: 20_000,
    };
    const module = new URL('../../../src/adapters/process/run-program.ts', import.meta.url).href;
    const outer = `const { runProgram } = await import(${JSON.stringify(module)}); await runProgram(${JSON.stringify(request)});`;
    const running = spawn(process.execPath, ['--input-type=module', '-e', outer], { stdio: 'ignore' });
    const pid = await vi.waitFor(async () => Number(await readFile(marker, 'utf8')) || expect.fail('not yet'), {
      timeout: 10_000,
    });
    running.kill('SIGTERM');
    const [, signal] = await once(running, 'exit');
    if (process.platform !== 'win32') expect(signal).toBe('SIGTERM');
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5_000 });
  });

  it('ends the whole process tree on a timeout', async () => {
    const marker = join(folder, 'pid');
    const grandchild = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const script = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(grandchild)}], { stdio: "inherit" }); setInterval(() => {}, 1000)`;
    await expect(node(script, { timeoutMs: 1_500 })).rejects.toMatchObject({ code: 'BUILD_LIMIT', message: /1\.5 s/ });
    const pid = Number(await readFile(marker, 'utf8'));
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });

  it('ends with an abort', async () => {
    const abort = new AbortController();
    const running = node('setInterval(() => {}, 1000)', { signal: abort.signal });
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'BUILD_LIMIT', message: 'the build was cancelled' });
  });

  it('keeps the beginning of long output and says what is left out', async () => {
    const { stdout } = await node('process.stdout.write("x".repeat(1500))', { maxOutputBytes: 1000 });
    expect(stdout).toBe(`${'x'.repeat(1000)}\n[500 bytes more are left out]\n`);
  });

  it('ends a program that does not stop printing', async () => {
    const running = node('for (;;) process.stdout.write("x".repeat(65536))', { maxOutputBytes: 1000 });
    await expect(running).rejects.toMatchObject({ code: 'BUILD_LIMIT' });
  });

  it('says what cannot be started', async () => {
    const running = runProgram({
      program: join(folder, 'absent'),
      arguments: [],
      folder,
      environment: {},
      timeoutMs: 1000,
    });
    await expect(running).rejects.toMatchObject({ code: 'TOOLCHAIN_MISSING' });
  });
});

describe('a compiler’s environment', () => {
  it('has no tokens, no runner variables, no flags and not the user’s home', async () => {
    const environment = compilerEnvironment(
      '/scratch/home',
      { CC: 'clang', EMPTY: undefined },
      {
        PATH: '/bin',
        HOME: '/home/someone',
        GITHUB_TOKEN: 'secret',
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
        ACTIONS_RUNTIME_TOKEN: 'secret',
        NPM_TOKEN: 'secret',
        CFLAGS: '-O0',
        NODE_OPTIONS: '--require evil',
      },
    );
    expect(environment).toEqual({
      PATH: '/bin',
      HOME: '/scratch/home',
      USERPROFILE: '/scratch/home',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      SOURCE_DATE_EPOCH: '315532800',
      ZERO_AR_DATE: '1',
      NO_COLOR: '1',
      CC: 'clang',
    });
  });

  it('is what the program sees', async () => {
    const { stdout } = await node(
      'console.log(Object.keys(process.env).filter((key) => /TOKEN|VITEST|npm_/.test(key)))',
    );
    expect(stdout).toBe('[]\n');
  });
});

const launcher = await isolationLauncher('offline');

describe.runIf(launcher.includes('--pid'))('a program that is cut off', () => {
  it('does not find its parent, whose environment may hold tokens', async () => {
    const { stdout } = await node(
      `const { readdirSync, readFileSync } = require('node:fs');
       const seen = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
       const theirs = seen.map((id) => readFileSync('/proc/' + id + '/environ', 'latin1')).join('');
       console.log(JSON.stringify([seen, theirs.includes('VITEST'), process.ppid]))`,
      { isolation: 'offline' },
    );
    expect(JSON.parse(stdout)).toEqual([['1'], false, 0]);
  });

  it.runIf(launcher.some((part) => part.endsWith('setpriv')))('does not uncover what its own /proc hides', async () => {
    const { stdout } = await node(
      `const { execFileSync } = require('node:child_process');
       const { readdirSync } = require('node:fs');
       for (const attempt of [['umount', '/proc'], ['umount', '-l', '/proc'], ['unshare', '-Urm', 'umount', '/proc']]) {
         try { execFileSync(attempt[0], attempt.slice(1), { stdio: 'ignore' }); console.log('uncovered by ' + attempt); } catch {}
       }
       console.log(readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).join())`,
      { isolation: 'offline', environment: { PATH: process.env['PATH'] ?? '' } },
    );
    expect(stdout).toBe('1\n');
  });

  it('does not find it either where it keeps the network', async () => {
    const { stdout } = await node(
      `const { readdirSync } = require('node:fs');
       require('node:net').connect(9, '127.0.0.1').on('error', (error) =>
         console.log(readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).join(), error.code))`,
      { isolation: 'online' },
    );
    expect(stdout).toBe('1 ECONNREFUSED\n');
  });

  it('leaves nothing running behind', async () => {
    const marker = `assay-left-behind-${process.pid}`;
    await node(
      `require('node:child_process').spawn('sleep', ['600'], { argv0: '${marker}', detached: true, stdio: 'ignore' }).unref()`,
      { isolation: 'offline' },
    );
    const { stdout } = await node(
      `const { readdirSync, readFileSync } = require('node:fs');
       const line = (id) => { try { return readFileSync('/proc/' + id + '/cmdline', 'latin1'); } catch { return ''; } };
       console.log(readdirSync('/proc').filter((id) => line(id).startsWith('${marker}')).length)`,
    );
    expect(stdout).toBe('0\n');
  });

  it('ends with its own exit code', async () => {
    expect((await node('process.exit(7)', { isolation: 'offline' })).exitCode).toBe(7);
  });
});

describe('a batch file on Windows', () => {
  it('runs through cmd.exe, quoted', () => {
    expect(commandLineOf('C:\\emsdk\\emcc.bat', ['-o', 'a b.wasm'], 'win32')).toEqual({
      file: 'cmd.exe',
      args: ['/d', '/s', '/c', '""C:\\emsdk\\emcc.bat" "-o" "a b.wasm""'],
      verbatim: true,
    });
  });

  it.each(['a"b', '%PATH%', 'a&b', 'a|b', 'a^b', 'a\nb', '!x!'])('refuses the argument %j', (argument) => {
    expect(() => commandLineOf('emcc.bat', [argument], 'win32')).toThrow(
      expect.objectContaining({ code: 'PATH_UNSAFE' }),
    );
  });

  it('is nothing special elsewhere', () => {
    expect(commandLineOf('emcc.bat', ['%'], 'linux').file).toBe('emcc.bat');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
