import * as z from 'zod';
import { AssayError } from '#model/errors';
import { parseJson } from '#model/parse';
import type { ProvenanceInput } from '#trust/provenance';

/** Who signs provenance, and what is known of the run: the parts that do not come from the build. */
export type ProvenanceOrigin = Pick<ProvenanceInput, 'builder' | 'source' | 'invocationId' | 'parameters'>;

const line = z.string().min(1).max(1000);

/** The claims of a GitHub Actions token that provenance names (GitHub Docs, "OpenID Connect reference"). */
const ClaimsSchema = z.looseObject({
  repository: line,
  repository_id: line,
  repository_owner_id: line,
  ref: line,
  sha: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/),
  event_name: line,
  job_workflow_ref: line,
  run_id: line,
  run_attempt: line,
});

/**
 * What a workflow's own token says about the run that holds it. It was just handed out by GitHub, and the certificate
 * authority checks it again. Throws UPSTREAM_REFUSED when it is no token of GitHub Actions.
 */
export function workflowOrigin(token: string, serverUrl: string): ProvenanceOrigin {
  const [, payload = ''] = token.split('.');
  let claims: z.infer<typeof ClaimsSchema>;
  try {
    claims = parseJson(ClaimsSchema, Buffer.from(payload, 'base64url'), { source: 'the identity token' });
  } catch {
    // The cause would repeat what the token holds.
    throw new AssayError('UPSTREAM_REFUSED', 'the identity token is not one of GitHub Actions', {
      hint: 'Sign in a job of GitHub Actions with `permissions: id-token: write`, or give a key.',
    });
  }
  const repository = `${serverUrl}/${claims.repository}`;
  return {
    builder: `${serverUrl}/${claims.job_workflow_ref}`,
    source: { uri: `git+${repository}@${claims.ref}`, digest: { gitCommit: claims.sha } },
    invocationId: `${repository}/actions/runs/${claims.run_id}/attempts/${claims.run_attempt}`,
    parameters: {
      repositoryId: claims.repository_id,
      ownerId: claims.repository_owner_id,
      ref: claims.ref,
      trigger: claims.event_name,
    },
  };
}
