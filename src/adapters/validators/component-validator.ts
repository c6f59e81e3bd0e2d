import { readFile } from 'node:fs/promises';
import { AssayError } from '#model/errors';
import type { ValidationFailure } from '#ports/validator';

/** The interface of wasm-tools.core.wasm, as the canonical ABI lays it out. */
interface WasmTools {
  readonly memory: WebAssembly.Memory;
  readonly allocate: (old: number, oldSize: number, align: number, size: number) => number;
  readonly componentWit: (pointer: number, length: number) => number;
  /** What was written to standard output and error so far. */
  readonly written: () => string;
}

const NOT_SUPPORTED = 58;
const MAX_WRITTEN = 10_000;
const LOCATED = /^(?:Failed to decode wit component\s*)?([\s\S]*?) \(at offset (0x[0-9a-f]+)\)\s*$/;
/** How wasm-tools words what breaks the binary format rather than a rule. */
const MALFORMED =
  /^(?:invalid leading byte|unexpected (?:end|content|data)|malformed|length out of bounds|integer (?:representation|too)|invalid boolean)/;
/** A rule that a module breaks only as a part of a component. */
const ONLY_IN_COMPONENTS = /not allowed in components/;
/** How it words that there is more than it looks at. */
const LIMIT = /exceeds? (?:the )?limit|limit of \d+|nesting is too deep|size is out of bounds/;
let compiled: Promise<WebAssembly.Module> | undefined;

async function compile(): Promise<WebAssembly.Module> {
  const file = new URL(
    '../../../node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm',
    import.meta.url,
  );
  return WebAssembly.compile(await readFile(file));
}

/**
 * Runs a fresh instance for each component, so that a trap cannot spoil the next. Whatever it imports from its system
 * is refused or empty: it sees no file, clock or environment.
 */
function instantiate(module: WebAssembly.Module): WasmTools {
  const imports: Record<string, (...args: number[]) => number> = {};
  let written = '';
  for (const { name } of WebAssembly.Module.imports(module)) imports[name] = () => NOT_SUPPORTED;
  // Empty: memory is zero where the sizes are written, and hash seeds need not be random for one run.
  for (const name of ['environ_sizes_get', 'environ_get', 'random_get']) imports[name] = () => 0;
  imports['fd_write'] = (_descriptor = 0, vectors = 0, count = 0, total = 0) => {
    const view = new DataView(tools.memory.buffer);
    let size = 0;
    for (let index = 0; index < count; index++) {
      const length = view.getUint32(vectors + 8 * index + 4, true);
      const bytes = new Uint8Array(tools.memory.buffer, view.getUint32(vectors + 8 * index, true), length);
      if (written.length < MAX_WRITTEN) written += new TextDecoder().decode(bytes);
      size += length;
    }
    view.setUint32(total, size, true);
    return 0;
  };
  const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
  const memory = exports['memory'];
  const allocate = exports['cabi_realloc'];
  const componentWit = exports['local:wasm-tools/tools#component-wit'];
  if (!(memory instanceof WebAssembly.Memory) || !isFunction(allocate) || !isFunction(componentWit)) {
    throw new AssayError('INTERNAL', 'The component validator does not export what it should', {
      hint: 'Install the version of @bytecodealliance/jco-transpile that package.json names.',
    });
  }
  const tools: WasmTools = { memory, allocate, componentWit, written: () => written };
  return tools;
}

function isFunction(value: unknown): value is (...args: number[]) => number {
  return typeof value === 'function';
}

/** The leading bytes of a component, and the ids of its sections that hold a module and a component. */
const PREAMBLE = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0];
const MODULE_SECTION = 1;
const COMPONENT_SECTION = 4;

/**
 * Validates the bytes as the only part of a component. wasm-tools validates as the first step of describing what a
 * component imports and exports. From this one there is next to nothing to describe, so that what cannot be described
 * does not matter; a complaint without a place is one about describing.
 */
async function validatePart(section: number, bytes: Uint8Array): Promise<ValidationFailure | undefined> {
  const header = [...PREAMBLE, section];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    header.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) break;
  }
  const size = header.length + bytes.length;
  compiled ??= compile();
  const tools = instantiate(await compiled);
  const pointer = tools.allocate(0, 0, 1, size);
  const whole = new Uint8Array(tools.memory.buffer, pointer, size);
  whole.set(header);
  whole.set(bytes, header.length);
  let result: number;
  try {
    result = tools.componentWit(pointer, size);
  } catch (failure) {
    if (!(failure instanceof WebAssembly.RuntimeError || failure instanceof RangeError)) throw failure;
    return { message: `the component validator gave up: ${failure.message} ${tools.written()}`.trim(), kind: 'limit' };
  }
  const view = new DataView(tools.memory.buffer);
  if (view.getUint8(result) === 0) return undefined;
  const text = new TextDecoder().decode(
    new Uint8Array(tools.memory.buffer, view.getUint32(result + 4, true), view.getUint32(result + 8, true)),
  );
  const [, message, offset] = LOCATED.exec(text) ?? [];
  if (message === undefined || offset === undefined) return undefined;
  return { message, offset: Math.max(0, Number(offset) - header.length), kind: kindOf(message) };
}

/** Validates a component's own structure and types, with every proposal that wasm-tools knows. */
export function validateComponent(bytes: Uint8Array): Promise<ValidationFailure | undefined> {
  return validatePart(COMPONENT_SECTION, bytes);
}

/**
 * Validates a core module as the only one of a component: all sections but the bodies of functions, with every
 * proposal that wasm-tools knows.
 */
export async function validateDeclarations(bytes: Uint8Array): Promise<ValidationFailure | undefined> {
  const failure = await validatePart(MODULE_SECTION, bytes);
  return failure?.offset === undefined || ONLY_IN_COMPONENTS.test(failure.message) ? undefined : failure;
}

function kindOf(message: string): NonNullable<ValidationFailure['kind']> {
  if (LIMIT.test(message)) return 'limit';
  return MALFORMED.test(message) ? 'malformed' : 'rule';
}
