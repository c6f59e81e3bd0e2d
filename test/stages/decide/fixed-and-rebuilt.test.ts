import { describe, expect, it } from 'vitest';
import { runExport } from '#adapters/host/run';
import { assemblyscript } from '#adapters/toolchains/assemblyscript';
import { zigCc } from '#adapters/toolchains/zig-cc';
import type { Fix } from '#model/audit-report';
import type { BuildJob } from '#model/build-record';
import { ManifestSchema } from '#model/manifest';
import { parseYaml } from '#model/parse';
import type { Verdict } from '#model/verdict';
import type { Toolchain } from '#ports/toolchain';
import { applyFixes, editsFor, flagsFor } from '#rules/apply-fixes';
import { compile, type Sources } from '../../adapters/toolchains/compile.ts';
import { SLOW_MS } from '../../adapters/toolchains/installed.ts';
import { against, auditBytes, decideOn } from '../../rules/audited.ts';

/** A registry that wants lean modules: what other policies only note asks for a person here. */
const LEAN = (preset: string, pages: number): string =>
  `extends: ["${preset}"]
limits: { maximumMemoryPages: ${pages} }
rules: { ASY123: warning, ASY190: warning, ASY340: warning }
`;

interface Plugin {
  readonly toolchain: Toolchain;
  readonly sources: Sources;
  readonly manifest: string;
  readonly policy: string;
  readonly job: Partial<BuildJob> & Pick<BuildJob, 'options'>;
  /** The job with a fix's flags, as an author would write them into plugin.yaml. */
  readonly withFlags: (job: Plugin['job'], flags: readonly string[]) => Plugin['job'];
  readonly calls: readonly { readonly export: string; readonly args: readonly string[] }[];
}

function textsOf(value: BuildJob['options'][string] | undefined): readonly string[] {
  return Array.isArray(value) ? value : [];
}

const C_PLUGIN: Plugin = {
  toolchain: zigCc,
  sources: {
    'src/a.c':
      '#include <stdio.h>\n#include <stdlib.h>\nstatic int twice(int n) { return 2 * n; }\n' +
      'static int square(int n) { return n * n; }\nint (*volatile steps[2])(int) = {twice, square};\n' +
      'int step(int which, int n) {\n  printf("step %d\\n", which);\n  return steps[which & 1](n);\n}\n' +
      'int forget(void) { return remove("steps.txt"); }\n',
  },
  manifest: `# written in a hurry
name: acme/steps
version: 1.0.0
abi: { kind: wasi-p1 }
capabilities:
  - net # never needed
builds:
  - toolchain: zig-cc
    source: src/a.c
`,
  policy: LEAN('assay:wasi-p1@1', 512),
  job: { optimize: 'debug', options: { exports: ['step', 'forget'], flags: ['-Wl,--export-table'] } },
  withFlags: (job, flags) => {
    const dropped = flags.filter((flag) => flag.startsWith('remove ')).map((flag) => flag.slice('remove '.length));
    const kept = textsOf(job.options['flags']).filter((flag) => !dropped.includes(flag));
    return {
      ...job,
      options: { ...job.options, flags: [...kept, ...flags.filter((flag) => !flag.startsWith('remove '))] },
    };
  },
  calls: [
    { export: 'step', args: ['0', '21'] },
    { export: 'step', args: ['1', '9'] },
  ],
};

const AS_PLUGIN: Plugin = {
  toolchain: assemblyscript,
  sources: {
    'src/a.ts':
      'export function shout(text: string): string { return text.toUpperCase() + "!"; }\n' +
      'export function sum(n: i32): i32 { let list: i32[] = []; for (let i = 0; i <= n; i++) list.push(i); return list.reduce<i32>((a, b) => a + b, 0); }\n',
  },
  manifest: `name: acme/shout
version: 1.0.0
abi: { kind: custom }
capabilities: [net]
builds:
  - toolchain: assemblyscript
    source: src/a.ts
`,
  policy: LEAN('assay:custom@1', 64),
  job: { optimize: 'debug', options: { exportRuntime: true } },
  withFlags: (job, flags) => {
    const options = { ...job.options };
    flags.forEach((flag, index) => {
      if (flag === '--maximumMemory') options['maximumMemory'] = Number(flags[index + 1]);
    });
    return { ...job, optimize: flags.includes('remove --debug') ? 'size' : (job.optimize ?? 'size'), options };
  },
  calls: [
    { export: 'shout', args: ['hello'] },
    { export: 'sum', args: ['100'] },
  ],
};

async function built({ toolchain, sources, policy }: Plugin, job: Plugin['job'], manifestText: string) {
  const { bytes } = await compile(toolchain, sources, job);
  const manifest = parseYaml(ManifestSchema, manifestText, { source: 'plugin.yaml' });
  const verdict = decideOn(await auditBytes(bytes, manifest.abi), { manifest, policy });
  return { bytes, verdict, abi: manifest.abi };
}

async function behaviour(plugin: Plugin, { bytes, abi }: Awaited<ReturnType<typeof built>>) {
  const results = [];
  for (const call of plugin.calls) results.push(await runExport({ bytes, abi, capabilities: ['stdio'], ...call }));
  return results;
}

function fixesOf(verdict: Verdict): Fix[] {
  return verdict.decision.reasons.filter(({ outcome }) => outcome !== 'approve').flatMap(({ fix }) => fix ?? []);
}

describe('a flagged plugin with every fix made, in plugin.yaml and for the compiler', () => {
  it.each([
    ['C by zig cc', C_PLUGIN, ['ASY122', 'ASY123', 'ASY190', 'ASY241', 'ASY340']],
    ['AssemblyScript', AS_PLUGIN, ['ASY123', 'ASY241', 'ASY340']],
  ] as const)(
    '%s is approved once rebuilt, and does what it did',
    { timeout: SLOW_MS },
    async (_name, plugin, rules) => {
      const before = await built(plugin, plugin.job, plugin.manifest);
      expect(before.verdict.decision.outcome).toBe('flag');
      expect(against(before.verdict)).toEqual(rules);
      const fixes = fixesOf(before.verdict);
      const { text } = applyFixes(plugin.manifest, editsFor('manifest', fixes), 'plugin.yaml');
      const job = plugin.withFlags(plugin.job, flagsFor(plugin.toolchain.name, fixes));
      const after = await built(plugin, job, text);
      expect(against(after.verdict)).toEqual([]);
      expect(after.verdict.decision.outcome).toBe('approve');
      expect(after.bytes).not.toEqual(before.bytes);
      expect(await behaviour(plugin, after)).toEqual(await behaviour(plugin, before));
    },
  );

  it.each([
    ['C by zig cc', C_PLUGIN],
    ['AssemblyScript', AS_PLUGIN],
  ] as const)('%s links with the maximum that a note suggests', { timeout: SLOW_MS }, async (_name, plugin) => {
    const lenient = { ...plugin, policy: plugin.policy.replace(/^limits.*\n/m, '') };
    const { verdict } = await built(lenient, plugin.job, plugin.manifest);
    const { fix } = verdict.decision.reasons.find(({ rule }) => rule === 'ASY240') ?? {};
    const job = plugin.withFlags(plugin.job, flagsFor(plugin.toolchain.name, fix === undefined ? [] : [fix]));
    const after = await built(lenient, job, plugin.manifest);
    expect(fix).toBeDefined();
    expect(after.verdict.decision.reasons.map(({ rule }) => rule)).not.toContain('ASY240');
  });
});
