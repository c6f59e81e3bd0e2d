import type { Fix } from '#model/audit-report';
import { WASM_PAGE } from './memory-size.ts';

/** The flags with which each linker sets a maximum of so many pages of 64 KiB. */
export function memoryMaximumFix(pages: number, description: string): Fix {
  const linker = `--max-memory=${pages * WASM_PAGE}`;
  return {
    kind: 'flags',
    description,
    flags: {
      'zig-cc': [`-Wl,${linker}`],
      clang: [`-Wl,${linker}`],
      rust: ['-C', `link-arg=${linker}`],
      assemblyscript: ['--maximumMemory', String(pages)],
      emscripten: [`-sMAXIMUM_MEMORY=${pages * WASM_PAGE}`],
    },
  };
}
