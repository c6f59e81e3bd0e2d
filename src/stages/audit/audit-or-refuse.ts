import type { AuditReport } from '#model/audit-report';
import { isAssayError } from '#model/errors';
import type { Validator } from '#ports/validator';
import { type Refusal, refusalOf } from '#rules/refusals';
import { audit, type AuditInput } from './audit.ts';

/**
 * The report on a module or component, or the finding that keeps it from having one: what decide takes either way, so
 * that bytes which no engine loads are rejected with a reason and a verdict. Throws whatever is not about the bytes.
 */
export async function auditOrRefuse(
  input: AuditInput,
  ports: { readonly validator: Validator },
): Promise<AuditReport | Refusal> {
  try {
    return await audit(input, ports);
  } catch (error) {
    const refusal = isAssayError(error) ? refusalOf(error) : undefined;
    if (refusal === undefined) throw error;
    return refusal;
  }
}

export function isRefusal(audited: AuditReport | Refusal): audited is Refusal {
  return 'finding' in audited;
}
