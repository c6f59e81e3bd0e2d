import { localBuildFiles } from '#adapters/fs/build-files';
import {
  readBuilds,
  readBundles,
  readProvenance,
  readReport,
  readVerdict,
  type StoredBuild,
} from '#adapters/fs/build-folder';
import { BUILD_FOLDER } from '#model/build-folder';
import type { BuildRecord } from '#model/build-record';
import { type Digest, digestOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Abi } from '#model/manifest';
import { namespaceOf } from '#model/names';
import type { Verdict } from '#model/verdict';
import type { BundleVerifier } from '#ports/bundle-verifier';
import type { Signer } from '#ports/signer';
import type { Clock } from '#ports/clock';
import type { OpenRegistry } from '#registry/open';
import type { ChangeOptions, ChangePlan, PublishDependencies } from '#stages/publish/change-registry';
import { publishRelease, type ReleaseArtifact } from '#stages/publish/publish-release';
import { signProvenance } from '#stages/sign/sign-provenance';
import {
  type ProvenArtifact,
  type ReleaseSigning,
  signRelease,
  signVerdicts,
  type SignedArtifact,
} from '#stages/sign/sign-release';
import type { SignedStatement } from '#stages/sign/sign-statement';
import { requireApproved } from '#stages/sign/sign-verdict';
import { listedCompanions } from './companions.ts';
import { decideAgain, type DecisionGrounds } from './decide-again.ts';
import type { LoadedPlugin } from './load-plugin.ts';
import { localVerifier } from './registry-access.ts';
import type { ProvenanceOrigin } from './workflow-origin.ts';

/** What a runtime selects an artifact by. */
export function platformOf(abi: Abi): string {
  return `wasm/${abi.kind}`;
}

/** What signing a verdict needs besides the build folder. */
export interface VerdictSigning {
  readonly folder: string;
  readonly grounds: DecisionGrounds;
  readonly registry: OpenRegistry;
  readonly verdictSigner: Signer;
  readonly clock: Clock;
  /** Digest of the verdict that was just reached; another one in the folder was put there since. */
  readonly decided?: Digest;
  /** Checks the author's provenance; by local keys alone when left out. */
  readonly verifier?: BundleVerifier;
}

/**
 * Signs what check left in a build folder and puts the bundles beside it. The modules are audited and decided on
 * again, so that nothing is signed because a file says so.
 */
export async function signBuildFolder(
  options: VerdictSigning & { readonly author: Signer },
): Promise<{ readonly verdict: Verdict; readonly signed: readonly SignedArtifact[] }> {
  const { folder, author, verdictSigner, clock, verifier = localVerifier() } = options;
  const release = await releaseOf(options);
  const signed = await signRelease(release, { author, verdict: verdictSigner, verifier, clock });
  await localBuildFiles.write(
    folder,
    signed.flatMap(({ artifact, provenance, verdict: summary }) => [
      { name: BUILD_FOLDER.provenance(artifact.record.job.id), bytes: provenance.bundle },
      { name: BUILD_FOLDER.verdictBundle(artifact.record.job.id), bytes: summary.bundle },
    ]),
  );
  return { verdict: release.verdict, signed };
}

/**
 * Signs the verdict over provenance that is in the build folder already, for registries whose authors sign elsewhere.
 * Throws IDENTITY_MISMATCH or BUNDLE_INVALID for provenance that no owner signed.
 */
export async function signVerdictInFolder(options: VerdictSigning): Promise<readonly BuildRecord[]> {
  const { folder, verdictSigner, clock, verifier = localVerifier() } = options;
  const release = await releaseOf(options);
  const artifacts: ProvenArtifact[] = [];
  for (const artifact of release.artifacts) {
    artifacts.push({ ...artifact, provenance: await readProvenance(folder, artifact.record.job.id) });
  }
  const signed = await signVerdicts({ ...release, artifacts }, { verdict: verdictSigner, verifier, clock });
  await localBuildFiles.write(
    folder,
    signed.flatMap(({ bundle }, index) => {
      const id = artifacts[index]?.record.job.id;
      return id === undefined ? [] : [{ name: BUILD_FOLDER.verdictBundle(id), bytes: bundle }];
    }),
  );
  return artifacts.map(({ record }) => record);
}

