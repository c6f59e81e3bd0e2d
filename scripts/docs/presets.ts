import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { PRESETS } from '#rules/presets/catalogue';
import { ROOT } from '../scratch-tree.ts';
import { type GeneratedDocs, generatedNote } from './generated-file.ts';

const FOLDER = 'src/rules/presets';

/** The doc comment of each exported policy, by the policy's kebab-case name. */
function descriptions(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(join(ROOT, FOLDER))) {
    const match = /\/\*\*(?<comment>(?:(?!\*\/)[\s\S])*)\*\/\s*export const \w+: Policy\b/.exec(
      readFileSync(join(ROOT, FOLDER, file), 'utf8'),
    );
    const comment = match?.groups?.['comment'];
    if (comment !== undefined) found.set(file.replace(/\.ts$/, ''), comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim());
  }
  return found;
}

/** docs/presets.md: every preset as it stands in the code. */
export function presetDocs(): GeneratedDocs {
  const about = descriptions();
  const sections = Object.entries(PRESETS).map(([name, policy]) => {
    const key = name.replace(/^assay:/, '').replace(/@\d+$/, '');
    const text = about.get(key);
    if (text === undefined) throw new Error(`${FOLDER}/${key}.ts has no doc comment above its policy`);
    return `## ${name}\n\n${text}\n\n\`\`\`yaml\n${stringify(policy, { lineWidth: 110, aliasDuplicateObjects: false })}\`\`\``;
  });
  const page =
    `${generatedNote(FOLDER)}# Presets\n\n` +
    'A policy begins with `extends: [assay:<preset>@<edition>]`; without any policy the preset of the manifest’s ' +
    '`abi.kind` decides. A published edition never changes.\n\n' +
    `${sections.join('\n\n')}\n`;
  return { files: [{ path: 'docs/presets.md', text: page }], blocks: [] };
}
