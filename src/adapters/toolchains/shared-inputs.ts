import { existsSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { SharedInput } from '#ports/toolchain';

/** Collects what a build reads above the plugin's folder. */
export class SharedInputs {
  readonly found: SharedInput[] = [];
  readonly #folder: string;

  constructor(pluginFolder: string) {
    this.#folder = pluginFolder;
  }

  /** Adds a file that exists above the folder, by the glob that the manifest should name; others are passed over. */
  add(file: string, glob = file): void {
    const shown = this.#shown(file);
    if (shown.startsWith('../') && existsSync(file)) this.found.push({ glob: this.#shown(glob), file: shown });
  }

  #shown(path: string): string {
    return relative(this.#folder, path).split(sep).join('/');
  }
}
