import { defineAction } from './definition.ts';

export const plan = defineAction({
  folder: 'plan',
  title: 'Assay plan',
  description: 'Finds the plugins of a repository and turns their manifests into a build matrix.',
  inputs: {
    path: {
      kind: 'path',
      default: '.',
      description: 'Folder in which plugins are looked for, relative to the workspace.',
    },
    'changed-files': {
      kind: 'lines',
      description: 'Paths that differ from the base, one a line; only what they touch is planned. Default: everything.',
    },
    base: {
      kind: 'text',
      description:
        'Commit, branch or tag to compare with; only plugins that differ from it are planned. Needs the history: ' +
        'actions/checkout with fetch-depth 0. Not together with changed-files.',
    },
    head: {
      kind: 'text',
      default: 'HEAD',
      description: 'The commit that is compared with base.',
    },
    tag: {
      kind: 'text',
      description:
        'The release tag; the version it names must be that of the manifest. A tag name/v1.2.3 plans that plugin only.',
    },
  },
  outputs: {
    matrix: 'The build matrix as JSON; give it to strategy.matrix through fromJSON.',
    count: 'How many builds the matrix has; skip the build job at 0.',
    plugins: 'JSON list of the planned plugins: name, version and folder.',
  },
});
