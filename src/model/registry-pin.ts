import * as z from 'zod';
import { DigestSchema } from './digest.ts';
import { RegistryIdSchema } from './names.ts';

/**
 * `registry-pin.json`, kept beside the keys of those who maintain a registry: which root they believe. It never
 * comes from the registry itself.
 */
export const RegistryPinSchema = z
  .strictObject({ schema: z.literal('assay.registry-pin/1'), id: RegistryIdSchema, root: DigestSchema })
  .meta({ id: 'RegistryPin', title: 'registry-pin.json' });
export const REGISTRY_PIN_FILE = 'registry-pin.json';
