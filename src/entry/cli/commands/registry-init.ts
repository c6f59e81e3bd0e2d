import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { writeDurably } from '#adapters/fs/durable-write';
import { directoryRegistry } from '#adapters/store/directory';
import { canonicalJson } from '#model/canonical-json';
import { shortDigest } from '#model/digest';
import { AssayError, EXIT } from '#model/errors';
import type { Identity, Keyring } from '#model/identity';
import { NamespaceSchema, RegistryIdSchema } from '#model/names';
import { parseValue } from '#model/parse';
import type { Signer } from '#ports/signer';
import { initRegistry } from '#stages/publish/init-registry';
import { setOwners } from '#stages/publish/maintain';
import { loadPolicy } from '../../documents.ts';
import { localVerifier, requireUnpinned, roleSigner, writePin } from '../../registry-access.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import { listOption, requiredOption, textOption } from '../options.ts';

/** `assay registry init`: a root signed by the root key, an empty snapshot, and the owners that were named. */
export async function run(input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const folder = resolve(context.cwd, input.args[0] ?? '.');
  const keys = resolve(context.cwd, requiredOption(input, 'keys', 'Make keys first: assay keygen --out keys'));
  const id = valueOf(RegistryIdSchema, requiredOption(input, 'id', 'Name the registry: --id acme-plugins'), '--id');
  const canonicalUrl = valueOf(z.url(), textOption(input, 'url') ?? `https://${id}.invalid/`, '--url');
  const owned = listOption(input, 'owner').map((namespace) => valueOf(NamespaceSchema, namespace, '--owner'));
  const { env, clock } = context;
  const [root, verdict, resolution, snapshot] = await Promise.all([
    roleSigner(keys, 'root', env),
    roleSigner(keys, 'verdict', env),
    roleSigner(keys, 'resolution', env),
    roleSigner(keys, 'snapshot', env),
  ]);
  await requireUnpinned(keys);
  // Asked for before anything is written: a registry cannot be made twice in one folder.
  const author = owned.length > 0 ? await roleSigner(keys, 'author', env) : undefined;
  const policies = listOption(input, 'policy').map((reference) => loadPolicy(reference, context.cwd).flat);
  const registry = directoryRegistry(folder);
  const verifier = localVerifier();
  const created = await initRegistry(
    {
      id,
      canonicalUrl,
      rootSigners: [root],
      threshold: 1,
      roles: { verdict: [holder(verdict)], resolution: [holder(resolution)], snapshot: [holder(snapshot)] },
      keys: keyring([verdict, resolution, snapshot]),
      policies: policies.map((flat) => new TextEncoder().encode(canonicalJson(flat))),
    },
    { registry, verifier, signer: snapshot, clock },
  );
  await keepLineEnds(folder);
  await writePin(keys, { id, root: created.rootDigest });
  if (author !== undefined) {
    const deps = { registry, pin: { id, root: created.rootDigest }, verifier, signer: snapshot, clock };
    for (const namespace of owned) {
      await setOwners({ namespace, authors: [holder(author)], keys: keyring([author]) }, deps);
    }
  }
  const { bold, dim } = context.colours;
  return {
    exit: EXIT.ok,
    json: { folder, id, root: created.rootDigest, owners: owned, expires: created.root.expires },
    text: [
      `${bold(id)} in ${folder}`,
      `root ${created.rootDigest} ${dim(`(pin this; short ${shortDigest(created.rootDigest)})`)}`,
      ...(owned.length > 0
        ? [`namespaces ${owned.join(', ')}`]
        : [dim('no namespace has an owner yet: --owner <namespace>')]),
    ].join('\n'),
  };
}

/** Documents are hashed as they were written; git on Windows would write them out with other ends of lines. */
async function keepLineEnds(folder: string): Promise<void> {
  const path = join(folder, '.gitattributes');
  if (existsSync(path)) return;
  await writeDurably(path, new TextEncoder().encode('* -text\n'), { scratch: folder });
}

function valueOf<S extends z.ZodType>(schema: S, value: string, source: string): z.output<S> {
  return parseValue(schema, value, { source: `${source} ${value}`, invalidCode: 'INPUT_INVALID' });
}

function holder(signer: Signer): Identity {
  return { kind: 'key', keyId: keyOf(signer).id };
}

function keyring(signers: readonly Signer[]): Keyring {
  return Object.fromEntries(signers.map((signer) => [keyOf(signer).id, keyOf(signer).publicKey]));
}

function keyOf(signer: Signer): NonNullable<Signer['key']> {
  if (signer.key === undefined) throw new AssayError('KEY_MISSING', 'a local registry is signed with key files');
  return signer.key;
}
