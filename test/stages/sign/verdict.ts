import { canonicalDigest } from '#model/canonical-json';
import { digestOf } from '#model/digest';
import type { Decision, Outcome, Verdict } from '#model/verdict';
import { BYTES, NAME, POLICY, VERSION } from '../../trust/world.ts';

/** A verdict on BYTES, with a digest that fits. */
export function makeVerdict(outcome: Outcome, change: Partial<Decision> = {}): Verdict {
  const decision: Decision = {
    outcome,
    plugin: { name: NAME, version: VERSION },
    artifacts: [{ digest: digestOf(BYTES), size: BYTES.length, build: 'greet' }],
    policy: POLICY,
    rulesEdition: '1',
    capabilities: { declared: [], used: [], added: [], removed: [] },
    assumptions: [],
    reasons: [],
    ...change,
  };
  const digest = canonicalDigest(decision);
  return { schema: 'assay.verdict/1', digest, decision, rules: {}, engine: { assay: '0.1.0' } };
}
