import { listed, quote } from './clip.ts';
import { matchesAt } from './anchors.ts';
import type { ReadRule } from './rule.ts';

const ROOTS = [
  '/home/',
  '/Users/',
  '/root/.',
  ':\\Users\\',
  '/usr/local/cargo/registry/',
  '/private/var/folders/',
  '/__w/',
] as const;
const PATHS =
  /(?:\/home\/|\/Users\/|\/root\/\.|:\\Users\\|\/usr\/local\/cargo\/registry\/|\/private\/var\/folders\/|\/__w\/)[\w.@+-]{1,60}[/\\][\w./\\@+-]{1,200}/y;
const MAX_PATHS = 200;

/** The first four parts of a path. */
function rootOf(path: string): string {
  let at = 0;
  for (let part = 0; at < path.length; at++) {
    const character = path[at];
    if ((character === '/' || character === '\\') && ++part === 4) break;
  }
  return path.slice(0, at).replaceAll('\\', '/');
}

export const buildPath: ReadRule = {
  info: {
    id: 'ASY330',
    name: 'build-path',
    row: 33,
    short: 'The module carries paths of the machine that built it',
    help: 'Panic messages, assertions and debug data keep source paths. They tell a user name and keep two machines from building the same bytes.',
    certainty: 'certain',
    level: 'note',
    action: 'Remap the paths when compiling.',
    since: '1',
  },
  read: ({ regions }) => {
    const roots = new Map<string, number>();
    for (const region of regions) {
      for (const match of matchesAt(region, ROOTS, PATHS)) {
        if (roots.size >= MAX_PATHS) break;
        const root = rootOf(match[0]);
        if (!roots.has(root)) roots.set(root, region.offsetAt(match.index));
      }
    }
    if (roots.size === 0) return [];
    return [
      {
        message: `names paths of the build machine: ${listed(
          [...roots.keys()].map((root) => quote(root)),
          3,
        )}`,
        locations: [...roots].map(([, offset]) => ({ offset })),
        extent: [...roots.keys()],
        fix: {
          kind: 'flags',
          description: 'remap source paths',
          flags: {
            rust: ['--remap-path-prefix=$HOME=/home', '--remap-path-prefix=$PWD=/src'],
            clang: ['-ffile-prefix-map=$PWD=/src'],
            'zig-cc': ['-ffile-prefix-map=$PWD=/src'],
            emscripten: ['-ffile-prefix-map=$PWD=/src'],
            go: ['-trimpath'],
            tinygo: ['-no-debug'],
          },
        },
      },
    ];
  },
};
