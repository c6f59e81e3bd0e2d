import type { Fix } from '#model/audit-report';

const PAGE = 65_536;

/** The flags with which each linker sets a maximum of so many pages of 64 KiB. */
export function memoryMaximumFix(pages: number, description: string): Fix {
  const linker = `--max-memory=${pages * PAGE}`;
  return {
    kind: 'flags',
    description,
    flags: {
      'zig-cc': [`-Wl,${linker}`],
      clang: [`-Wl,${linker}`],
      rust: ['-C', `link-arg=${linker}`],
      assemblyscript: ['--maximumMemory', String(pages)],
      emscripten: [`-sMAXIMUM_MEMORY=${pages * PAGE}`],
    },
  };
}
