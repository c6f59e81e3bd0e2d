import { PATH } from './common-inputs.ts';
import { defineAction } from './definition.ts';

export const setupToolchain = defineAction({
  folder: 'setup-toolchain',
  title: 'Assay setup toolchain',
  description:
    'Makes the compilers that a plugin needs available: what the runner has, else a package manager that checks what ' +
    'it installs, else a pinned download checked by its digest.',
  inputs: {
    path: PATH,
    packages: {
      kind: 'boolean',
      default: true,
      description: 'Whether npm, rustup and apt may be asked.',
    },
    downloads: {
      kind: 'boolean',
      default: true,
      description: 'Whether tools may be downloaded; only those with a pinned sha256 are.',
    },
  },
  outputs: {
    versions: 'JSON object: toolchain to its exact version.',
    origins: 'JSON object: toolchain to where it came from.',
  },
});
