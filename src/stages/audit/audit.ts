import type { AuditReport, Finding, RuleDescriptor } from '#model/audit-report';
import { AssayError, isAssayError } from '#model/errors';
import type { Abi } from '#model/manifest';
import { TOOLKIT } from '#model/toolkit';
import type { Validator } from '#ports/validator';
import type { Advisories } from '#rules/advisories';
import { capabilityUses } from '#rules/capabilities';
import { READ_RULES } from '#rules/read-rules';
import { dependenciesOf } from '#rules/dependencies';
import { inferAbi } from '#rules/infer-abi';
import { regionsOf, symbolRegionsOf } from '#rules/regions';
import { descriptorOf, findingOf, type ReadContext, RULES_EDITION } from '#rules/rule';
import { readModule } from './facts.ts';

export interface AuditInput {
  readonly bytes: Uint8Array;
  /** What the artifact is called in the report: a file name or a build's id. */
  readonly name: string;
  /** The manifest's abi; without it, what the imports and exports look like. */
  readonly abi?: Abi;
  /** Which functions the facts list singly; default: the largest. */
  readonly functions?: 'largest' | 'all';
  /** Vulnerability records to match the module's libraries against (`readAdvisories`); none are fetched. */
  readonly advisories?: Advisories;
}

/**
 * Reads a module or component and runs every rule that needs only the bytes. No policy: findings have their rules'
 * default levels. Throws NOT_WEBASSEMBLY, MODULE_MALFORMED, MODULE_INVALID or MODULE_LIMIT where there is nothing to
 * report on; `refusalOf` turns those into what decide takes.
 */
export async function audit(
  { bytes, name, abi, advisories, functions = 'largest' }: AuditInput,
  { validator }: { readonly validator: Validator },
): Promise<AuditReport> {
  const { facts, modules, sections } = await readModule(bytes, { validator, functions }).catch((error: unknown) => {
    throw isAssayError(error) ? inFile(error, name) : error;
  });
  const settled = abi === undefined ? { kind: inferAbi(facts), inferred: true } : { ...abi, inferred: false };
  const capabilities = capabilityUses(facts, settled.kind);
  const regions = regionsOf(bytes, facts, modules, sections);
  const dependencies = dependenciesOf(regions);
  const { findings, rules } = runReadRules({
    bytes,
    facts,
    modules,
    sections,
    abi: settled,
    capabilities,
    regions,
    symbols: symbolRegionsOf(bytes, sections),
    dependencies,
    advisories,
  });
  return {
    schema: 'assay.audit-report/1',
    subject: { name, digest: facts.digests.whole, size: bytes.length },
    abi: settled,
    facts,
    capabilities,
    ...(dependencies.found.length === 0 ? {} : { dependencies: [...dependencies.found] }),
    findings,
    rules,
    rulesEdition: RULES_EDITION,
    ...(advisories === undefined ? {} : { advisories: advisories.digest }),
    engine: { assay: TOOLKIT.version, validator: validator.engine },
  };
}

/** Findings of every read rule in catalogue order, with the descriptors of those that fired. */
function runReadRules(context: ReadContext): { findings: Finding[]; rules: Record<string, RuleDescriptor> } {
  const findings: Finding[] = [];
  const rules: Record<string, RuleDescriptor> = {};
  for (const rule of READ_RULES) {
    for (const draft of rule.read(context)) {
      findings.push(findingOf(rule.info, draft));
      rules[rule.info.id] = descriptorOf(rule.info);
    }
  }
  return { findings, rules };
}

function inFile(error: AssayError, name: string): AssayError {
  const { code, message, hint, offset, problems, cause } = error;
  return new AssayError(code, `${name}: ${message}`, {
    problems,
    cause,
    ...(hint === undefined ? {} : { hint }),
    ...(offset === undefined ? {} : { offset }),
  });
}
