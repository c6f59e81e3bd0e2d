import { describe, expect, it } from 'vitest';
import { assay } from './harness.ts';

describe('assay explain', () => {
  it('knows a rule by its id and by the name that verdicts print', async () => {
    const byId = await assay(['explain', 'ASY240']);
    expect([byId.exit, byId.stdout]).toEqual([0, expect.stringContaining('ASY240 memory-without-maximum')]);
    expect(byId.stdout).toContain('What to do: Set a maximum when linking.');
    expect(await assay(['explain', 'memory-without-maximum'])).toEqual(byId);
    expect(await assay(['audit', '--explain', 'asy240'])).toEqual(byId);
  });

  it('is told from an audit that names no file', async () => {
    const { exit, stderr } = await assay(['audit']);
    expect(exit).toBe(2);
    expect(stderr).toContain('no file was named');
  });

  it('guesses which rule was meant', async () => {
    const { exit, stderr } = await assay(['explain', 'undeclared-capabilty']);
    expect(exit).toBe(2);
    expect(stderr).toContain('Did you mean undeclared-capability?');
  });
});
