import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = resolve(import.meta.dirname, '../../..');
/** The built actions. ASSAY_DIST points elsewhere while dist is being worked on. */
export const DIST = resolve(process.env['ASSAY_DIST'] ?? join(ROOT, 'dist'));

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_STATE'] as const;

/** What a step left behind, read the way the runner reads it. */
export interface StepResult {
  readonly exit: number | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines that the runner obeys, decoded. */
  readonly commands: readonly Command[];
}

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** A job on an emulated runner: a workspace, and steps that run the stubs from dist as processes of their own. */
export interface EmulatedJob extends Disposable {
  readonly workspace: string;
  read(path: string): string;
  write(path: string, text: string): void;
  step(
    stub: string,
    inputs?: Readonly<Record<string, string>>,
    env?: Readonly<Record<string, string | undefined>>,
  ): StepResult;
  /** The same while this process goes on, for steps that talk to a server of the test. */
  stepBeside(
    stub: string,
    inputs?: Readonly<Record<string, string>>,
    env?: Readonly<Record<string, string | undefined>>,
  ): Promise<StepResult>;
}

/** A job whose workspace holds a copy of an example plugin, or nothing. */
export function emulatedJob(example?: string): EmulatedJob {
  if (!existsSync(join(DIST, 'actions'))) throw new Error(`${DIST} holds no actions: npm run build`);
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'assay-job-')));
  const workspace = join(home, 'workspace');
  mkdirSync(workspace);
  if (example !== undefined) {
    const filter = (path: string): boolean => !/[\\/](?:\.assay|node_modules)(?:[\\/]|$)/.test(path.slice(ROOT.length));
    cpSync(join(ROOT, 'examples/plugins', example), workspace, { recursive: true, filter });
  }
  const files = Object.fromEntries(FILES.map((name) => [name, join(home, name)]));
  const environment = (
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string | undefined>>,
  ): Record<string, string | undefined> => {
    for (const file of Object.values(files)) writeFileSync(file, '');
    return {
      PATH: process.env['PATH'],
      SystemRoot: process.env['SystemRoot'],
      RUNNER_TEMP: home,
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      ...files,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...env,
    };
  };
  const resultOf = (exit: number | null, stdout: string, stderr: string): StepResult => ({
    exit,
    outputs: readHeredocs(readFileSync(join(home, 'GITHUB_OUTPUT'), 'utf8')),
    summary: readFileSync(join(home, 'GITHUB_STEP_SUMMARY'), 'utf8'),
    stdout,
    stderr,
    commands: readCommands(stdout),
  });
  return {
    workspace,
    read: (path) => readFileSync(join(workspace, path), 'utf8'),
    write(path, content) {
      mkdirSync(dirname(join(workspace, path)), { recursive: true });
      writeFileSync(join(workspace, path), content);
    },
    step(stub, inputs = {}, env = {}) {
      const options = { cwd: workspace, encoding: 'utf8', timeout: 60_000, env: environment(inputs, env) } as const;
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(DIST, 'actions', `${stub}.js`)], options);
      return resultOf(status, stdout, stderr);
    },
    async stepBeside(stub, inputs = {}, env = {}) {
      const child = spawn(process.execPath, [join(DIST, 'actions', `${stub}.js`)], {
        cwd: workspace,
        timeout: 60_000,
        env: environment(inputs, env),
      });
      const [stdout, stderr, [status]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ]);
      return resultOf(typeof status === 'number' ? status : null, stdout, stderr);
    },
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** `name<<delimiter` entries, as the runner's FileCommandManager takes them apart. */
export function readHeredocs(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const [name, delimiter] = line.split('<<');
    if (name === undefined || delimiter === undefined) throw new Error(`the runner refuses the line "${line}"`);
    const end = lines.indexOf(delimiter, index + 1);
    if (end < 0) throw new Error(`the runner misses the delimiter ${delimiter}`);
    values[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return values;
}

/** Workflow commands, as the runner's ActionCommand parses and ActionCommandManager obeys them. */
export function readCommands(stdout: string): Command[] {
  const commands: Command[] = [];
  let stopped: string | undefined;
  for (const line of stdout.split(/\r\n|\r|\n/)) {
    const match = /^::([^\s:]+)(?: ([^]*?))?::([^]*)$/.exec(line.trim());
    if (match === null) continue;
    const [, name = '', list = '', message = ''] = match;
    if (stopped !== undefined) {
      if (name === stopped) stopped = undefined;
      continue;
    }
    if (name === 'stop-commands') {
      stopped = message;
      continue;
    }
    const pairs = list.split(',').filter((pair) => pair !== '');
    const properties = pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [
        pair.slice(0, at),
        decode(pair.slice(at + 1))
          .replaceAll('%3A', ':')
          .replaceAll('%2C', ','),
      ];
    });
    commands.push({ name, properties: Object.fromEntries(properties), message: decode(message) });
  }
  return commands;
}

function decode(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
