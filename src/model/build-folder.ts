/**
 * Names inside the folder (default `.assay`) through which separate steps hand on their results: build writes the
 * first three, audit the fourth, decide the verdict, sign the bundles. `id` is the matrix id of a build.
 */
export const DEFAULT_BUILD_FOLDER = '.assay';

export const BUILD_FOLDER = {
  module: (id: string): string => `${id}.wasm`,
  record: (id: string): string => `${id}.build.json`,
  log: (id: string): string => `${id}.log`,
  report: (id: string): string => `${id}.audit.json`,
  provenance: (id: string): string => `${id}.provenance.sigstore.json`,
  verdictBundle: (id: string): string => `${id}.verdict.sigstore.json`,
  verdict: 'verdict.json',
  manifest: 'manifest.json',
  summary: 'summary.md',
  html: 'report.html',
  sarif: 'report.sarif',
  badge: 'badge.svg',
  /** What a shields.io endpoint answers. */
  badgeEndpoint: 'badge.json',
} as const;

/** The id inside `<id>.build.json`, or undefined for any other file. */
export function buildIdOf(fileName: string): string | undefined {
  return /^([a-z0-9][a-z0-9._-]{0,120})\.build\.json$/.exec(fileName)?.[1];
}

/** The id inside `<id>.audit.json`, or undefined for any other file. */
export function reportIdOf(fileName: string): string | undefined {
  return /^([a-z0-9][a-z0-9._-]{0,120})\.audit\.json$/.exec(fileName)?.[1];
}
