/**
 * Source files that are finished and tested, but that no entry reaches yet, each with what will reach it. The
 * dead-code gate lets them pass until then, and complains about a row that is no longer needed.
 */
export const AHEAD_OF_USE: Readonly<Record<string, string>> = {
  'src/adapters/artifacts/folder-artifacts.ts': 'runs of the actions outside GitHub',
  'src/adapters/sigstore/trusted-root.ts': 'keyless signatures on the command line',
  'src/adapters/store/cached.ts': 'installing from a registry over a poor network',
  'src/report/badge.ts': 'the status page of a registry',
  'src/rules/apply-fixes.ts': 'assay fix',
  'src/rules/policy/explain.ts': 'assay policy',
  'src/stages/decide/expectations.ts': 'assay policy',
  'src/stages/decide/simulate.ts': 'assay policy',
  'src/stages/publish/rotate-root.ts': 'assay registry, a new root',
};
