import { quote, withArticle } from './clip.ts';
import { codeConstants } from './code-constants.ts';
import { findSecrets } from './find-secrets.ts';
import { interfaceNames } from './interface-names.ts';
import type { Region } from './regions.ts';
import type { ReadRule } from './rule.ts';

export const secret: ReadRule = {
  info: {
    id: 'ASY310',
    name: 'secret',
    row: 31,
    short: 'The module carries what looks like a credential',
    help: 'A token, key or password in a data segment or custom section is public the moment the module is. Matches need the issuer’s documented form; text in UTF-16, UTF-32, base64 or hexadecimal across neighbouring segments, what code writes as constants, and names of imports and exports are searched too. Values are shown by their first characters only.',
    certainty: 'heuristic',
    level: 'warning',
    action: 'Revoke the credential now, then build without it and pass secrets at run time.',
    since: '1',
  },
  read: ({ bytes, facts, modules, regions, symbols }) =>
    findSecrets([...regions, ...symbols, ...interfaceNames(bytes, facts, modules), ...codeConstants(modules)]).map(
      (found) => ({
        subject: `${found.kind} ${found.hash}`,
        message: `${withArticle(found.kind)} stands in the ${placeOf(found.region)}${found.encoding === 'plain' ? '' : ` as ${found.encoding}`}: ${found.shown}`,
        locations: [
          {
            offset: found.offset,
            section: isNamed(found.region) ? found.region.name.slice(0, 200) : found.region.kind,
          },
        ],
        extent: [`${found.kind} ${found.hash}`],
      }),
    ),
};

function isCustom({ kind }: Region): boolean {
  return kind === 'custom' || kind === 'symbols';
}

function isNamed(region: Region): boolean {
  return isCustom(region) || region.kind === 'names';
}

function placeOf(region: Region): string {
  if (region.kind === 'names') return `${region.name} section`;
  return isCustom(region) ? `custom section ${quote(region.name)}` : region.kind === 'data' ? 'data' : region.name;
}
