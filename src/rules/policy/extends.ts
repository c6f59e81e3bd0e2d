import { AssayError } from '#model/errors';
import { type PolicyDocument, presetDocument, readPolicy } from './document.ts';
import { originOf } from './merge.ts';

/** The text of a policy file, by its path relative to where the first policy's source is relative to. */
export type ReadPolicyFile = (path: string) => string | Uint8Array;

const MAX_DOCUMENTS = 50;

/** A policy document with the documents that it extends. */
export interface LoadedPolicy {
  readonly document: PolicyDocument;
  readonly parents: readonly LoadedPolicy[];
}

/** Reads everything a policy extends, each document once. */
export function loadParents(root: PolicyDocument, readFile: ReadPolicyFile | undefined): LoadedPolicy {
  const loaded = new Map<string, LoadedPolicy>();
  const open: string[] = [];

  const visit = (document: PolicyDocument): LoadedPolicy => {
    open.push(document.source);
    const parents = (document.policy.extends ?? []).map((reference, index) => {
      const source = reference.startsWith('assay:') ? reference : resolvePath(document.source, reference);
      const known = loaded.get(source);
      if (known !== undefined) return known;
      const where = ['extends', index];
      if (open.includes(source)) {
        throw located(document, where, `extends itself: ${[...open, source].join(' → ')}`);
      }
      if (loaded.size + open.length >= MAX_DOCUMENTS)
        throw located(document, where, `extends more than ${MAX_DOCUMENTS} documents`);
      return visit(load(document, where, reference, source, readFile));
    });
    open.pop();
    const policy = { document, parents };
    loaded.set(document.source, policy);
    return policy;
  };
  return visit(root);
}

/** A policy and everything that it extends, in the order of merging: parents first and each once, itself last. */
export function chainOf(policy: LoadedPolicy): LoadedPolicy[] {
  const chain = new Set<LoadedPolicy>();
  const visit = (each: LoadedPolicy): void => {
    if (chain.has(each)) return;
    for (const parent of each.parents) visit(parent);
    chain.add(each);
  };
  visit(policy);
  return [...chain];
}

function load(
  parent: PolicyDocument,
  where: readonly PropertyKey[],
  reference: string,
  source: string,
  readFile: ReadPolicyFile | undefined,
): PolicyDocument {
  if (!reference.startsWith('assay:')) {
    if (readFile === undefined || parent.source.startsWith('assay:')) {
      throw located(parent, where, `extends the file ${reference}, but files cannot be read here`);
    }
    return readPolicy(readFile(source), source);
  }
  try {
    return presetDocument(reference);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    throw located(parent, where, error.message, error.hint);
  }
}

function located(document: PolicyDocument, path: readonly PropertyKey[], message: string, hint?: string): AssayError {
  return new AssayError('POLICY_INVALID', `${originOf(document, path)}: ${message}`, {
    problems: [{ message, file: document.source, path: path.map(String).join('.'), ...document.locate(path) }],
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A path relative to the folder of another file; forward slashes. */
function resolvePath(from: string, reference: string): string {
  if (/^(?:\/|[A-Za-z]:)|[\\\0]/.test(reference)) {
    throw new AssayError('PATH_UNSAFE', `${from} extends ${reference}; paths there are relative, with forward slashes`);
  }
  const start = from.replaceAll('\\', '/');
  const absolute = /^(?:[A-Za-z]:)?\//.exec(start)?.[0] ?? '';
  const parts = start.slice(absolute.length).split('/').slice(0, -1);
  for (const part of reference.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push('..');
  }
  return `${absolute}${parts.join('/')}`;
}
