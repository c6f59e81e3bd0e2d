import { engineValidator } from '#adapters/validators/engine';
import type { AuditReport } from '#model/audit-report';
import type { Abi, Manifest } from '#model/manifest';
import type { EffectivePolicy } from '#model/policy';
import type { Verdict } from '#model/verdict';
import { readPolicy } from '#rules/policy/document';
import { flattenPolicy } from '#rules/policy/flatten';
import { presetFor } from '#rules/presets/catalogue';
import { audit } from '#stages/audit/audit';
import { decide, type DecideInput } from '#stages/decide/decide';
import loadWabt from 'wabt';

const wabt = loadWabt();

/** Compiles WebAssembly text. */
export async function compile(text: string): Promise<Uint8Array> {
  const { parseWat } = await wabt;
  const module = parseWat('test.wat', text, {
    threads: true,
    bulk_memory: true,
    reference_types: true,
    simd: true,
    tail_call: true,
    memory64: true,
  });
  try {
    return module.toBinary({ write_debug_names: false }).buffer;
  } finally {
    module.destroy();
  }
}

/** A custom section with this name and content, to put behind a module. */
export function customSection(name: string, content: Uint8Array | string): Uint8Array {
  const title = Buffer.from(name);
  const body = Buffer.concat([leb(title.length), title, Buffer.from(content)]);
  return Buffer.concat([Uint8Array.of(0), leb(body.length), body]);
}

function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

export async function auditBytes(bytes: Uint8Array, abi?: Abi): Promise<AuditReport> {
  return audit({ bytes, name: 'test.wasm', ...(abi === undefined ? {} : { abi }) }, { validator: engineValidator });
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

type Settings = Partial<Omit<DecideInput, 'reports' | 'policy'>> & { readonly policy?: string };

/** Decides on one report under the preset of its abi, with nothing declared, unless told otherwise. */
export function decideOn(report: AuditReport, { policy, ...rest }: Settings = {}): Verdict {
  return decide({
    reports: [{ report, build: '' }],
    manifest: manifestWith(report.abi.kind),
    date: new Date('2026-01-01T00:00:00Z'),
    ...rest,
    policy: policyOf(policy ?? presetFor(report.abi.kind)),
  });
}

/** Ids of the rules whose findings are in a report. */
export function firedIn(report: AuditReport): string[] {
  return [...new Set(report.findings.map((finding) => finding.rule))];
}

/** Ids of the rules that keep a verdict from being approve. */
export function against(verdict: Verdict): string[] {
  return [
    ...new Set(verdict.decision.reasons.filter((reason) => reason.outcome !== 'approve').map((reason) => reason.rule)),
  ];
}
