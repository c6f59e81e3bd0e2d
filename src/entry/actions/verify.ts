import { TRUSTED_ROOT } from './common-inputs.ts';
import { defineAction } from './definition.ts';

export const verify = defineAction({
  folder: 'verify',
  title: 'Assay verify',
  description: 'Checks files against everything that a registry publishes about them, or against bundles and a key.',
  inputs: {
    files: { kind: 'paths', required: true, description: 'Modules or components to verify, one a line.' },
    registry: { kind: 'text', description: 'Folder or address of the registry that has published them.' },
    root: { kind: 'digest', description: "Digest of the registry's root that you trust. Needed with registry." },
    'trusted-root': TRUSTED_ROOT,
    bundles: { kind: 'paths', description: 'Bundles that must be about the one file given, one a line.' },
    key: { kind: 'path', description: 'Public key that must have signed the bundles. Needed with bundles.' },
  },
  outputs: {
    verified: 'true when every check of every file passed. The step fails otherwise.',
    digests: 'JSON object: file to its sha256 digest.',
    checks: 'JSON list of all checks: file, what it was checked against, check, ok and detail.',
  },
});
