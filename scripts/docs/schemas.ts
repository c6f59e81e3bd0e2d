import * as z from 'zod';
import { AuditRefusalSchema } from '#model/audit-refusal';
import { AuditReportSchema } from '#model/audit-report';
import { BuildMatrixSchema, BuildRecordSchema } from '#model/build-record';
import { RegistryEventSchema } from '#model/events';
import { LockfileSchema } from '#model/lockfile';
import { ManifestSchema } from '#model/manifest';
import { PolicySchema } from '#model/policy';
import { PolicyTestsSchema } from '#model/policy-tests';
import { OwnersSchema, RegistryHintSchema, RootSchema, ShardSchema, SnapshotSchema } from '#model/registry-documents';
import { ProvenanceSchema, VerificationSummarySchema } from '#model/statement';
import { TOOLKIT } from '#model/toolkit';
import { TrustPolicySchema } from '#model/trust-policy';
import { VerdictSchema } from '#model/verdict';
import { type GeneratedDocs, table } from './generated-file.ts';

interface PublishedSchema {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly document: string;
  readonly about: string;
}

/** Every document that leaves the process, with the schema that parses it. */
export const PUBLISHED_SCHEMAS: readonly PublishedSchema[] = [
  {
    name: 'plugin',
    schema: ManifestSchema,
    document: 'plugin.yaml',
    about: 'what a plugin is, how it is built and what it may do',
  },
  { name: 'policy', schema: PolicySchema, document: 'policy.yaml', about: 'what a registry or a team accepts' },
  {
    name: 'policy-tests',
    schema: PolicyTestsSchema,
    document: 'policy-tests.yaml',
    about: 'what a policy has to say about modules and reports',
  },
  { name: 'build-matrix', schema: BuildMatrixSchema, document: 'output of plan', about: 'every build to be made' },
  { name: 'build-record', schema: BuildRecordSchema, document: '<id>.build.json', about: 'how an artifact was made' },
  {
    name: 'audit-report',
    schema: AuditReportSchema,
    document: '<id>.audit.json',
    about: 'facts and findings about one artifact',
  },
  {
    name: 'audit-refusal',
    schema: AuditRefusalSchema,
    document: '<id>.audit.json',
    about: 'why no engine loads one artifact, in the place of a report',
  },
  {
    name: 'verdict',
    schema: VerdictSchema,
    document: 'verdict.json',
    about: 'approve, flag or reject, with the reasons',
  },
  {
    name: 'provenance',
    schema: ProvenanceSchema,
    document: 'predicate in a bundle',
    about: 'SLSA provenance as the author signs it',
  },
  {
    name: 'verification-summary',
    schema: VerificationSummarySchema,
    document: 'predicate in a bundle',
    about: 'the verdict as a registry signs it (SLSA VSA)',
  },
  { name: 'registry', schema: RegistryHintSchema, document: 'registry.json', about: 'a hint where a registry begins' },
  { name: 'root', schema: RootSchema, document: 'root/N.json', about: 'who may prove what in a registry' },
  {
    name: 'owners',
    schema: OwnersSchema,
    document: 'owners/<namespace>/<digest>.json',
    about: 'who publishes under a namespace',
  },
  { name: 'shard', schema: ShardSchema, document: 'shards/<digest>.json', about: 'part of the index' },
  { name: 'snapshot', schema: SnapshotSchema, document: 'snapshot.json', about: 'the current index by digest' },
  {
    name: 'registry-event',
    schema: RegistryEventSchema,
    document: 'a line of index/<namespace>/<name>/<digest>.jsonl',
    about: 'a release, verdict, state or mirror',
  },
  { name: 'lock', schema: LockfileSchema, document: 'assay.lock', about: 'the exact releases a runtime holds' },
  { name: 'trust', schema: TrustPolicySchema, document: 'trust.json', about: 'what a runtime believes' },
];

/** The address under which a schema is published, which is also its `$id`. */
export function schemaAddress(name: string): string {
  return `${TOOLKIT.schemaBase}${name}.schema.json`;
}

/** The JSON Schema (draft 2020-12) of what a document may say before defaults are filled in. */
export function jsonSchema({ name, schema, document, about }: PublishedSchema): object {
  const { $schema, ...body } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  const { id: _id, ...rest } = body;
  return { $schema, $id: schemaAddress(name), title: document, description: about, ...rest };
}

export function schemaDocs(): GeneratedDocs {
  const rows = PUBLISHED_SCHEMAS.map(({ name, document, about }) => [
    `\`${document}\``,
    about,
    `[${name}.schema.json](../schemas/${name}.schema.json)`,
  ]);
  const page =
    '# Documents\n\n' +
    'Every document that Assay reads or writes has one schema; parsers, types and the JSON Schemas below come from it. ' +
    'Unknown keys are errors. Only in in-toto statements they are passed over, as their specification asks.\n\n' +
    `${table(['document', 'what it holds', 'JSON Schema'], rows)}\n\n` +
    'For completion and checks in an editor, begin a manifest with:\n\n' +
    `\`\`\`yaml\n# yaml-language-server: $schema=${schemaAddress('plugin')}\n\`\`\`\n`;
  return {
    files: [
      ...PUBLISHED_SCHEMAS.map((published) => ({
        path: `schemas/${published.name}.schema.json`,
        text: `${JSON.stringify(jsonSchema(published), null, 2)}\n`,
      })),
      { path: 'docs/documents.md', text: page },
    ],
    blocks: [],
  };
}
