import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { generateKey } from '#adapters/keys/private-key';
import { writeKeyFiles } from '#adapters/keys/key-files';
import { AssayError, EXIT } from '#model/errors';
import { type Role, ROLES } from '#model/identity';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { listOption, requiredOption } from '../options.ts';

/** `assay keygen`: one key pair a role, never over an existing one. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const folder = resolve(context.cwd, requiredOption(input, 'out', 'Name the folder: --out keys'));
  const named = listOption(input, 'role');
  const roles = named.length === 0 ? ROLES : named.map(parseRole);
  const passphrase = context.env['ASSAY_KEY_PASSPHRASE'];
  await requireVacant(folder, roles);
  const written: { role: Role; keyId: string; publicFile: string }[] = [];
  for (const role of new Set(roles)) {
    const key = generateKey();
    const { publicFile } = await writeKeyFiles(folder, role, key, passphrase === '' ? undefined : passphrase);
    written.push({ role, keyId: key.id, publicFile });
  }
  const { dim } = context.colours;
  const lines = written.map(({ role, keyId }) => `${role.padEnd(10)} ${dim(keyId)}`);
  if (passphrase === undefined || passphrase === '') {
    lines.push(dim('The private keys are not encrypted; set ASSAY_KEY_PASSPHRASE to protect new ones.'));
  }
  return { exit: EXIT.ok, json: { folder, keys: written }, text: lines.join('\n') };
}

/** Keys are never overwritten, and either all that were asked for are made or none. */
async function requireVacant(folder: string, roles: readonly Role[]): Promise<void> {
  const present = await readdir(folder).catch((): string[] => []);
  const taken = roles.flatMap((role) => [`${role}.key`, `${role}.pub`]).find((file) => present.includes(file));
  if (taken === undefined) return;
  throw new AssayError('KEY_UNUSABLE', `${join(folder, taken)} already exists; keys are never overwritten`, {
    hint: 'Name another folder, or only the roles that are missing: --role …',
  });
}

function parseRole(text: string): Role {
  const role = ROLES.find((candidate) => candidate === text);
  if (role !== undefined) return role;
  throw new AssayError('INPUT_INVALID', `--role is "${text}"`, { hint: `Give one or more of ${ROLES.join(', ')}.` });
}
