import {
  ACCEPTANCES,
  ADVISORIES,
  BASELINE,
  KEY_PASSPHRASE,
  KEYS,
  OUT,
  PATH,
  POLICY,
  ROOT,
  TRUSTED_ROOT,
} from './common-inputs.ts';
import { defineAction } from './definition.ts';

export const publish = defineAction({
  folder: 'publish',
  title: 'Assay publish',
  description: 'Verifies a signed release again and adds it to a registry folder, in a new signed snapshot.',
  inputs: {
    path: PATH,
    out: OUT,
    policy: POLICY,
    baseline: BASELINE,
    acceptances: ACCEPTANCES,
    advisories: ADVISORIES,
    registry: { kind: 'path', required: true, description: 'Folder of the registry, relative to the workspace.' },
    keys: KEYS,
    'snapshot-key': {
      kind: 'secret',
      description: 'Private key of the role snapshot (PEM), instead of a key folder. It signs the new snapshot.',
    },
    'key-passphrase': KEY_PASSPHRASE,
    root: ROOT,
    'trusted-root': TRUSTED_ROOT,
    'dry-run': { kind: 'boolean', default: false, description: 'Say what would change and write nothing.' },
  },
  outputs: {
    version: 'Name and version, as acme/greet@1.4.0.',
    serial: 'Serial of the new snapshot.',
    files: 'Files of the registry that are new or changed, one a line.',
  },
});