/** Everything that is to be signed, read again from disk, and whom the registry lets publish it. */
async function releaseOf({ folder, grounds, registry, decided, clock }: VerdictSigning): Promise<ReleaseSigning> {
  const { manifest } = grounds;
  const { verdict, builds } = await decideAgain(folder, grounds, clock);
  if (decided !== undefined && decided !== verdict.digest) {
    throw new AssayError('DIGEST_MISMATCH', `the verdict in ${folder} is not the one that was just reached`, {
      hint: 'Something wrote into that folder meanwhile. Look at what the build starts, and decide again.',
    });
  }
  const artifacts = [];
  for (const { record, bytes } of builds) {
    const report = digestOf((await readReport(folder, record.job.id, record.output.digest)).bytes);
    artifacts.push({ record, bytes, platform: platformOf(manifest.abi), report });
  }
  const namespace = namespaceOf(manifest.name);
  const owners = await registry.owners(namespace);
  if (owners === undefined) {
    throw new AssayError('IDENTITY_MISMATCH', `the namespace ${namespace} has no owners in ${registry.id}`, {
      hint: `Enrol its owners first: assay registry owners REGISTRY ${namespace} --key author.pub --keys KEYS`,
    });
  }
  return { artifacts, verdict, root: registry.root, owners };
}

export interface SignedProvenance {
  readonly record: BuildRecord;
  readonly provenance: SignedStatement;
}

/**
 * Signs only where approved modules came from, for authors who do not sign verdicts. Throws NOT_APPROVED or
 * DIGEST_MISMATCH, and then nothing was written.
 */
export async function signProvenanceInFolder(options: {
  readonly folder: string;
  readonly author: Signer;
  readonly origin: ProvenanceOrigin;
}): Promise<readonly SignedProvenance[]> {
  const { folder, author, origin } = options;
  const verdict = await readVerdict(folder);
  const covered = new Set(verdict.decision.artifacts.map(({ digest }) => digest));
  const builds = (await readBuilds(folder)).filter(({ record }) => covered.has(record.output.digest));
  for (const { bytes } of builds) requireApproved(verdict, digestOf(bytes));
  const signed: SignedProvenance[] = [];
  for (const { record, bytes } of builds) {
    const artifact = { name: record.output.file, bytes };
    signed.push({ record, provenance: await signProvenance(author, { artifact, record, ...origin }) });
  }
  await localBuildFiles.write(
    folder,
    signed.map(({ record, provenance }) => ({
      name: BUILD_FOLDER.provenance(record.job.id),
      bytes: provenance.bundle,
    })),
  );
  return signed;
}

/**
 * Publishes what sign left in a build folder, with the capabilities that deciding again finds. Throws what decideAgain
 * and publishRelease throw; the registry is then as it was.
 */
export async function publishBuildFolder(
  options: {
    readonly folder: string;
    readonly plugin: LoadedPlugin;
    readonly grounds: DecisionGrounds;
    readonly deps: PublishDependencies;
  },
  change: ChangeOptions = {},
): Promise<ChangePlan> {
  const { folder, plugin, grounds, deps } = options;
  const { manifest } = plugin;
  const { verdict, builds } = await decideAgain(folder, grounds, deps.clock);
  const artifacts: ReleaseArtifact[] = [];
  for (const { record, bytes } of builds) {
    const { id } = record.job;
    requireApproved(verdict, digestOf(bytes));
    const bundles = await readBundles(folder, id);
    artifacts.push({
      bytes,
      build: id,
      platform: platformOf(manifest.abi),
      provenance: [bundles.provenance],
      verdict: bundles.verdict,
      report: (await readReport(folder, id, record.output.digest)).bytes,
    });
  }
  return publishRelease(
    {
      release: {
        name: manifest.name,
        version: manifest.version,
        abi: manifest.abi,
        capabilities: grantedCapabilities(verdict),
        dependencies: manifest.dependencies ?? {},
        ...(manifest.type === undefined ? {} : { type: manifest.type }),
        ...(manifest.description === undefined ? {} : { description: manifest.description }),
        ...(manifest.license === undefined ? {} : { license: manifest.license }),
      },
      artifacts,
      companions: await companions(plugin, builds),
    },
    deps,
    change,
  );
}

/** Declared or used: what a runtime grants is what was looked at, also where a preset implied it undeclared. */
function grantedCapabilities({ decision }: Verdict): string[] {
  return [...new Set([...decision.capabilities.declared, ...decision.capabilities.used])].toSorted();
}

async function companions(plugin: LoadedPlugin, builds: readonly StoredBuild[]) {
  return [
    ...(await listedCompanions(plugin)),
    ...builds.flatMap(({ companions: made }) => made.map(({ file, bytes }) => ({ path: file, bytes }))),
  ];
}
