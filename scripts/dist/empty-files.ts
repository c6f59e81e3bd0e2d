interface BundledFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Leaves out files in which nothing is left and the imports of them: esbuild makes a chunk of modules whose every name
 * was dropped, and Node would read it at each start. Throws where a file is used otherwise.
 */
export function withoutEmptyFiles(files: readonly BundledFile[]): BundledFile[] {
  const empty = files.filter(({ text }) => text.trim() === '').map(({ path }) => path.split(/[\\/]/).at(-1) ?? '');
  return files
    .filter(({ text }) => text.trim() !== '')
    .map(({ path, text }) => {
      let kept = text;
      for (const name of empty) {
        kept = kept.replaceAll(new RegExp(`import"[^"]*/${name.replaceAll('.', '\\.')}";`, 'g'), '');
        if (kept.includes(name)) throw new Error(`${path} takes something from ${name}, which is empty`);
      }
      return { path, text: kept };
    });
}
