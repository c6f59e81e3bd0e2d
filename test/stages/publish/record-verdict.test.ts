import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '#model/digest';
import { recordVerdict } from '#stages/publish/record-verdict';
import { changePolicies } from '#stages/publish/policies';
import { POLICY_DIGEST, tinyModule } from '../../fakes/registry-world.ts';
import { RuntimeWorld } from '../../fakes/runtime-world.ts';
import { KEYS, signedProvenance, signedVerdict, summaryOf } from '../../trust/world.ts';

const BYTES = tinyModule('acme/greet@1.0.0');
const NEW_POLICY = new TextEncoder().encode('{"rules":{"stricter":true}}');

let host: RuntimeWorld;
beforeEach(async () => {
  host = await RuntimeWorld.create();
});

async function verdict(change: Parameters<typeof summaryOf>[1] = {}, key = KEYS.verdict): Promise<Uint8Array> {
  const [path] = [...host.shelf.files.keys()].filter((one) => one.startsWith('index/acme/greet/'));
  const line = new TextDecoder().decode(host.shelf.files.get(path ?? '')).split('\n')[0] ?? '';
  const published = summaryOf([], {
    name: 'acme/greet',
    version: '1.0.0',
    artifact: digestOf(BYTES),
    policy: POLICY_DIGEST,
    timeVerified: host.registry.clock.now(),
    provenance: JSON.parse(line).bundles.map(({ digest }: { digest: string }) => digest),
    ...change,
  });
  return signedVerdict(published, key);
}

const record = (bundle: Uint8Array, change = {}) =>
  recordVerdict(
    { name: 'acme/greet', version: '1.0.0', artifact: digestOf(BYTES), verdict: bundle, ...change },
    host.registry.deps,
  );

describe('a later verdict', () => {
  it('that failed takes the version out of new installs, and one that passes again brings it back', async () => {
    await record(await verdict({ result: 'FAILED' }));
    await expect(host.install(['acme/greet'])).rejects.toMatchObject({ code: 'VERDICT_MISSING' });
    host.registry.clock.forward(1);
    await record(await verdict());
    expect((await host.install(['acme/greet'])).generation).toBe(1);
  });

  it('under a new policy lets the old policy be retired', async () => {
    await changePolicies({ accept: [NEW_POLICY] }, host.registry.deps);
    await record(await verdict({ policy: digestOf(NEW_POLICY) }), { report: new TextEncoder().encode('{}') });
    await changePolicies({ accept: [], retire: [POLICY_DIGEST] }, host.registry.deps);
    expect((await host.install(['acme/greet'])).generation).toBe(1);
  });

  it.each([
    ['a key of another role', () => verdict({}, KEYS.author), 'BUNDLE_INVALID'],
    ['a policy that is not accepted', () => verdict({ policy: digestOf('other') }), 'STATEMENT_INVALID'],
    ['other bytes', () => verdict({ artifact: digestOf('other') }), 'SUBJECT_MISMATCH'],
    ['another version', () => verdict({ version: '2.0.0' }), 'STATEMENT_INVALID'],
    ['other provenance', () => verdict({ provenance: [digestOf('other')] }), 'STATEMENT_INVALID'],
    ['nothing: it is provenance', () => signedProvenance(KEYS.verdict, BYTES), 'STATEMENT_INVALID'],
  ])('is refused when it is by or about %s', async (_what, make, code) => {
    const bundle = await make();
    const before = new Map(host.shelf.files);
    await expect(record(bundle)).rejects.toMatchObject({ code, exit: 5 });
    expect(host.shelf.files).toEqual(before);
  });

  it.each([
    [{ name: 'acme/gret' }, 'PLUGIN_UNKNOWN'],
    [{ version: '3.0.0' }, 'VERSION_UNKNOWN'],
    [{ artifact: digestOf('none') }, 'SUBJECT_MISMATCH'],
  ])('is refused for %j, which was never published', async (change, code) => {
    await expect(record(await verdict(), change)).rejects.toMatchObject({ code });
  });
});
