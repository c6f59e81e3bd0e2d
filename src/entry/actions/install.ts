import { defineAction } from './definition.ts';

export const install = defineAction({
  folder: 'install',
  title: 'Assay install',
  description: 'Resolves, verifies and installs plugins into a runtime folder, the whole set or nothing.',
  inputs: {
    plugins: {
      kind: 'lines',
      description: 'Plugins to install, one a line: name or name@range. May be left out with frozen.',
    },
    runtime: { kind: 'path', required: true, description: 'Runtime folder, relative to the workspace.' },
    registry: {
      kind: 'text',
      description: 'Folder or address of a registry to trust first. Default: those that the runtime folder trusts.',
    },
    root: { kind: 'digest', description: "Digest of that registry's root. Needed with registry." },
    namespaces: {
      kind: 'lines',
      description: 'Namespaces that only that registry may serve, one a line. Needed with a second registry.',
    },
    frozen: {
      kind: 'boolean',
      default: false,
      description: 'Install exactly what assay.lock in the runtime folder says, or fail.',
    },
    prereleases: { kind: 'boolean', default: false, description: 'Consider prereleases.' },
    'allow-downgrade': { kind: 'boolean', default: false, description: 'Let a plugin go back to an older version.' },
    'dry-run': { kind: 'boolean', default: false, description: 'Resolve and verify, install nothing.' },
  },
  outputs: {
    generation: 'Number of the generation that is in use now.',
    changed: 'true when the installed set differs from the one before.',
    changes: 'JSON list: name, kind, from, to and added capabilities of every plugin of the set.',
  },
});
