import type { FindingLocation } from '#model/audit-report';
import type { CallPath, CallStep } from '#model/call-path';
import { PATH_HEAD } from '#model/call-path-limits';
import { groupDigits } from './quantity.ts';
import { visible } from './visible-text.ts';

/** A function on a call path, or how many are left out. `name` was chosen by the module. */
export interface PathPiece {
  readonly before?: string;
  readonly name?: string;
  readonly after?: string;
  /** Where the function's body begins in the file. */
  readonly offset?: number;
  readonly more?: number;
}

export const ARROW = ' → ';
const SHOWN_NAME = 60;
/** Signs that look like the one between two functions: the blocks of arrows. */
const ARROWS = /[\u2190-\u21ff\u2794-\u27be\u27f0-\u27ff\u2900-\u297f\u2b00-\u2bff\uffe9-\uffec\u{1f800}-\u{1f8ff}]/gu;

/** What a path goes through in order, the root first and the import last; undefined for a place without a path. */
export function pathPieces({ path, import: target }: FindingLocation): PathPiece[] | undefined {
  if (path === undefined || target === undefined) return undefined;
  const { root, steps, omitted, by, member } = path;
  const [own] = steps;
  // An export's own function has the name that stands there already.
  const shown = own?.by === 'root' && !root.startsWith('(') ? 1 : 0;
  const pieces: PathPiece[] = [{ name: plainName(root), ...(shown === 1 ? at(own) : {}) }];
  for (const [index, step] of steps.entries()) {
    if (index >= shown) pieces.push(functionPiece(step));
    if (omitted !== undefined && index === PATH_HEAD - 1) pieces.push({ more: omitted });
  }
  pieces.push({ before: how(by), name: plainName(member === undefined ? target : `${target}#${member}`) });
  return pieces;
}

/** A name that cannot pass for more of the path: arrows of its own are written out. */
function plainName(name: string): string {
  return name.replace(ARROWS, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

function functionPiece(step: CallStep): PathPiece {
  const { name, function: index, module, by } = step;
  const place = module === undefined ? `#${index}` : `#${index} of module ${module}`;
  return name === undefined
    ? { before: how(by), after: place, ...at(step) }
    : { before: how(by), name: plainName(name), after: ` (${place})`, ...at(step) };
}

function at(step: CallStep | undefined): { offset?: number } {
  return step?.offset === undefined ? {} : { offset: step.offset };
}

function how(by: CallPath['by']): string {
  return by === 'table' ? '(via table) ' : by === 'reference' ? '(via reference) ' : '';
}

/** Whether a path goes through functions that only their index names. */
export function isUnnamed(location: FindingLocation): boolean {
  return (pathPieces(location) ?? []).some(({ name, more }) => name === undefined && more === undefined);
}

/** A piece as text, with `plain` around what we say and `code` around what the module chose. */
export function showPiece(
  { before = '', name, after = '', more }: PathPiece,
  code: (name: string) => string,
  plain: (text: string) => string = (text) => text,
): string {
  if (more !== undefined) return `… ${groupDigits(more)} more …`;
  return `${plain(before)}${name === undefined ? '' : code(name)}${plain(after)}`;
}

/**
 * The path on one line of at most `room` code points; where it is longer, as much as fits of both ends. Root and
 * import are never left out.
 */
export function showPath(location: FindingLocation, room: number): string | undefined {
  const pieces = pathPieces(location);
  if (pieces === undefined) return undefined;
  const text = (piece: PathPiece) => showPiece(piece, (name) => visible(name, SHOWN_NAME));
  return foldPath(pieces, (shown) => [...shown.map(text).join(ARROW)].length <= room)
    .map(text)
    .join(ARROW);
}

/** Leaves out from the middle until it fits. */
export function foldPath(pieces: readonly PathPiece[], fits: (shown: readonly PathPiece[]) => boolean): PathPiece[] {
  if (fits(pieces)) return [...pieces];
  const gap = pieces.findIndex(({ more }) => more !== undefined);
  const middle = gap === -1 ? Math.ceil(pieces.length / 2) : gap;
  let best = folded(pieces, 1, pieces.length - 1);
  let [left, right] = [1, pieces.length - 1];
  for (let turn = 0; left < middle || right > middle + 1; turn++) {
    if (turn % 2 === 0 ? left < middle : right <= middle + 1) left++;
    else right--;
    const candidate = folded(pieces, left, right);
    if (!fits(candidate)) break;
    best = candidate;
  }
  return best;
}

function folded(pieces: readonly PathPiece[], left: number, right: number): PathPiece[] {
  const out = pieces.slice(left, right);
  if (out.length === 0) return [...pieces];
  const more = out.reduce((sum, piece) => sum + (piece.more ?? 1), 0);
  return [...pieces.slice(0, left), { more }, ...pieces.slice(right)];
}
