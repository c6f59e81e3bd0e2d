import { type Folder, LAYOUT, PURE_BUILTINS, PURE_PACKAGES } from '../layout.ts';
import { lintConfigText } from '../lint-config.ts';
import { type GeneratedDocs, table } from './generated-file.ts';

function mayImport(folder: Folder): string {
  if (folder.imports.includes('*')) return 'anything; nothing imports it';
  if (folder.imports.length === 0) return 'nothing of ours';
  return folder.imports.map((name) => (name === 'stages' ? 'the stages' : `\`${name}\``)).join(' ');
}

/** The linter's configuration, and the folder table of docs/architecture.md. */
export function layoutDocs(): GeneratedDocs {
  const rows = LAYOUT.map((folder) => [
    `\`src/${folder.path}\``,
    folder.purpose,
    mayImport(folder),
    folder.effects ? 'yes' : 'no',
  ]);
  const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ');
  const text =
    `${table(['folder', 'what it holds', 'may import', 'touches the world'], rows)}\n\n` +
    `A folder that does not touch the world may use the packages ${code(PURE_PACKAGES)} and the modules of Node ` +
    `${code(PURE_BUILTINS)}, and no others.`;
  return {
    files: [{ path: '.oxlintrc.json', text: lintConfigText() }],
    blocks: [{ path: 'docs/architecture.md', name: 'layout', text }],
  };
}
