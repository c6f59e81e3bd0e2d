import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseJson, parseYaml } from '#model/parse';

const LEVELS = 50_000;

describe('a document of very many levels', () => {
  it('is refused as JSON, also by a schema that takes any value', () => {
    const text = '['.repeat(LEVELS) + ']'.repeat(LEVELS);
    const parse = () => parseJson(z.json(), text, { source: 'x.json', invalidCode: 'INPUT_INVALID' });
    expect(parse).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message: 'x.json is nested too deeply' }));
  });

  it('is refused as YAML', () => {
    const text = '['.repeat(LEVELS) + ']'.repeat(LEVELS);
    const parse = () => parseYaml(z.unknown(), text, { source: 'x.yaml' });
    expect(parse).toThrow(expect.objectContaining({ code: 'DOCUMENT_MALFORMED' }));
  });
});

describe('a value that does not fit', () => {
  const schema = z.strictObject({
    kind: z.enum(['wat', 'zig-cc']).optional(),
    reason: z.string().min(10).max(20).optional(),
    builds: z.array(z.int()).min(1).max(2).optional(),
    own: z.string().min(3, 'Says who decided').optional(),
  });
  it.each([
    ['kind: zigcc', 'kind is none of wat, zig-cc'],
    ['reason: short', 'reason needs at least 10 characters'],
    [`reason: ${'x'.repeat(21)}`, 'reason may have at most 20 characters'],
    ['builds: []', 'builds needs at least 1 entry'],
    ['builds: [1, 2, 3]', 'builds may have at most 2 entries'],
    ['own: x', 'own says who decided'],
    ['other: x', 'other is not a known key'],
  ])('is told in words: %s', (text, message) => {
    expect(() => parseYaml(schema, text, { source: 'x.yaml' })).toThrow(`x.yaml: ${message}`);
  });
});
