import type { BuildRecord } from '#model/build-record';
import { canonicalJson } from '#model/canonical-json';
import { type Digest, type DigestSet, digestOf, hexOf } from '#model/digest';
import { AssayError } from '#model/errors';
import type { Identity, Signer } from '#model/identity';
import type { Owners } from '#model/registry-documents';
import { PREDICATE, type Provenance, ProvenanceSchema } from '#model/statement';
import { TOOLKIT } from '#model/toolkit';
import type { BundleVerifier } from '#model/verified-bundle';
import { AUTHOR_ROLE, requireOwners } from './owners.ts';
import type { ReleaseName } from './identity.ts';
import { mergeKeyrings } from './keyring.ts';
import { encodeStatement, parsePredicate, type VerifiedStatement, verifyStatement } from './statement.ts';
import type { Keyring } from '#model/identity';

/** How Assay builds, as SLSA's `buildType`. */
export const BUILD_TYPE = `${TOOLKIT.attestationBase}build/v1`;
/** The builder of everything that was signed with a local key: nobody vouches for the machine. */
export const LOCAL_BUILDER = `${TOOLKIT.attestationBase}builder/local/v1`;

/** SLSA build track level (slsa.dev/spec/v1.1/levels). */
export type BuildLevel = 1 | 2 | 3;

/** Where the bytes came from, as the signer knows it. */
export interface ProvenanceInput {
  readonly artifact: { readonly name: string; readonly digest: Digest };
  readonly record: BuildRecord;
  /** `builder.id`: LOCAL_BUILDER for local keys, the signer workflow with its ref for keyless ones. */
  readonly builder: string;
  /** The sources, as `git+https://…@ref` with their commit. */
  readonly source?: { readonly uri: string; readonly digest: DigestSet };
  /** Identifies the run, as its address. */
  readonly invocationId?: string;
  /** What else was asked for from outside, such as the workflow's own inputs. From the token and the run, not the build. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/**
 * SLSA Provenance v1 for one artifact, as the bytes to sign. What the build said of itself goes under byproducts,
 * since the signer did not see it happen. Throws SUBJECT_MISMATCH when the record is of other bytes.
 */
export function provenanceStatement(input: ProvenanceInput): Uint8Array {
  const { artifact, record, source } = input;
  if (record.output.digest !== artifact.digest) {
    throw new AssayError(
      'SUBJECT_MISMATCH',
      `the build record of ${record.job.id} is about other bytes than ${artifact.name}`,
      {
        hint: 'Build again; the artifact was changed after it was built, or the record belongs to another build.',
      },
    );
  }
  const recordText = canonicalJson(record);
  const { job } = record;
  const predicate: Provenance = {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        plugin: job.plugin,
        version: job.version,
        folder: job.folder,
        build: job.id,
        toolchain: job.toolchain,
        sources: job.sources,
        optimize: job.optimize,
        options: job.options,
        ...(job.target === undefined ? {} : { target: job.target }),
        ...(job.features === undefined ? {} : { features: job.features }),
        ...(input.parameters === undefined ? {} : { workflow: input.parameters }),
      },
      internalParameters: { recipe: record.recipe, assay: TOOLKIT.version },
      resolvedDependencies: [
        ...(source === undefined ? [] : [{ uri: source.uri, digest: source.digest }]),
        { name: 'build-inputs', digest: { sha256: hexOf(record.inputs.digest) } },
      ],
    },
    runDetails: {
      builder: { id: input.builder, version: { assay: TOOLKIT.version } },
      ...(input.invocationId === undefined ? {} : { metadata: { invocationId: input.invocationId } }),
      byproducts: [
        {
          name: 'build-record',
          mediaType: 'application/json',
          digest: { sha256: hexOf(digestOf(recordText)) },
          content: Buffer.from(recordText, 'utf8').toString('base64'),
        },
      ],
    },
  };
  return encodeStatement({
    subject: [{ name: artifact.name, digest: { sha256: hexOf(artifact.digest) } }],
    predicateType: PREDICATE.provenance,
    predicate,
  });
}

/** Whose provenance is expected, and of which bytes. */
export interface ProvenanceRequirement {
  /** Digest of the bytes at hand. */
  readonly artifact: Digest;
  readonly release: ReleaseName;
  readonly owners: Owners;
  /** Keys of other roles, so that a signature by one of them is told from a forged one. */
  readonly otherKeys: Keyring;
}

export interface VerifiedProvenance extends VerifiedStatement {
  readonly provenance: Provenance;
  readonly level: BuildLevel;
}

/**
 * Verifies a provenance bundle: signature, that an owner of the namespace signed it, subject, and that the builder it
 * names is the one that signed. Throws what verifyStatement throws.
 */
export async function verifyProvenance(
  verifier: BundleVerifier,
  bundle: Uint8Array,
  requirement: ProvenanceRequirement,
): Promise<VerifiedProvenance> {
  const { artifact, release, owners, otherKeys } = requirement;
  const verified = await verifyStatement(verifier, bundle, {
    artifact,
    predicateType: PREDICATE.provenance,
    role: AUTHOR_ROLE,
    holders: requireOwners(owners, release.name, otherKeys),
    keyring: mergeKeyrings(otherKeys, owners.keys),
    release,
  });
  const provenance = parsePredicate(ProvenanceSchema, verified.statement);
  requireBuilder(provenance, verified.signer);
  return { ...verified, provenance, level: buildLevelOf(verified.holder) };
}

/**
 * The build level that an identity can vouch for. A local key says nothing about the machine. A hosted workflow does;
 * whether the build was isolated from its caller is known of the toolkit's own release workflow alone.
 */
export function buildLevelOf(holder: Identity): BuildLevel {
  if (holder.kind === 'key' || holder.runnerEnvironment !== 'github-hosted') return 1;
  const isolated = `https://github.com/${TOOLKIT.repository}/.github/workflows/plugin-release.yml`;
  return holder.signerWorkflow === isolated ? 3 : 2;
}

function requireBuilder(provenance: Provenance, signer: Signer): void {
  const named = provenance.runDetails.builder.id;
  if (signer.kind === 'key' || named === signer.san) return;
  throw new AssayError('STATEMENT_INVALID', `the provenance names the builder ${named}, but ${signer.san} signed it`, {
    hint: 'The workflow that builds must also be the one that signs, or be called by it.',
  });
}
