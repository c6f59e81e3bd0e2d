import type { AuditReport, FindingLocation, RuleDescriptor } from '#model/audit-report';
import { hexOf } from '#model/digest-of';
import { TOOLKIT } from '#model/toolkit';
import { type Assessment, type Remark, remarksOf } from './assessment.ts';
import { pathPieces, showPiece } from './call-path.ts';
import { placeParts, showPlace } from './location.ts';
import { manifestPointer } from './manifest-pointer.ts';
import { visible } from './visible-text.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
// GitHub reads at most 25,000 results of a run and shows 5,000; one plugin never comes near.
const PRECISION = { certain: 'very-high', sound: 'high', heuristic: 'medium' } as const;
const PROBLEM_SEVERITY = {
  error: 'error',
  warning: 'warning',
  note: 'recommendation',
  none: 'recommendation',
} as const;
const RELATED = 20;

/**
 * The report as a SARIF 2.1.0 log with one run. Results are placed on the manifest where it is known, so that
 * GitHub can show them, with the bytes as related locations; otherwise on the bytes themselves.
 */
export function renderSarif(assessment: Assessment): string {
  const remarks = remarksOf(assessment);
  const rules = rulesOf(remarks);
  const artifacts = artifactsOf(assessment);
  const plugin = assessment.verdict?.decision.plugin?.name ?? assessment.reports[0]?.subject.name ?? 'nothing';
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Assay',
            semanticVersion: assessment.verdict?.engine.assay ?? assessment.reports[0]?.engine.assay ?? TOOLKIT.version,
            informationUri: `https://github.com/${TOOLKIT.repository}`,
            rules: rules.map(reportingDescriptor),
          },
        },
        automationDetails: { id: `assay/${visible(plugin, 120)}/` },
        columnKind: 'utf16CodeUnits',
        artifacts: artifacts.map((artifact) => artifact.object),
        results: remarks.map((remark) => result(assessment, remark, rules, artifacts)),
        ...(assessment.verdict === undefined ? {} : { properties: verdictProperties(assessment.verdict) }),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function verdictProperties(verdict: NonNullable<Assessment['verdict']>) {
  return { outcome: verdict.decision.outcome, verdictDigest: verdict.digest, policyDigest: verdict.decision.policy };
}

function rulesOf(remarks: readonly Remark[]): RuleDescriptor[] {
  const byId = new Map<string, RuleDescriptor>();
  for (const { descriptor } of remarks) if (descriptor !== undefined) byId.set(descriptor.id, descriptor);
  return [...byId.values()].sort((a, b) => Number(a.id.slice(3)) - Number(b.id.slice(3)));
}

function reportingDescriptor(rule: RuleDescriptor) {
  return {
    id: rule.id,
    name: rule.name,
    shortDescription: { text: rule.short },
    fullDescription: { text: rule.short },
    help: { text: rule.help === '' ? rule.short : rule.help },
    defaultConfiguration: { level: rule.level },
    properties: {
      precision: PRECISION[rule.certainty],
      'problem.severity': PROBLEM_SEVERITY[rule.level],
      tags: ['security', 'webassembly'],
      certainty: rule.certainty,
    },
  };
}

interface ArtifactEntry {
  /** Undefined for the manifest. */
  readonly digest: string | undefined;
  readonly uri: string;
  readonly object: object;
}

function artifactsOf({ reports, verdict, manifest }: Assessment): ArtifactEntry[] {
  const audited = reports.map((report) => report.subject);
  const refused = (verdict?.decision.artifacts ?? [])
    .filter(({ digest }) => !audited.some((subject) => subject.digest === digest))
    .map(({ digest, size, build }) => ({ digest, size, name: `${build || 'artifact'}.wasm` }));
  const subjects: readonly Pick<AuditReport['subject'], 'digest' | 'name' | 'size'>[] = [...audited, ...refused];
  const entries = distinct(subjects).map(({ name, digest, size }) => {
    const uri = uriReference(name);
    const object = {
      location: { uri },
      length: size,
      mimeType: 'application/wasm',
      roles: ['analysisTarget'],
      hashes: { 'sha-256': hexOf(digest) },
    };
    return { digest, uri, object };
  });
  if (manifest === undefined) return entries;
  const uri = uriReference(manifest.path);
  return [...entries, { digest: undefined, uri, object: { location: { uri }, mimeType: 'application/yaml' } }];
}

/** A relative URI reference for a path; nothing in a name can make it another kind of URI. */
function uriReference(path: string): string {
  const segments = path.toWellFormed().replaceAll('\\', '/').split('/');
  const encoded = segments.map((segment) => encodeURIComponent(segment).replaceAll("'", '%27')).join('/');
  return encoded.replace(/^\/+/, '') || 'artifact';
}

