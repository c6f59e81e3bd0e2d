import fc from 'fast-check';
import { duplicateKey } from '#model/duplicate-key';
import { parseJson } from '#model/parse';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

describe('duplicateKey', () => {
  it('finds nothing in what was written from a value, and a name that is put in again', () => {
    const member = fc.string({ unit: 'binary', maxLength: 6 });
    fc.assert(
      fc.property(fc.dictionary(member, fc.jsonValue(), { minKeys: 1, noNullPrototype: true }), (value) => {
        const text = JSON.stringify(value);
        expect(duplicateKey(text)).toBeUndefined();
        const [name] = Object.keys(value);
        const again = `${text.slice(0, -1)},${JSON.stringify(name)}:"\\\\"}`;
        expect(duplicateKey(again)).toBe(name);
      }),
    );
  });

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

  it('finds a name again among very many, and far behind in large objects', () => {
    const members = Array.from({ length: 1000 }, (_, index) => `"name${index}":{"a":1}`);
    expect(duplicateKey(`{${members.join(',')}}`)).toBeUndefined();
    expect(duplicateKey(`{${members.join(',')},"name7":0}`)).toBe('name7');
    expect(duplicateKey(`{${members.slice(0, 200).join(',')},"name7":0}`)).toBe('name7');
  });

  it('looks at the names of an object again after an inner one has ended', () => {
    expect(duplicateKey('{"ä":{"b":{"c":[{}]},"d":1},"e":2,"ä":3}')).toBe('ä');
    expect(duplicateKey('{"a":{"b":1},"b":{"a":1}}')).toBeUndefined();
  });

  it('makes parseJson refuse the document', () => {
    const schema = z.record(z.string(), z.number());
    expect(() => parseJson(schema, '{"a":1,"a":2}', { source: 'x.json' })).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_MALFORMED', message: 'x.json holds the key "a" twice' }),
    );
  });
});
