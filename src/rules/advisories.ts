import { gte, lt, lte, parse, type SemVer } from 'semver';
import * as z from 'zod';
import type { Dependency } from '#model/audit-report';
import { canonicalDigest } from '#model/canonical-json';
import { type Digest, digestOf } from '#model/digest';
import { parseJson } from '#model/parse';
import { cvssBaseScore } from './cvss.ts';

const MAX_BYTES = 64 * 1024 * 1024;

const Severity = z.object({ type: z.string(), score: z.string() });
/** The part of an OSV record (OSV schema 1.x) that matching needs; other fields are the database's own business. */
const Record = z.object({
  id: z.string().min(1).max(200),
  withdrawn: z.string().optional(),
  summary: z.string().optional(),
  aliases: z.array(z.string()).optional(),
  severity: z.array(Severity).optional(),
  database_specific: z.object({ severity: z.unknown().optional() }).optional(),
  affected: z
    .array(
      z.object({
        package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
        severity: z.array(Severity).optional(),
        versions: z.array(z.string()).optional(),
        ranges: z
          .array(
            z.object({
              type: z.string(),
              events: z.array(
                z.object({
                  introduced: z.string().optional(),
                  fixed: z.string().optional(),
                  last_affected: z.string().optional(),
                }),
              ),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});
type Record = z.infer<typeof Record>;
type Affected = NonNullable<Record['affected']>[number];
const Records = z.union([Record, z.array(Record)]);

type ByPackage = ReadonlyMap<string, readonly { readonly record: Record; readonly affected: Affected }[]>;

/**
 * Vulnerability records, and the digest of the data that they were read from. Whoever matches needs no more than this
 * object: an audit without records loads neither this file nor what it parses and compares with.
 */
export interface Advisories {
  readonly digest: Digest;
  readonly count: number;
  /** Vulnerabilities that the records list for these libraries, in the libraries' order. */
  vulnerabilitiesIn(dependencies: readonly Dependency[]): Vulnerability[];
}

/** A known vulnerability of a library that a module contains. */
export interface Vulnerability {
  readonly id: string;
  readonly summary: string;
  readonly dependency: Dependency;
  /** CVSS base score, 0 to 10, where the record gives one. */
  readonly score: number | undefined;
  readonly fixed: string | undefined;
}

/**
 * Reads OSV records, one document or a list in each text. The digest depends on the texts and not on their order.
 * Throws DOCUMENT_MALFORMED or DOCUMENT_INVALID, naming the document.
 */
export function readAdvisories(
  documents: readonly { readonly source: string; readonly text: string | Uint8Array }[],
): Advisories {
  const byPackage = new Map<string, { record: Record; affected: Affected }[]>();
  let count = 0;
  for (const { source, text } of documents) {
    const parsed = parseJson(Records, text, {
      source,
      maxBytes: MAX_BYTES,
      hint: 'Give OSV records (osv.dev), one or a list in each file.',
    });
    for (const record of Array.isArray(parsed) ? parsed : [parsed]) {
      count += 1;
      if (record.withdrawn !== undefined) continue;
      for (const affected of record.affected ?? []) {
        if (affected.package === undefined) continue;
        const key = packageKey(affected.package.ecosystem, affected.package.name);
        const known = byPackage.get(key);
        if (known === undefined) byPackage.set(key, [{ record, affected }]);
        else known.push({ record, affected });
      }
    }
  }
  return {
    digest: canonicalDigest(documents.map(({ text }) => digestOf(text)).toSorted()),
    count,
    vulnerabilitiesIn: (dependencies) => matches(dependencies, byPackage),
  };
}

function matches(dependencies: readonly Dependency[], byPackage: ByPackage): Vulnerability[] {
  return dependencies.flatMap((dependency) =>
    (byPackage.get(packageKey(dependency.ecosystem, dependency.name)) ?? []).flatMap(
      ({ record, affected }): Vulnerability[] => {
        const version = parse(dependency.version, { loose: true }) ?? undefined;
        const hit =
          affected.versions?.includes(dependency.version) === true ||
          (version !== undefined && inRanges(version, affected));
        if (!hit) return [];
        return [
          {
            id: record.aliases?.find((alias) => alias.startsWith('CVE-')) ?? record.id,
            summary: record.summary ?? '',
            dependency,
            score: scoreOf(record, affected),
            fixed: version === undefined ? undefined : nextFix(version, affected),
          },
        ];
      },
    ),
  );
}

/** Package names are compared as their ecosystems do: crates.io takes `-` and `_` for the same. */
function packageKey(ecosystem: string, name: string): string {
  const family = ecosystem.split(':')[0] ?? ecosystem;
  return `${family} ${family === 'crates.io' ? name.toLowerCase().replaceAll('_', '-') : name}`;
}

/** OSV's evaluation: a version is affected after an `introduced` until the next `fixed`, or up to a `last_affected`. */
function inRanges(version: SemVer, { ranges = [] }: Affected): boolean {
  return ranges
    .filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM')
    .some(({ events }) => {
      let affected = false;
      for (const event of sortedEvents(events)) {
        if (event.introduced !== undefined && gte(version, event.introduced)) affected = true;
        if (event.fixed !== undefined && gte(version, event.fixed)) affected = false;
        if (event.last_affected !== undefined && !lte(version, event.last_affected)) affected = false;
      }
      return affected;
    });
}

type Event = { readonly introduced?: SemVer; readonly fixed?: SemVer; readonly last_affected?: SemVer };

/** Events in the order of their versions; one that is no version is left out, as OSV allows odd ecosystems. */
function sortedEvents(events: NonNullable<Affected['ranges']>[number]['events']): Event[] {
  const read = (text: string | undefined) =>
    text === undefined ? undefined : (parse(text === '0' ? '0.0.0-0' : text, { loose: true }) ?? undefined);
  return events
    .flatMap((event): { at: SemVer; event: Event }[] => {
      const introduced = read(event.introduced);
      const fixed = read(event.fixed);
      const last = read(event.last_affected);
      const at = introduced ?? fixed ?? last;
      if (at === undefined) return [];
      return [
        {
          at,
          event: {
            ...(introduced === undefined ? {} : { introduced }),
            ...(fixed === undefined ? {} : { fixed }),
            ...(last === undefined ? {} : { last_affected: last }),
          },
        },
      ];
    })
    .toSorted((a, b) => a.at.compare(b.at))
    .map(({ event }) => event);
}

function nextFix(version: SemVer, { ranges = [] }: Affected): string | undefined {
  const fixes = ranges.flatMap(({ events }) => sortedEvents(events).flatMap((event) => event.fixed ?? []));
  return fixes.toSorted((a, b) => a.compare(b)).find((fix) => lt(version, fix))?.version;
}

const BY_WORD: Readonly<{ [word: string]: number }> = { CRITICAL: 9, HIGH: 7, MODERATE: 5, MEDIUM: 5, LOW: 2 };

function scoreOf(record: Record, affected: Affected): number | undefined {
  const scores = [...(affected.severity ?? []), ...(record.severity ?? [])].flatMap(({ type, score }) =>
    type.startsWith('CVSS_V3') ? (cvssBaseScore(score) ?? []) : [],
  );
  if (scores.length > 0) return Math.max(...scores);
  const word = record.database_specific?.severity;
  return typeof word === 'string' ? BY_WORD[word.toUpperCase()] : undefined;
}
