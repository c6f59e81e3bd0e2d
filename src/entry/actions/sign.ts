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

export const sign = defineAction({
  folder: 'sign',
  title: 'Assay sign',
  description:
    'Signs the provenance of approved modules, and the verdict where its key is given. Without a key it signs ' +
    'keylessly, which needs `id-token: write` in a job that built no plugin.',
  inputs: {
    path: PATH,
    out: OUT,
    policy: POLICY,
    baseline: BASELINE,
    acceptances: ACCEPTANCES,
    advisories: ADVISORIES,
    keys: KEYS,
    'author-key': {
      kind: 'secret',
      description: 'Private key of the role author (PEM), instead of a key folder. It signs the provenance.',
    },
    'verdict-key': {
      kind: 'secret',
      description:
        'Private key of the role verdict (PEM), instead of a key folder. It signs the verdict, over provenance ' +
        'that is made now or was signed before.',
    },
    'key-passphrase': KEY_PASSPHRASE,
    registry: {
      kind: 'text',
      description: 'Folder or address of the registry that the verdict speaks for. Needed to sign a verdict.',
    },
    root: ROOT,
    'trusted-root': TRUSTED_ROOT,
    'fulcio-url': {
      kind: 'text',
      description: 'Keyless signing: the certificate authority. Default: the public instance of Sigstore.',
    },
    'rekor-url': { kind: 'text', description: 'Keyless signing: the transparency log, given with fulcio-url.' },
    'rekor-version': {
      kind: 'enum',
      choices: ['1', '2'],
      default: '1',
      description: 'Keyless signing: which version of its interface the log at rekor-url has.',
    },
    'timestamp-url': {
      kind: 'text',
      description: 'Keyless signing: the timestamp authority, path included. Version 2 of the log needs one.',
    },
  },
  outputs: {
    provenance: 'Paths of the signed provenance, one a line.',
    verdicts: 'Paths of the signed verdicts, one a line; empty when only provenance was signed.',
    digests: 'JSON object: build id to sha256 digest of the module that was signed for.',
  },
});
