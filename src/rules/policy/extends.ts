import { AssayError } from '#model/errors';
import { type PolicyDocument, presetDocument, readPolicy } from './document.ts';
import { originOf } from './merge.ts';

/** The text of a policy file, by its path relative to where the first policy's source is relative to. */
export type ReadPolicyFile = (path: string) => string | Uint8Array;

const MAX_DOCUMENTS = 50;

/** Everything a policy extends, parents first and each once, then the policy itself. */
export function loadChain(root: PolicyDocument, readFile: ReadPolicyFile | undefined): PolicyDocument[] {
  const chain: PolicyDocument[] = [];
  const done = new Set<string>();
  const open: string[] = [];

  const visit = (document: PolicyDocument): void => {
    open.push(document.source);
    document.policy.extends?.forEach((reference, index) => {
      const source = reference.startsWith('assay:') ? reference : resolvePath(document.source, reference);
      if (done.has(source)) return;
      const where = ['extends', index];
      if (open.includes(source)) {
        throw located(document, where, `extends itself: ${[...open, source].join(' → ')}`);
      }
      if (chain.length + open.length >= MAX_DOCUMENTS)
        throw located(document, where, `extends more than ${MAX_DOCUMENTS} documents`);
      visit(load(document, where, reference, source, readFile));
    });
    open.pop();
    done.add(document.source);
    chain.push(document);
  };
  visit(root);
  return chain;
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
