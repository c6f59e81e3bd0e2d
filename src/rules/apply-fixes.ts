import { type Document, isMap, isNode, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Fix } from '#model/audit-report';
import { AssayError } from '#model/errors';

type Edit = Extract<Fix, { kind: 'manifest' | 'policy' }>['edits'][number];

export interface AppliedFixes {
  /** The document with the edits made; comments, order and quoting of everything else stay. */
  readonly text: string;
  /** How many edits changed something. */
  readonly applied: number;
}

/** The edits of every fix for one kind of document, each once. */
export function editsFor(kind: 'manifest' | 'policy', fixes: readonly Fix[]): Edit[] {
  const edits = new Map<string, Edit>();
  for (const fix of fixes) {
    if (fix.kind !== kind) continue;
    for (const edit of fix.edits) edits.set(JSON.stringify(edit), edit);
  }
  return [...edits.values()];
}

/** Flags for the compiler by toolchain, each once, of every fix that has some; `*` is for whichever it is. */
export function flagsFor(toolchain: string, fixes: readonly Fix[]): string[] {
  const flags = fixes.flatMap((fix) =>
    fix.kind === 'flags' ? [...(fix.flags[toolchain] ?? fix.flags['*'] ?? [])] : [],
  );
  return [...new Set(flags)];
}

/**
 * Applies RFC 6902 operations to a YAML document. All paths mean the document as it was: list items are removed from
 * the end first, then values are replaced, then added. A list or map that an addition needs is made; a value that is
 * already there is not added twice.
 * Throws DOCUMENT_MALFORMED for text that is not YAML, DOCUMENT_INVALID for a path that does not fit the document.
 */
export function applyFixes(text: string, edits: readonly Edit[], source: string): AppliedFixes {
  const document = parseDocument(text, { keepSourceTokens: true });
  const [fault] = document.errors;
  if (fault !== undefined) {
    throw new AssayError('DOCUMENT_MALFORMED', `${source} is not valid YAML: ${fault.message}`, { cause: fault });
  }
  const removals = edits.filter((edit) => edit.op === 'remove').toSorted((a, b) => comparePaths(b.path, a.path));
  let applied = 0;
  for (const edit of removals) if (document.deleteIn(pointer(edit.path))) applied += 1;
  for (const edit of edits) {
    if (edit.op === 'replace') applied += replaceValue(document, edit, source);
    if (edit.op === 'add') applied += addValue(document, edit, source);
  }
  return { text: applied === 0 ? text : document.toString({ lineWidth: 0, flowCollectionPadding: false }), applied };
}

function replaceValue(document: Document, edit: Edit, source: string): number {
  const path = pointer(edit.path);
  if (!document.hasIn(path)) throw doesNotFit(edit, source);
  const held = document.getIn(path, true);
  const node = document.createNode(edit.value);
  // What a person wrote behind the value stays behind the new one.
  if (isScalar(held) && isScalar(node)) held.value = node.value;
  else document.setIn(path, node);
  return 1;
}

function addValue(document: Document, edit: Edit, source: string): number {
  const path = pointer(edit.path);
  const last = path.at(-1);
  const parentPath = path.slice(0, -1);
  if (last !== '-' && typeof last !== 'number') {
    document.setIn(path, document.createNode(edit.value));
    return 1;
  }
  const list = listAt(document, parentPath);
  if (list === undefined) throw doesNotFit(edit, source);
  const wanted = JSON.stringify(edit.value);
  if (list.items.some((item) => JSON.stringify(isNode(item) ? item.toJSON() : item) === wanted)) return 0;
  const node = document.createNode(edit.value);
  if (last === '-') list.add(node);
  else list.items.splice(last, 0, node);
  return 1;
}

/** The list at a path; an empty value or a missing key becomes one. */
function listAt(document: Document, path: readonly (string | number)[]): YAMLSeq | undefined {
  const found = document.getIn(path);
  if (isSeq(found)) {
    // An empty flow list would grow on one line; as a block it reads like one that a person wrote.
    if (found.items.length === 0) found.flow = false;
    return found;
  }
  if (found !== undefined && found !== null) return undefined;
  for (let depth = 1; depth < path.length; depth++) {
    const parent: unknown = document.getIn(path.slice(0, depth));
    if (parent === undefined || parent === null) document.setIn(path.slice(0, depth), document.createNode({}));
    else if (!isMap(parent)) return undefined;
  }
  const list: YAMLSeq | YAMLMap = document.createNode([]);
  document.setIn(path, list);
  const made = document.getIn(path);
  if (!isSeq(made)) return undefined;
  made.flow = false;
  return made;
}

/** A JSON pointer (RFC 6901) as a path; digits become list positions. */
function pointer(text: string): (string | number)[] {
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^(?:0|[1-9]\d*)$/.test(part) ? Number(part) : part));
}

function comparePaths(a: string, b: string): number {
  const [left, right] = [pointer(a), pointer(b)];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (part === other) continue;
    if (typeof part === 'number' && typeof other === 'number') return part - other;
    return String(part) < String(other) ? -1 : 1;
  }
  return left.length - right.length;
}

function doesNotFit(edit: Edit, source: string): AssayError {
  return new AssayError('DOCUMENT_INVALID', `${source} has nothing at ${edit.path} that could be changed`, {
    hint: 'Audit again: the document has changed since the fix was computed.',
  });
}
