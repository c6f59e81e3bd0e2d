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
    until: z.iso.datetime().optional(),
    url: z.url().optional(),
    size: z.int().positive().optional(),
    share: z.number().min(0).max(1).optional(),
    abi: z.strictObject({ world: z.string() }).optional(),
    rules: z.record(z.string().regex(/^ASY/, 'must be a rule id'), z.string()).optional(),
    schema: z.literal('x/1').optional(),
    event: z.discriminatedUnion('is', [z.object({ is: z.literal('a') }), z.object({ is: z.literal('b') })]).optional(),
  });
  it.each([
    ['kind: zigcc', 'kind is none of wat, zig-cc'],
    ['reason: short', 'reason needs at least 10 characters'],
    [`reason: ${'x'.repeat(21)}`, 'reason may have at most 20 characters'],
    ['builds: []', 'builds needs at least 1 entry'],
    ['builds: [1, 2, 3]', 'builds may have at most 2 entries'],
    ['own: x', 'own says who decided'],
    ['other: x', 'other is not a known key'],
    ['abi: {}', 'abi.world is missing'],
    ['abi: wasi', 'abi must be a mapping, not text'],
    ['builds: 3', 'builds must be a list, not a number'],
    ['abi: { world: 1.0 }', 'abi.world must be text, not a number'],
    ['until: 2027-06-01', 'until must be an instant in UTC, such as 2027-06-01T00:00:00Z'],
    ['url: here', 'url must be an address, such as https://plugins.example.org/'],
    ['size: -1', 'size must be more than 0'],
    ['size: 1.5', 'size must be a whole number'],
    ['share: 2', 'share may be at most 1'],
    ['share: -2', 'share must be at least 0'],
    ['rules: { runs-on-load: note }', 'rules.runs-on-load is a key that must be a rule id'],
    ['schema: x/2', 'schema must be "x/1"'],
    ['event: { is: c }', 'event.is must be "a" or "b"'],
    ['# nothing but this', 'holds nothing'],
  ])('is told in words: %s', (text, message) => {
    expect(() => parseYaml(schema, text, { source: 'x.yaml' })).toThrow(
      message === 'holds nothing' ? 'x.yaml holds nothing' : `x.yaml: ${message}`,
    );
  });
});

describe('bytes that are no text', () => {
  const hint = 'Give a report.';
  const parse = (bytes: number[]) => () => parseJson(z.json(), Uint8Array.from(bytes), { source: 'x', hint });

  it('are told from a text in another encoding, for which the hint would be wrong', () => {
    const module = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0xff];
    expect(parse(module)).toThrow(expect.objectContaining({ message: 'x holds binary data, no text', hint }));
    const saveIt = 'Save the file as UTF-8.';
    expect(parse([0xff, 0xfe, 0x7b, 0x00])).toThrow(expect.objectContaining({ hint: saveIt }));
    expect(parse([0x7b, 0xe4, 0x7d])).toThrow(expect.objectContaining({ hint: saveIt }));
  });
});
