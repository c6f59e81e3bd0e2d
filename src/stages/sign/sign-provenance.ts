import { digestOf } from '#model/digest';
import { PREDICATE } from '#model/statement';
import type { Signer } from '#ports/signer';
import { type ProvenanceInput, provenanceStatement } from '#trust/provenance';
import { type SignedStatement, signStatement } from './sign-statement.ts';

export interface ProvenanceSigning extends Omit<ProvenanceInput, 'artifact'> {
  readonly artifact: { readonly name: string; readonly bytes: Uint8Array };
}

/**
 * Signs where an artifact came from. The subject is computed from the bytes; a build record about other bytes is
 * refused with SUBJECT_MISMATCH.
 */
export async function signProvenance(signer: Signer, input: ProvenanceSigning): Promise<SignedStatement> {
  const digest = digestOf(input.artifact.bytes);
  const statement = provenanceStatement({ ...input, artifact: { name: input.artifact.name, digest } });
  return signStatement(signer, statement, digest, PREDICATE.provenance);
}
