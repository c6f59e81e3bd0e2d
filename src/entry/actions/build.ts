import { OUT, PATH, TIMEOUT } from './common-inputs.ts';
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
      kind: 'path',
      description: 'Folder of finished builds, to be restored and saved with actions/cache. Default: no cache.',
    },
    timeout: TIMEOUT,
  },
  outputs: {
    modules: 'Paths of the modules, one a line.',
    digests: 'JSON object: build id to sha256 digest of its module.',
    cached: 'true when every module came from the cache.',
  },
});
