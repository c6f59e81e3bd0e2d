/**
 * Source files that are finished and tested, but that no entry reaches yet, each with what will reach it. The
 * dead-code gate lets them pass until then, and complains about a row that is no longer needed.
 */
export const AHEAD_OF_USE: Readonly<Record<string, string>> = {
  'src/adapters/artifacts/folder-artifacts.ts': 'runs of the actions outside GitHub',
  'src/stages/publish/record-verdict.ts': 'registry-verdict.yml, when a published version is audited again',
  'src/stages/publish/rotate-root.ts': 'assay registry, a new root',
};
