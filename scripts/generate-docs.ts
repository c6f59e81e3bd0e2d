import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { actionDocs } from './docs/actions.ts';
import { capabilityDocs } from './docs/capabilities.ts';
import { cliDocs } from './docs/cli.ts';
import { corpusDocs } from './docs/corpus.ts';
import { compareWithTree } from './docs/currency.ts';
import { decisionDocs } from './docs/decisions.ts';
import { errorDocs } from './docs/errors.ts';
import { type GeneratedDocs, type GeneratedFile, withBlock } from './docs/generated-file.ts';
import { layoutDocs } from './docs/layout.ts';
import { presetDocs } from './docs/presets.ts';
import { ruleDocs } from './docs/rules.ts';
import { schemaKeyDocs } from './docs/schema-keys.ts';
import { schemaDocs } from './docs/schemas.ts';
import { ROOT } from './scratch-tree.ts';

/** Folders that hold generated files only, so that one whose source is gone is noticed. */
const GENERATED_FOLDERS = ['schemas'];

/** Everything that is generated, as the files that ought to stand in the repository. */
function expectedFiles(): GeneratedFile[] {
  const docs: readonly GeneratedDocs[] = [
    layoutDocs(),
    schemaDocs(),
    schemaKeyDocs(),
    errorDocs(),
    cliDocs(),
    actionDocs(),
    ruleDocs(),
    presetDocs(),
    capabilityDocs(),
    corpusDocs(),
    decisionDocs(),
  ];
  const pages = new Map<string, string>();
  for (const block of docs.flatMap(({ blocks }) => blocks)) {
    pages.set(block.path, withBlock(pages.get(block.path) ?? readFileSync(join(ROOT, block.path), 'utf8'), block));
  }
  return [...docs.flatMap(({ files }) => files), ...[...pages].map(([path, text]) => ({ path, text }))];
}

function main(check: boolean): number {
  const files = expectedFiles();
  const { stale, orphans } = compareWithTree(ROOT, files, GENERATED_FOLDERS);
  for (const path of orphans) console.error(`${path} is generated from nothing: delete it`);
  if (check) {
    for (const { path } of stale) console.error(`${path} is not current: run npm run docs`);
    console.log(`generated docs: ${files.length} files, ${stale.length + orphans.length} not current`);
    return stale.length + orphans.length === 0 ? 0 : 1;
  }
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    console.log(`wrote ${path}`);
  }
  return orphans.length === 0 ? 0 : 1;
}

const [flag, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (flag !== undefined && flag !== '--check')) {
  console.error('usage: node scripts/generate-docs.ts [--check]');
  process.exitCode = 2;
} else process.exitCode = main(flag === '--check');
