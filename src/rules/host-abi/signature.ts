import type { FuncType } from '#model/module-facts';

const TYPES: Readonly<Record<string, string>> = { i: 'i32', I: 'i64', f: 'f32', F: 'f64' };

/**
 * Reads the shorthand of the ABI tables: parameters, a colon, results; `i` is i32, `I` i64, `f` f32, `F` f64.
 * `iI:i` is (i32, i64) → i32.
 */
export function parseSignature(text: string): FuncType {
  const [params = '', results = ''] = text.split(':');
  return { params: spell(params), results: spell(results) };
}

function spell(letters: string): string[] {
  return Array.from(letters, (letter) => {
    const type = TYPES[letter];
    if (type === undefined) throw new RangeError(`unknown type letter ${letter} in an ABI table`);
    return type;
  });
}

/** `(i32, i64) → i32`, for people. */
export function showSignature(type: FuncType): string {
  const results = type.results.length === 0 ? 'nothing' : type.results.join(', ');
  return `(${type.params.join(', ')}) → ${results}`;
}

export function sameSignature(a: FuncType, b: FuncType): boolean {
  return sameList(a.params, b.params) && sameList(a.results, b.results);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((type, index) => type === b[index]);
}

/** The signature after i64 legalisation, where a JavaScript host gets each i64 parameter as two i32 halves. */
export function legalised(type: FuncType): FuncType {
  return {
    params: type.params.flatMap((param) => (param === 'i64' ? ['i32', 'i32'] : [param])),
    results: type.results.map((result) => (result === 'i64' ? 'i32' : result)),
  };
}
