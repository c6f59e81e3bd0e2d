import { OUT, PATH, PUBLISH, TIMEOUT } from './common-inputs.ts';
import { defineAction } from './definition.ts';

export const build = defineAction({
  folder: 'build',
  title: 'Assay build',
  description: 'Compiles the builds of one plugin, from a cache when nothing they read has changed.',
  inputs: {
    path: PATH,
    job: {
      kind: 'text',
      description: 'One entry of the matrix, as toJSON(matrix) gives it. Default: every build of the plugin at path.',
    },
    out: OUT,
    cache: {
      kind: 'text',
      description:
        'Where finished builds are kept: actions (the Actions cache) or a folder. Default: no cache. It is left alone in a ' +
        'job that could publish: see publish.',
    },
    publish: PUBLISH,
    artifact: {
      kind: 'boolean',
      default: false,
      description: 'Store module, record, log and companions of each build as an artifact of the run.',
    },
    timeout: TIMEOUT,
  },
  outputs: {
    modules: 'Paths of the modules, one a line.',
    digests: 'JSON object: build id to sha256 digest of its module.',
    cached: 'true when every module came from the cache.',
    artifacts: 'Names of the artifacts that were stored, one a line.',
  },
});
