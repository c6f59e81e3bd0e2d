import { describe, expect, it } from 'vitest';
import { assay } from './harness.ts';

describe('assay explain', () => {
  it('knows a rule by its id and by the name that verdicts print', async () => {
    const byId = await assay(['explain', 'ASY240']);
    expect([byId.exit, byId.stdout]).toEqual([0, expect.stringContaining('ASY240 memory-without-maximum')]);
    expect(await assay(['explain', 'memory-without-maximum'])).toEqual(byId);
  });

  it('guesses which rule was meant', async () => {
    const { exit, stderr } = await assay(['explain', 'undeclared-capabilty']);
    expect(exit).toBe(2);
    expect(stderr).toContain('Did you mean undeclared-capability?');
  });
});
