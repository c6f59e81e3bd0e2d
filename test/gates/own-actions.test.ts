import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../..');
const OWN_ACTION = /^\$\/(actions\/[a-z-]+)$/;
const OWN_WORKFLOW = /^(?:\.\/|\$\/|assay-wasm\/assay\/)(\.github\/workflows\/[a-z-]+\.yml)(?:@.+)?$/;
const LEVELS = ['none', 'read', 'write'];

interface Use {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Use[];
}

interface Declared {
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean; readonly default?: unknown }>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const read = (path: string) => parse(readFileSync(join(ROOT, path), 'utf8'));

const workflows = ['.github/workflows', 'workflows'].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
);

/** What a call gives against what is declared: unknown inputs, and required ones that are missing. */
function mismatches(given: Use['with'] = {}, { inputs = {} }: Declared): string[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(inputs, name));
  const missing = Object.entries(inputs).filter(
    ([name, spec]) => spec.required === true && !Object.hasOwn(given, name),
  );
  return [...unknown, ...missing.map(([name]) => name)];
}

// actionlint looks into `./` alone, and takes whatever `$/` gives for right.
describe.each(workflows)('%s', (path) => {
  const jobs = Object.entries<Use>(read(path).jobs);

  it('gives our actions inputs that they have, and takes outputs that they have', () => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    for (const step of jobs.flatMap(([, { steps = [] }]) => steps)) {
      const folder = OWN_ACTION.exec(step.uses ?? '')?.[1];
      if (folder === undefined) continue;
      expect(existsSync(join(ROOT, folder, 'action.yml')), folder).toBe(true);
      const action: Declared = read(`${folder}/action.yml`);
      expect(mismatches(step.with, action), step.uses).toEqual([]);
      for (const [, id, output = ''] of text.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        if (id === step.id) expect(Object.keys(action.outputs ?? {}), `steps.${id}.outputs`).toContain(output);
      }
    }
  });

  it('calls our workflows with inputs that they have, and with the rights that their jobs need', () => {
    for (const [id, job] of jobs) {
      const called = OWN_WORKFLOW.exec(job.uses ?? '')?.[1];
      if (called === undefined) continue;
      const workflow = read(called);
      expect(mismatches(job.with, workflow.on.workflow_call ?? {}), id).toEqual([]);
      for (const inner of Object.values<Use>(workflow.jobs)) {
        for (const [name, level] of Object.entries(inner.permissions ?? {})) {
          const granted = LEVELS.indexOf(job.permissions?.[name] ?? 'none');
          expect(granted, `${id}: ${name}: ${level}`).toBeGreaterThanOrEqual(LEVELS.indexOf(level));
        }
      }
    }
  });
});

describe('a call', () => {
  it('with an unknown input, or without a required one, does not match', () => {
    const declared = { inputs: { path: { required: true }, policy: { default: '' } } };
    expect(mismatches({ path: '.', policy: 'x' }, declared)).toEqual([]);
    expect(mismatches({ paht: '.' }, declared)).toEqual(['paht', 'path']);
  });
});
