import { join } from 'node:path';
import { expect } from 'vitest';
import * as z from 'zod';
import { assay, type Ran, temporaryFolder } from './harness.ts';

/** Keys and a registry for the namespace `acme`. */
export interface Workplace {
  readonly keys: string;
  readonly registry: string;
  readonly root: string;
}

/** Runs a command that must end well. */
export async function ok(...argv: readonly string[]): Promise<Ran> {
  const ran = await assay(argv);
  expect(ran.stderr).not.toMatch(/^error/m);
  expect(ran.exit).toBe(0);
  return ran;
}

export async function newWorkplace(): Promise<Workplace> {
  const folder = temporaryFolder();
  const [keys, registry] = [join(folder, 'keys'), join(folder, 'registry')];
  await ok('keygen', '--out', keys);
  const policies = ['--policy', 'assay:custom@1', 'assay:wasi-p1@1'];
  const init = ['registry', 'init', registry, '--id', 'acme-plugins', '--keys', keys, '--owner', 'acme', ...policies];
  const { stdout } = await ok(...init, '--json');
  return { keys, registry, root: z.object({ root: z.string() }).parse(JSON.parse(stdout)).root };
}
