import { createHash } from 'node:crypto';
import { engineValidator } from '#adapters/validators/engine';
import type { AuditReport } from '#model/audit-report';
import { digestOf } from '#model/digest-of';
import { isAssayError } from '#model/errors';
import type { Abi, Manifest } from '#model/manifest';
import type { EffectivePolicy } from '#model/policy';
import type { Verdict } from '#model/verdict';
import { readAdvisories } from '#rules/advisories';
import { readPolicy } from '#rules/policy/document';
import { flattenPolicy } from '#rules/policy/flatten';
import { presetFor } from '#rules/presets/catalogue';
import { refusalOf } from '#rules/refusals';
import { audit } from '#stages/audit/audit';
import { type BuiltReport, decide, type DecideInput } from '#stages/decide/decide';
import loadWabt from 'wabt';
import { component as componentOf, join, leb, name, section, vector } from '../binary.ts';

const wabt = loadWabt();

// wabt knows more proposals than its types say.
const PROPOSALS = {
  threads: true,
  bulk_memory: true,
  reference_types: true,
  multi_memory: true,
  simd: true,
  tail_call: true,
  memory64: true,
};

/** Compiles WebAssembly text. */
export async function compile(text: string): Promise<Uint8Array> {
  const { parseWat } = await wabt;
  const module = parseWat('test.wat\0', new TextEncoder().encode(text), PROPOSALS);
  try {
    return module.toBinary({ write_debug_names: false }).buffer;
  } finally {
    module.destroy();
  }
}

/** A custom section with this name and content, to put behind a module. */
export function customSection(title: string, content: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(title);
  return section(0, leb(bytes.length), bytes, Buffer.from(content));
}

/** Modules or components with a custom section behind them. */
export async function withCustom(text: string, ...sections: readonly Uint8Array[]): Promise<Uint8Array> {
  return Buffer.concat([await compile(text), ...sections]);
}

/** A module that a dynamic loader brings in, with further subsections of `dylink.0`. */
export async function dynamicLibrary(text: string, more: readonly number[] = []): Promise<Uint8Array> {
  const module = await compile(text);
  const needs = customSection('dylink.0', Uint8Array.from([1, 4, 0, 0, 0, 0, ...more]));
  return Buffer.concat([module.subarray(0, 8), needs, module.subarray(8)]);
}

/** A component that imports empty instances under these names, holds these components, and exports its first import. */
export function component(
  imports: readonly string[],
  { inside = [], exports = [] }: { inside?: readonly Uint8Array[]; exports?: readonly string[] } = {},
): Uint8Array {
  const list = (names: readonly string[], rest: readonly number[]) =>
    vector(names.length, (index) => join([0], name(names[index] ?? ''), rest));
  return componentOf(
    ...(imports.length === 0 ? [] : [section(7, [1, 0x42, 0]), section(10, list(imports, [5, 0]))]),
    ...inside.map((bytes) => section(4, bytes)),
    ...(exports.length === 0 ? [] : [section(11, list(exports, [5, 0, 0]))]),
  );
}

/** Bytes without a pattern that are the same in every run. */
export function noise(length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let index = 0; index * 32 < length; index++) blocks.push(createHash('sha256').update(`${index}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

export async function auditBytes(bytes: Uint8Array, abi?: Abi, advisories?: readonly object[]): Promise<AuditReport> {
  const records = advisories?.map((record, index) => ({ source: `record ${index}`, text: JSON.stringify(record) }));
  return audit(
    {
      bytes,
      name: 'test.wasm',
      ...(abi === undefined ? {} : { abi }),
      ...(records === undefined ? {} : { advisories: readAdvisories(records) }),
    },
    { validator: engineValidator },
  );
}

/** Audits a module given as text. */
export async function auditText(text: string, abi?: Abi): Promise<AuditReport> {
  return auditBytes(await compile(text), abi);
}

export function manifestWith(kind: Abi['kind'], capabilities: readonly string[] = [], version = '1.0.0'): Manifest {
  return {
    name: 'acme/test',
    version,
    abi: { kind },
    capabilities: [...capabilities],
    builds: [{ toolchain: 'wat', source: 'test.wat' }],
  };
}

/** A policy from a preset's name or from YAML text. */
export function policyOf(text: string): EffectivePolicy {
  return text.startsWith('assay:') ? flattenPolicy(text) : flattenPolicy(readPolicy(text, 'policy.yaml'));
}

type Settings = Partial<Omit<DecideInput, 'reports' | 'policy'>> &
  Pick<BuiltReport, 'claimed' | 'rebuilt'> & { readonly policy?: string };

/** Decides on one report under the preset of its abi, with nothing declared, unless told otherwise. */
export function decideOn(report: AuditReport, { policy, claimed, rebuilt, ...rest }: Settings = {}): Verdict {
  return decide({
    reports: [{ report, build: '', claimed, rebuilt }],
    manifest: manifestWith(report.abi.kind),
    date: new Date('2026-01-01T00:00:00Z'),
    ...rest,
    policy: policyOf(policy ?? presetFor(report.abi.kind)),
  });
}

/** Audits and decides, whether the bytes can be read or have to be refused. */
export async function assess(
  bytes: Uint8Array,
  { abi, advisories, ...settings }: Settings & { readonly abi?: Abi; readonly advisories?: readonly object[] } = {},
): Promise<Verdict> {
  const audited = await auditBytes(bytes, abi, advisories).catch((error: unknown) => {
    const refusal = isAssayError(error) ? refusalOf(error) : undefined;
    if (refusal === undefined) throw error;
    return refusal;
  });
  if ('subject' in audited) return decideOn(audited, settings);
  const kind = abi?.kind ?? 'custom';
  return decide({
    reports: [],
    refused: [{ digest: digestOf(bytes), size: bytes.length, name: 'test.wasm', build: '', refusal: audited }],
    manifest: manifestWith(kind),
    date: new Date('2026-01-01T00:00:00Z'),
    ...settings,
    policy: policyOf(settings.policy ?? presetFor(kind)),
  });
}

/** Ids of the rules that keep a verdict from being approve. */
export function against(verdict: Verdict): string[] {
  return [
    ...new Set(verdict.decision.reasons.filter((reason) => reason.outcome !== 'approve').map((reason) => reason.rule)),
  ];
}
