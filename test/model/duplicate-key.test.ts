import { duplicateKey } from '#model/duplicate-key';
import { parseJson } from '#model/parse';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

describe('duplicateKey', () => {
  it('finds a name that stands twice in one object', () => {
    expect(duplicateKey('{"a":1,"b":{"c":1},"a":2}')).toBe('a');
    expect(duplicateKey('[{"x":[{"deep":1,"deep":1}]}]')).toBe('deep');
  });

  it('sees through escapes', () => {
    expect(duplicateKey('{"a":1,"\\u0061":2}')).toBe('a');
    expect(duplicateKey('{"q\\"":1,"q\\"":2}')).toBe('q"');
  });

  it('allows the same name in different objects and as a value', () => {
    expect(duplicateKey('{"a":"a","b":["a","a",{"a":1}],"c":{"a":"{\\"a\\":1,\\"a\\":2}"}}')).toBeUndefined();
  });

  it('is not confused by brackets and line separators inside strings', () => {
    expect(duplicateKey('{"a{[":"}],:\u2028","b":"\\\\","c":1}')).toBeUndefined();
  });

  it('makes parseJson refuse the document', () => {
    const schema = z.record(z.string(), z.number());
    expect(() => parseJson(schema, '{"a":1,"a":2}', { source: 'x.json' })).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_MALFORMED', message: 'x.json holds the key "a" twice' }),
    );
  });
});
