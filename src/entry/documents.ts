import { readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import * as z from 'zod';
import { type Audited, AuditedSchema } from '#model/audit-refusal';
import { AssayError } from '#model/errors';
import { parseJson, parseYaml } from '#model/parse';
import { type Acceptance, AcceptanceSchema, type EffectivePolicy } from '#model/policy';
import { type Verdict, VerdictSchema } from '#model/verdict';
import { readPolicy } from '#rules/policy/document';
import { flattenPolicy } from '#rules/policy/flatten';
import { presetFor } from '#rules/presets/catalogue';
import { type LoadedPlugin, shown } from './load-plugin.ts';
import { readNamedFile } from './named-file.ts';

const MAX_REPORT_BYTES = 64 * 1024 * 1024;
const MAX_POLICY_BYTES = 1024 * 1024;

/**
 * The policy to decide by: what was named, else what the manifest names, else the preset of its abi. A name that
 * begins with `assay:` is a preset, anything else a file relative to `base`. Errors name files as people at `cwd` would.
 */
export function loadPolicy(reference: string, base: string, cwd = base): EffectivePolicy {
  if (reference.startsWith('assay:')) return flattenPolicy(reference);
  const path = resolve(base, reference);
  const source = shown(cwd, path);
  const own = readPolicyText(path, source, 'Name a policy file, or a preset such as assay:wasi-p1@1.');
  const readFile = (parent: string): Uint8Array =>
    readPolicyText(
      resolve(cwd, parent),
      parent,
      'It is named under extends; paths there count from the policy’s folder.',
    );
  const policy = flattenPolicy(readPolicy(own, source), { readFile });
  return { ...policy, origins: seenFrom(dirname(path), cwd, policy.origins) };
}

/**
 * Origins stand in verdicts, which say the same on every machine: they name files by where these lie from the folder
 * of the policy, wherever that folder is.
 */
function seenFrom(folder: string, cwd: string, origins: EffectivePolicy['origins']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(origins).map(([line, origin]) => [
      line,
      origin.startsWith('assay:') ? origin : relative(folder, resolve(cwd, origin)).split(sep).join('/'),
    ]),
  );
}

/**
 * The policy for a plugin. Waivers count only in a policy that whoever decides has named: they are no part of the
 * policy's digest, so an author could otherwise waive rules for himself under a digest that a registry accepts.
 */
export function policyOf(plugin: LoadedPlugin, named: string | undefined, cwd: string): EffectivePolicy {
  if (named !== undefined) return loadPolicy(named, cwd);
  const { manifest } = plugin;
  return manifest.policy === undefined
    ? flattenPolicy(presetFor(manifest.abi.kind))
    : { ...loadPolicy(manifest.policy, plugin.folder, cwd), waivers: [] };
}

function readPolicyText(path: string, named: string, hint: string): Uint8Array {
  const info = statSync(path, { throwIfNoEntry: false });
  // plugin.yaml may name it, and a device would never end.
  if (info?.isFile() !== true) {
    const problem = info === undefined ? 'does not exist' : 'is not a file';
    throw new AssayError('FILE_MISSING', `the policy ${named} ${problem}`, { hint });
  }
  if (info.size > MAX_POLICY_BYTES)
    throw new AssayError('FILE_TOO_LARGE', `${named} is larger than ${MAX_POLICY_BYTES} bytes`);
  return readFileSync(path);
}

/** A stored report, or why there is none. */
export async function loadAudited(cwd: string, path: string): Promise<Audited> {
  return parseJson(AuditedSchema, await readNamedFile(cwd, path, MAX_REPORT_BYTES), {
    source: path,
    maxBytes: MAX_REPORT_BYTES,
    hint: 'Give a report that `assay audit --format json` or `assay check` wrote.',
  });
}

export async function loadVerdict(cwd: string, path: string): Promise<Verdict> {
  return parseJson(VerdictSchema, await readNamedFile(cwd, path, MAX_REPORT_BYTES), {
    source: path,
    maxBytes: MAX_REPORT_BYTES,
    hint: 'Run `assay check` again; it writes verdict.json.',
  });
}

export async function loadAcceptances(cwd: string, path: string | undefined): Promise<Acceptance[]> {
  if (path === undefined) return [];
  return parseYaml(z.array(AcceptanceSchema).max(10_000), await readNamedFile(cwd, path, MAX_POLICY_BYTES), {
    source: path,
    hint: '`assay accept` writes such a list; docs/policy.md shows one.',
  });
}
