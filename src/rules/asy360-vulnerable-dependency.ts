import type { Vulnerability } from './advisories.ts';
import { clip } from './clip.ts';
import type { Draft, ReadContext, ReadRule } from './rule.ts';

const SEVERE = 7;

export const vulnerableDependency: ReadRule = {
  info: {
    id: 'ASY360',
    name: 'vulnerable-dependency',
    row: 36,
    short: 'The module contains a library with a severe known vulnerability, and a fix exists',
    help: 'Libraries are read from Rust’s .dep-v0 list, Go’s module list, source paths and version texts, and matched against the OSV records that the audit was given; nothing is fetched. Severe is a CVSS base score of 7 or more.',
    certainty: 'heuristic',
    level: 'warning',
    action: 'Update the library and build again.',
    since: '1',
  },
  read: (context) => found(context, (vulnerability) => isSevere(vulnerability)),
};

export const knownVulnerability: ReadRule = {
  info: {
    id: 'ASY361',
    name: 'known-vulnerability',
    row: 36,
    short: 'The module contains a library with a known vulnerability, less severe or without a fix',
    help: 'As ASY360, for records with a CVSS base score below 7, without a score, or without a fixed version.',
    certainty: 'heuristic',
    level: 'note',
    action: 'Update the library when a fix is there, or say why it does not matter.',
    since: '1',
  },
  read: (context) => found(context, (vulnerability) => !isSevere(vulnerability)),
};

function isSevere({ score, fixed }: Vulnerability): boolean {
  return score !== undefined && score >= SEVERE && fixed !== undefined;
}

function found({ dependencies, advisories }: ReadContext, wanted: (vulnerability: Vulnerability) => boolean): Draft[] {
  if (advisories === undefined) return [];
  return advisories
    .vulnerabilitiesIn(dependencies.found)
    .filter(wanted)
    .map(({ id, summary, dependency: { ecosystem, name, version }, score, fixed }) => ({
      subject: `${id} ${ecosystem} ${name}`,
      message: `${name} ${version} has ${id}${score === undefined ? '' : ` (CVSS ${score})`}${summary === '' ? '' : `: ${clip(summary, 300)}`}`,
      extent: [`${name} ${version}`],
      ...(fixed === undefined ? {} : { action: `Update ${name} to ${fixed} or newer and build again.` }),
    }));
}
