import { DEFAULT_BUILD_FOLDER } from '#model/build-folder';

/** Inputs that several actions share, so that they mean and read the same everywhere. */
export const PATH = {
  kind: 'path',
  default: '.',
  description: 'Folder that holds plugin.yaml, relative to the workspace.',
} as const;

export const OUT = {
  kind: 'path',
  default: DEFAULT_BUILD_FOLDER,
  description: 'Folder through which the steps hand on modules, reports and the verdict.',
} as const;

export const POLICY = {
  kind: 'text',
  description:
    'Preset (assay:wasi-p1@1) or policy file to decide by. Default: the one plugin.yaml names, else the preset of its abi.',
} as const;

export const BASELINE = {
  kind: 'path',
  description: 'The last approved module, or its audit report, to compare with.',
} as const;

export const ACCEPTANCES = {
  kind: 'path',
  description: 'File with the recorded decisions of reviewers (YAML list).',
} as const;

export const ADVISORIES = {
  kind: 'paths',
  description: 'OSV records to match libraries against: files, or folders of them, one a line. None are fetched.',
} as const;

export const FAIL_ON = {
  kind: 'enum',
  choices: ['reject', 'flag', 'never'],
  default: 'reject',
  description: 'The mildest outcome that fails the step.',
} as const;

export const SUMMARY = {
  kind: 'boolean',
  default: true,
  description: 'Write the report to the page of the run.',
} as const;

export const PUBLISH = {
  kind: 'boolean',
  default: false,
  description:
    'Whether what is built here may be published: then no cache is read or written. Runs of tags and releases, and jobs ' +
    'with id-token: write, are known without it; a job that publishes from a branch has to say it.',
} as const;

export const TIMEOUT = {
  kind: 'integer',
  default: 600,
  min: 1,
  max: 21_600,
  description: 'Limit for one compiler run, in seconds.',
} as const;

export const KEYS = {
  kind: 'path',
  description: 'Folder with the private keys that are needed, one file a role, as `assay keygen` makes it.',
} as const;

export const KEY_PASSPHRASE = {
  kind: 'secret',
  description: 'Passphrase of the private keys, where they are encrypted.',
} as const;

export const ROOT = {
  kind: 'digest',
  description: "Digest of the registry's first root. Default: what registry-pin.json in the key folder says.",
} as const;

export const TRUSTED_ROOT = {
  kind: 'path',
  description: 'trusted_root.json of Sigstore, to verify keyless signatures. Default: signatures by keys alone.',
} as const;

/** Outputs of every action that decides. */
export const VERDICT_OUTPUTS = {
  outcome: 'approve, flag or reject.',
  headline: 'The outcome in one line, for a comment or a notification.',
  verdict: 'Path of verdict.json.',
  'verdict-digest': 'Digest of the decision, the same on any machine.',
  sarif: 'Path of the SARIF report, for github/codeql-action/upload-sarif.',
  html: 'Path of the report as one HTML page.',
} as const;
