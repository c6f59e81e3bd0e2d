import { ManifestSchema } from '#model/manifest';
import { PolicySchema } from '#model/policy';
import * as z from 'zod';
import { type GeneratedDocs, table } from './generated-file.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** docs/manifest.md and docs/policy.md: every key of the document, from its schema. */
export function schemaKeyDocs(): GeneratedDocs {
  return {
    files: [],
    blocks: [
      { path: 'docs/manifest.md', name: 'keys', text: keyTable(ManifestSchema) },
      { path: 'docs/policy.md', name: 'keys', text: keyTable(PolicySchema) },
    ],
  };
}

function keyTable(schema: z.ZodType): string {
  const root = z.toJSONSchema(schema, { io: 'input' });
  const rows = keysOf(root, root, '');
  const undescribed = rows.filter(([, , , about]) => about === '');
  if (undescribed.length > 0) {
    throw new Error(`no description in the schema: ${undescribed.map(([key]) => key).join(', ')}`);
  }
  return table(['key', 'value', 'required', 'what it says'], rows);
}

type Row = [key: string, value: string, required: string, about: string];

function keysOf(schema: JsonSchema, root: JsonSchema, prefix: string): Row[] {
  const { properties = {}, required = [] } = resolved(schema, root);
  return Object.entries(properties).flatMap(([name, property]): Row[] => {
    if (typeof property === 'boolean') return [];
    const target = resolved(property, root);
    const key = `${prefix}${name}`;
    const about = property.description ?? target.description ?? '';
    const row: Row = [`\`${key}\``, valueOf(target, root), required.includes(name) ? 'yes' : '', about];
    const items = itemsOf(target, root);
    if (target.properties !== undefined) return [row, ...keysOf(target, root, `${key}.`)];
    if (items?.properties !== undefined) return [row, ...keysOf(items, root, `${key}[].`)];
    return [row];
  });
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const name = /^#\/\$defs\/(?<name>.+)$/.exec(schema.$ref ?? '')?.groups?.['name'];
  if (name === undefined) return schema;
  const target = root.$defs?.[name];
  if (target === undefined) throw new Error(`${name} is not among the definitions`);
  return resolved(target, root);
}

function itemsOf(schema: JsonSchema, root: JsonSchema): JsonSchema | undefined {
  const { items } = schema;
  return items === undefined || typeof items === 'boolean' || Array.isArray(items) ? undefined : resolved(items, root);
}

function valueOf(schema: JsonSchema, root: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) {
    const texts = choices.flatMap((choice) =>
      typeof choice === 'boolean' ? [] : [valueOf(resolved(choice, root), root)],
    );
    return [...new Set(texts)].join(' or ');
  }
  if (schema.type === 'array') {
    const items = itemsOf(schema, root);
    return items === undefined ? 'list' : `list of ${valueOf(items, root)}`;
  }
  if (schema.type === 'object') return schema.properties === undefined ? 'mapping' : 'object';
  if (schema.type === 'string' || schema.pattern !== undefined) return 'text';
  return [schema.type ?? 'any'].flat().join(' or ');
}
