import { shortDigest } from '#model/digest';
import { type CheckPorts, type Observe, observed } from '#pipeline';
import type { Signer } from '#ports/signer';
import type { ChangePlan, PublishDependencies } from '#stages/publish/change-registry';
import { type OpenRegistry, openRegistry } from '#registry/open';
import type { SignedArtifact } from '#stages/sign/sign-release';
import { checkPlugin, type PluginCheck, type PluginCheckRequest } from './check-plugin.ts';
import { publishBuildFolder, signBuildFolder } from './release.ts';

export interface ShipRequest extends PluginCheckRequest {
  readonly author: Signer;
  readonly verdictSigner: Signer;
  readonly publishing: PublishDependencies;
  /** Ends after decide: nothing is signed or published. */
  readonly dryRun?: boolean;
}

export interface Shipped {
  readonly check: PluginCheck;
  /** Undefined when the plugin was not approved: then nothing was signed or published. */
  readonly published: ChangePlan | undefined;
}

/** check → sign → publish for one plugin folder. What is not approved ends after decide. */
export async function shipPlugin(request: ShipRequest, ports: CheckPorts, observe: Observe): Promise<Shipped> {
  const { plugin, outputFolder: folder, publishing, policy, baseline, acceptances, advisories } = request;
  const { clock } = ports;
  const grounds = {
    manifest: plugin.manifest,
    policy,
    acceptances,
    ...(baseline === undefined ? {} : { baseline }),
    ...(advisories === undefined ? {} : { advisories }),
  };
  const open = (): Promise<OpenRegistry> =>
    openRegistry(publishing.registry, publishing.pin, { verifier: publishing.verifier, now: clock.now() });
  // A build may take minutes; where there is no registry to publish to, that is said before.
  await open();
  const check = await checkPlugin(request, ports, observe);
  if (check.verdict.decision.outcome !== 'approve' || request.dryRun === true) return { check, published: undefined };
  await observed(
    'sign',
    clock,
    observe,
    async () =>
      signBuildFolder({
        folder,
        grounds,
        registry: await open(),
        author: request.author,
        verdictSigner: request.verdictSigner,
        decided: check.verdict.digest,
        clock,
      }),
    ({ signed }) => ({ detail: `provenance and verdict for ${signed.map(shortSubject).join(', ')}` }),
  );
  const published = await observed(
    'publish',
    clock,
    observe,
    () => publishBuildFolder({ folder, plugin, grounds, deps: publishing }),
    ({ snapshot, files }) => ({ detail: `snapshot ${snapshot.serial}, ${files.length} new files` }),
  );
  return { check, published };
}

function shortSubject({ artifact }: SignedArtifact): string {
  return shortDigest(artifact.record.output.digest);
}