function result(
  assessment: Assessment,
  remark: Remark,
  rules: readonly RuleDescriptor[],
  artifacts: readonly ArtifactEntry[],
) {
  const ruleIndex = rules.findIndex((rule) => rule.id === remark.rule);
  const inBytes = byteLocations(remark, artifacts);
  const onManifest = manifestLocation(assessment, remark, artifacts);
  const logical = distinct(remark.places.flatMap((place) => place.locations.flatMap(logicalLocations)));
  const [first] = inBytes;
  const primary = onManifest ?? first;
  const related = (onManifest === undefined ? inBytes.slice(1) : inBytes).slice(0, RELATED);
  return {
    ruleId: remark.rule,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: remark.level,
    ...(remark.level === 'none' ? { kind: 'informational' } : {}),
    message: { text: messageText(remark) },
    ...(primary === undefined
      ? {}
      : { locations: [logical.length === 0 ? primary : { ...primary, logicalLocations: logical.slice(0, RELATED) }] }),
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map((location, index) => ({ id: index + 1, ...location })) }),
    ...codeFlows(remark, artifacts),
    partialFingerprints: {
      'assayFinding/v1': remark.fingerprint,
      // GitHub tells alerts apart by this one; the line says little about a finding in bytes.
      primaryLocationLineHash: `${remark.fingerprint}:1`,
    },
    ...(remark.settled === undefined ? {} : { suppressions: [suppression(remark.settled)] }),
    ...(remark.policyLine === undefined ? {} : { properties: { policyLine: visible(remark.policyLine, 400) } }),
  };
}

function messageText(remark: Remark): string {
  // Messages are phrases without a full stop; what to do is a sentence of its own.
  return `${visible(remark.message, 2000).replace(/(?<![.!?…])$/, '.')} ${visible(remark.action, 1000)}`.trim();
}

function suppression({ by, who, reason }: NonNullable<Remark['settled']>) {
  const justification = `${by} of ${visible(who, 100)}: ${visible(reason, 1000)}`;
  return { kind: 'external', status: 'accepted', justification };
}

function manifestLocation({ manifest }: Assessment, remark: Remark, artifacts: readonly ArtifactEntry[]) {
  if (manifest === undefined) return undefined;
  const index = artifacts.findIndex((artifact) => artifact.digest === undefined);
  const position = manifest.locate?.(manifestPointer(remark.fix));
  const region = position === undefined ? { startLine: 1 } : { startLine: position.line, startColumn: position.column };
  return { physicalLocation: { artifactLocation: { uri: artifacts[index]?.uri ?? '', index }, region } };
}

function byteLocations(remark: Remark, artifacts: readonly ArtifactEntry[]) {
  return remark.places.flatMap(({ artifact, locations }) => {
    const index = artifacts.findIndex((entry) => entry.digest !== undefined && entry.digest === artifact);
    const entry = artifacts[index];
    if (entry === undefined) return [];
    const where: readonly FindingLocation[] = locations.length === 0 ? [{}] : locations;
    return where.map((location) => {
      const text = showPlace(location);
      return {
        physicalLocation: {
          artifactLocation: { uri: entry.uri, index },
          ...(location.offset === undefined ? {} : { region: { byteOffset: location.offset } }),
        },
        ...(text === '' ? {} : { message: { text } }),
      };
    });
  });
}

/** A call path is a flow of one thread: a location for each function, the import last. */
function codeFlows(remark: Remark, artifacts: readonly ArtifactEntry[]) {
  const flows = remark.places.flatMap(({ artifact, locations }) => {
    const index = artifacts.findIndex((entry) => entry.digest !== undefined && entry.digest === artifact);
    const uri = artifacts[index]?.uri;
    if (uri === undefined) return [];
    return locations.flatMap((location) => {
      const pieces = pathPieces(location);
      if (pieces === undefined) return [];
      const flow = pieces.map(({ offset, ...piece }) => ({
        location: {
          physicalLocation: {
            artifactLocation: { uri, index },
            ...(offset === undefined ? {} : { region: { byteOffset: offset } }),
          },
          message: { text: showPiece(piece, (name) => visible(name, 200)) },
          ...(piece.name === undefined
            ? {}
            : { logicalLocations: [{ fullyQualifiedName: visible(piece.name, 200), kind: 'function' }] }),
        },
      }));
      return [{ threadFlows: [{ locations: flow }] }];
    });
  });
  return flows.length === 0 ? {} : { codeFlows: flows.slice(0, RELATED) };
}

const LOGICAL_KINDS: Readonly<Record<string, string>> = {
  function: 'function',
  export: 'function',
  import: 'function',
  section: 'module',
};

function logicalLocations(location: FindingLocation) {
  return placeParts(location).flatMap(({ label, name }) => {
    const kind = LOGICAL_KINDS[label];
    return name === undefined || kind === undefined ? [] : [{ fullyQualifiedName: visible(name, 200), kind }];
  });
}

/** SARIF's arrays are sets: no two items may be equal. */
function distinct<T extends object>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
