import type { ByteReader } from './byte-reader.ts';
import { overLimit } from './failures.ts';
import { LIMITS } from './limits.ts';

const TEXT_LENGTH = 400;

/** Reads `count` parts, and keeps the text of the first ones only, so that a type can be no text bomb. */
export function joined(count: number, each: () => string): string {
  let text = '';
  for (let index = 0; index < count; index++) {
    const part = each();
    if (text.length <= TEXT_LENGTH) text += index === 0 ? part : `, ${part}`;
  }
  return text;
}

/** A type's text, cut where it grows long. */
export function cutText(text: string): string {
  return text.length <= TEXT_LENGTH ? text : `${text.slice(0, TEXT_LENGTH - 1)}…`;
}

/** What the types of one file may take together. */
export class TypeBudget {
  private characters: number;
  private scopes: number = LIMITS.scopeTypes;
  private labels: number = LIMITS.labels;

  constructor(fileSize: number) {
    this.characters = 1_000_000 + 2 * fileSize;
  }

  /** The text of a type; `…` once all texts of the file together are long. */
  kept(text: string): string {
    const short = cutText(text);
    this.characters -= short.length;
    return this.characters < 0 ? '…' : short;
  }

  /** The name of a parameter, field, case or flag. Throws MODULE_LIMIT behind the last that is read. */
  label(reader: ByteReader): string {
    if (--this.labels < 0) throw overLimit(reader.position, 'Too many labels in types', LIMITS.labels);
    return reader.name('a label');
  }

  /** Counts a component or instance type, which costs a validator far more than its three bytes. Throws MODULE_LIMIT. */
  scope(offset: number): void {
    if (--this.scopes < 0) throw overLimit(offset, 'Too many component and instance types', LIMITS.scopeTypes);
  }
}
