import { type Digest, digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import { LAYOUT } from '#registry/layout';
import { REGISTRY_LIMITS } from '#registry/limits';
import type { NewFile } from '#registry/shards';
import { type ChangeOptions, type ChangePlan, changeRegistry, type PublishDependencies } from './change-registry.ts';

/** A flattened policy, as its canonical text, under the name of its digest. */
export function policyFile(policy: Uint8Array): { digest: Digest; file: NewFile } {
  if (policy.length === 0 || policy.length > REGISTRY_LIMITS.policy) {
    throw new AssayError('POLICY_INVALID', `a policy has ${policy.length} bytes; 1 to ${REGISTRY_LIMITS.policy} fit`);
  }
  const digest = digestOf(policy);
  return { digest, file: { path: LAYOUT.policy(digest), bytes: policy } };
}

export interface PolicyChange {
  /** Canonical texts of flattened policies whose verdicts count from now on. */
  readonly accept: readonly Uint8Array[];
  /** Digests of policies whose verdicts no longer count. */
  readonly retire?: readonly Digest[];
}

/** Changes which policies' verdicts count. Throws POLICY_INVALID when a policy to retire was not accepted. */
export function changePolicies(
  change: PolicyChange,
  deps: PublishDependencies,
  options: ChangeOptions = {},
): Promise<ChangePlan> {
  const added = change.accept.map(policyFile);
  const retired = new Set(change.retire ?? []);
  return changeRegistry(
    deps,
    async ({ snapshot }) => {
      const unknown = [...retired].find((digest) => !snapshot.acceptedPolicies.includes(digest));
      if (unknown !== undefined) {
        throw new AssayError('POLICY_INVALID', `${unknown} is not among the accepted policies`, {
          hint: `Accepted: ${snapshot.acceptedPolicies.join(', ') || 'none'}`,
        });
      }
      const digests = new Set([...snapshot.acceptedPolicies, ...added.map(({ digest }) => digest)]);
      return {
        acceptedPolicies: [...digests].filter((digest) => !retired.has(digest)),
        files: added.map(({ file }) => file),
      };
    },
    options,
  );
}
