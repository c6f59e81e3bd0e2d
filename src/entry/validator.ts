import type { Validator } from '#ports/validator';

/** Loaded when first needed: the validator for components is large. */
export async function localValidator(): Promise<Validator> {
  const { engineValidator } = await import('#adapters/validators/engine');
  return engineValidator;
}
