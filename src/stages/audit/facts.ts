import { AssayError } from '#model/errors';
import type { ModuleFacts } from '#model/module-facts';
import type { ValidationFailure, Validator } from '#ports/validator';
import type { Component } from '#wasm/component';
import type { CoreModule } from '#wasm/core-module';
import { withSmallSizes } from '#wasm/engine-limits';
import { type CustomSection, customSections, decode, factsOf, type FactsOptions } from '#wasm/facts';

const NOTHING_LACKING: readonly string[] = [];
const REVIEWED_BYTES = 1_000_000;

/**
 * Reads a module or component and validates it in full: the decoder with its bomb checks first, then an engine for
 * core modules (those inside components too) and, for components, the component validator. Features that no validator
 * at hand knows are named in `unvalidated`. Throws NOT_WEBASSEMBLY, MODULE_MALFORMED, MODULE_INVALID or MODULE_LIMIT
 * with the offset in the file.
 */
export async function readFacts(
  bytes: Uint8Array,
  options: FactsOptions & { readonly validator: Validator },
): Promise<ModuleFacts> {
  return (await readModule(bytes, options)).facts;
}

/** What was read: facts, and where the rules find the rest. */
export interface ReadModule {
  readonly facts: ModuleFacts;
  /** The module itself, or the core modules of a component. */
  readonly modules: readonly CoreModule[];
  /** Custom sections at any depth. */
  readonly sections: readonly CustomSection[];
}

/** What `readFacts` gives, with the modules and sections that it is about. Throws as it does. */
export async function readModule(
  bytes: Uint8Array,
  { validator, ...options }: FactsOptions & { readonly validator: Validator },
): Promise<ReadModule> {
  const decoded = decode(bytes);
  const unvalidated = new Set<string>();
  for (const module of decoded.modules) {
    for (const feature of await validateModule(module, validator)) unvalidated.add(feature);
  }
  if (decoded.kind === 'component') {
    for (const feature of await validateComponent(decoded.component, validator)) unvalidated.add(feature);
  }
  const facts = factsOf(decoded, options);
  const { modules } = decoded;
  const sections = customSections(decoded);
  return unvalidated.size === 0
    ? { facts, modules, sections }
    : { facts: { ...facts, unvalidated: [...unvalidated].sort() }, modules, sections };
}

/** Returns the features because of which the engine could not judge; throws where the module is invalid. */
async function validateModule(module: CoreModule, validator: Validator): Promise<readonly string[]> {
  const whole = module.bytes.subarray(module.start, module.end);
  let failure = validator.validateModule(whole);
  if (failure === undefined) return NOTHING_LACKING;
  const lacking = [...module.features].filter((feature) => validator.lacksFeature(feature));
  if (lacking.length > 0) {
    // The second look is slower than the engine; what it is for is small.
    const wrong = whole.length > REVIEWED_BYTES ? undefined : await validator.reviewModule(whole, lacking);
    if (wrong !== undefined) throw refused(wrong, module.start);
    return lacking;
  }
  const smaller = withSmallSizes(module);
  if (smaller !== undefined) failure = validator.validateModule(smaller);
  if (failure === undefined) return NOTHING_LACKING;
  throw refused(failure, module.start);
}

/** The same for a component's own structure, which the component validator judges. */
async function validateComponent(component: Component, validator: Validator): Promise<readonly string[]> {
  const failure = await validator.validateComponent(component.bytes);
  if (failure === undefined) return NOTHING_LACKING;
  const lacking: string[] = [];
  for (const feature of component.features) if (await validator.lacksComponentFeature(feature)) lacking.push(feature);
  if (lacking.length === 0) throw refused(failure, 0);
  return lacking;
}

const CODES = { malformed: 'MODULE_MALFORMED', limit: 'MODULE_LIMIT', rule: 'MODULE_INVALID' } as const;

function refused({ message, offset, kind = 'rule' }: ValidationFailure, base: number): AssayError {
  const at = (offset ?? 0) + base;
  const where = offset === undefined ? '' : ` at byte 0x${at.toString(16)}`;
  return new AssayError(CODES[kind], `Does not validate${where}: ${message}`, {
    offset: at,
    hint: 'No engine will load this. Build it again with a current toolchain.',
  });
}
