import type { Audited } from '#model/audit-refusal';
import type { BuiltReport, RefusedArtifact } from '#stages/decide/decide';
import { refusalIn } from '#rules/refusals';

/** What decide takes of stored audits: reports, and what has none. Throws DOCUMENT_INVALID. */
export function decidable(stored: readonly { readonly audited: Audited; readonly build: string }[]): {
  readonly reports: readonly BuiltReport[];
  readonly refused: readonly RefusedArtifact[];
} {
  const reports: BuiltReport[] = [];
  const refused: RefusedArtifact[] = [];
  for (const { audited, build } of stored) {
    if (audited.schema === 'assay.audit-report/1') reports.push({ report: audited, build });
    else refused.push({ ...audited.subject, build, refusal: refusalIn(audited) });
  }
  return { reports, refused };
}
