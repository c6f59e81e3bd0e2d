import { listed, quote } from './clip.ts';
import type { ReadRule } from './rule.ts';

export const debugInformation: ReadRule = {
  info: {
    id: 'ASY340',
    name: 'debug-information',
    row: 34,
    short: 'The module ships with debug information',
    help: 'Function names, DWARF sections or a source map address help a debugger and whoever reads the module; they cost size and may tell paths.',
    certainty: 'certain',
    level: 'note',
    action: 'Strip the release build, or keep the names on purpose.',
    since: '1',
  },
  read: ({ facts, sections: all }) => {
    if (facts.debug.length === 0) return [];
    const sections = all.filter(({ custom }) => facts.debug.includes(custom));
    const size = sections.reduce((total, section) => total + section.size, 0);
    return [
      {
        message: `ships ${listed(facts.debug.map((name) => quote(name)))}: ${size} bytes of debug information`,
        locations: sections.map((section) => ({ offset: section.offset, section: section.custom })),
        extent: facts.debug,
        fix: {
          kind: 'flags',
          description: 'strip names and debug sections',
          flags: {
            clang: ['-Wl,--strip-all'],
            'zig-cc': ['-s'],
            rust: ['-C', 'strip=symbols'],
            emscripten: ['-g0'],
            assemblyscript: ['remove --debug'],
            go: ['-ldflags=-s -w'],
            tinygo: ['-no-debug'],
          },
        },
      },
    ];
  },
};
