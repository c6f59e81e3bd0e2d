import type { ValidationFailure, Validator } from '#ports/validator';
import { componentFeatureProbe, featureProbe } from './feature-probes.ts';

/** V8 words a failure as `WebAssembly.Module(): what is wrong @+offset`. */
const V8_FAILURE = /^WebAssembly\.Module\(\): ([\s\S]*?)(?: @\+(\d+))?$/;

function validateModule(bytes: Uint8Array<ArrayBuffer>): ValidationFailure | undefined {
  if (WebAssembly.validate(bytes)) return undefined;
  try {
    new WebAssembly.Module(bytes);
  } catch (failure) {
    const text = failure instanceof Error ? failure.message : String(failure);
    const [, message, offset] = V8_FAILURE.exec(text) ?? [];
    return { message: message ?? text, ...(offset === undefined ? {} : { offset: Number(offset) }) };
  }
  return { message: 'the engine refuses the module without saying why' };
}

/** Views over shared memory are copied, because engines take only memory that nobody else writes. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, bytes.byteOffset, bytes.length) : bytes.slice();
}

const lacking = new Map<string, boolean>();
const lackingInComponents = new Map<string, boolean>();

const lackingInDeclarations = new Map<string, boolean>();

/** Whether the component validator refuses whatever uses a feature of core modules. */
async function lacksDeclared(feature: string): Promise<boolean> {
  const known = lackingInDeclarations.get(feature);
  if (known !== undefined) return known;
  const probe = featureProbe(feature);
  const { validateDeclarations } = await import('./component-validator.ts');
  const lacks = probe !== undefined && (await validateDeclarations(probe)) !== undefined;
  lackingInDeclarations.set(feature, lacks);
  return lacks;
}

/** Node's own engine for modules, and the wasm-tools build of jco for components, which is loaded on first use. */
export const engineValidator: Validator = {
  engine: `v8 ${process.versions.v8}`,
  validateModule: (bytes) => validateModule(unshared(bytes)),
  async reviewModule(bytes, features) {
    for (const feature of features) if (await lacksDeclared(feature)) return undefined;
    return (await import('./component-validator.ts')).validateDeclarations(bytes);
  },
  async validateComponent(bytes) {
    const { validateComponent } = await import('./component-validator.ts');
    return validateComponent(bytes);
  },
  lacksFeature(feature) {
    const known = lacking.get(feature);
    if (known !== undefined) return known;
    const probe = featureProbe(feature);
    const lacks = probe !== undefined && !WebAssembly.validate(probe);
    lacking.set(feature, lacks);
    return lacks;
  },
  async lacksComponentFeature(feature) {
    const known = lackingInComponents.get(feature);
    if (known !== undefined) return known;
    const probe = componentFeatureProbe(feature);
    const lacks = probe !== undefined && (await engineValidator.validateComponent(probe)) !== undefined;
    lackingInComponents.set(feature, lacks);
    return lacks;
  },
};
