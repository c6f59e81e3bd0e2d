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
