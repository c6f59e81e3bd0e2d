import { AssayError } from '#model/errors';
import type { Signature, ValueType } from './module-shape.ts';
import type { ResultKind, RunArgument, RunResult } from './protocol.ts';

/** A number or bigint, as WebAssembly takes them. */
type Plain = number | bigint;
type Callable = (...args: Plain[]) => unknown;

/** How texts cross between host and module (docs/running.md). */
export type TextPassing = 'assemblyscript' | 'allocator' | 'none';

const ALLOCATORS = ['alloc', 'allocate', 'malloc', 'cabi_realloc'] as const;
const AS_STRING_ID = 2;
const AS_ALIGNMENT = 16;
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** Passes texts into an instance and reads them back, by whichever convention its exports show. */
export class TextPasser {
  readonly passing: TextPassing;
  readonly #exports: WebAssembly.Exports;

  constructor(exports: WebAssembly.Exports) {
    this.#exports = exports;
    if (!(exports['memory'] instanceof WebAssembly.Memory)) this.passing = 'none';
    else if (callable(exports, '__new') !== undefined) this.passing = 'assemblyscript';
    else this.passing = ALLOCATORS.some((name) => callable(exports, name) !== undefined) ? 'allocator' : 'none';
  }

  /** The values to call an export with. Throws EXPORT_UNKNOWN when the arguments do not fit its signature. */
  lower(name: string, args: readonly RunArgument[], signature: Signature | undefined): Plain[] {
    const parameters = signature?.parameters;
    const texts = this.#whichAreTexts(name, args, parameters);
    const values: Plain[] = [];
    args.forEach((argument, index) => {
      if (texts[index] === true) {
        this.#requireTextThere(name, argument, parameters, values.length);
        values.push(...this.#lowerText(textOf(argument)));
      } else values.push(numberOf(name, argument, parameters?.[values.length]));
    });
    if (parameters !== undefined && values.length !== parameters.length)
      throw this.#wrongArguments(name, args, parameters);
    return values;
  }

  /** What an export returned, as a number or a text. */
  lift(value: unknown, kind: ResultKind): RunResult['result'] {
    if (value === undefined) return undefined;
    if (Array.isArray(value)) {
      const [pointer, length] = value;
      if (value.length === 2 && typeof pointer === 'number' && typeof length === 'number' && kind !== 'number') {
        return this.#utf8(pointer, length);
      }
      throw new AssayError('EXPORT_UNKNOWN', `the export returns ${value.length} values, which cannot be shown`);
    }
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      throw new AssayError('EXPORT_UNKNOWN', 'the export returns a reference, which cannot be shown');
    }
    if (kind === 'number') return value;
    const text = this.#liftText(value, kind === 'text');
    if (kind === 'text' && text === undefined) {
      throw new AssayError('EXPORT_UNKNOWN', `the export returned ${value}, which does not point at a text`);
    }
    return text ?? value;
  }

  /** An AssemblyScript string by its address, or undefined when there is none. */
  assemblyScriptString(pointer: number): string | undefined {
    const view = this.#view();
    if (pointer < AS_ALIGNMENT || pointer % AS_ALIGNMENT !== 0 || pointer > view.byteLength) return undefined;
    if (view.getUint32(pointer - 8, true) !== AS_STRING_ID) return undefined;
    const size = view.getUint32(pointer - 4, true);
    if (size % 2 !== 0 || size > MAX_TEXT_BYTES || pointer + size > view.byteLength) return undefined;
    return new TextDecoder('utf-16le').decode(new Uint8Array(view.buffer, pointer, size));
  }

  #whichAreTexts(name: string, args: readonly RunArgument[], parameters: readonly ValueType[] | undefined): boolean[] {
    const bySight = args.map((argument) => {
      if (typeof argument === 'object') return true;
      return typeof argument === 'string' && !isNumeric(argument);
    });
    // Where no text can be passed, a wrong number is the likelier mistake.
    if (this.passing === 'none' && parameters?.length === args.length) return args.map(() => false);
    // With (pointer, length) pairs, the number of parameters says how many arguments are texts.
    if (this.passing !== 'allocator' || parameters === undefined) return bySight;
    const texts = parameters.length - args.length;
    if (texts === 0 && bySight.every((isText) => !isText)) return bySight;
    if (texts === args.length)
      return args.map((argument) => typeof argument === 'string' || typeof argument === 'object');
    if (texts === bySight.filter(Boolean).length) return bySight;
    throw this.#wrongArguments(name, args, parameters);
  }

  /** An address is an i32: anywhere else it would be taken for the number that a text was given in the place of. */
  #requireTextThere(
    name: string,
    argument: RunArgument,
    parameters: readonly ValueType[] | undefined,
    at: number,
  ): void {
    if (parameters === undefined || this.passing === 'none') return;
    const taken = parameters.slice(at, at + (this.passing === 'allocator' ? 2 : 1));
    if (taken.some((type) => type !== 'i32')) throw wrongArgument(name, textOf(argument), taken[0]);
  }

  #wrongArguments(name: string, args: readonly RunArgument[], parameters: readonly ValueType[]): AssayError {
    const given = `${args.length} argument${args.length === 1 ? '' : 's'}`;
    const asText = {
      allocator: '; a text takes two i32, a pointer and a length',
      assemblyscript: '; a text takes one i32',
      none: '',
    }[this.passing];
    return new AssayError('EXPORT_UNKNOWN', `${name} cannot be called with ${given}`, {
      hint: `Its parameters are (${parameters.join(', ')})${asText}.`,
    });
  }

  #lowerText(text: string): Plain[] {
    if (this.passing === 'assemblyscript') return [this.#newAssemblyScriptString(text)];
    if (this.passing === 'none') {
      throw new AssayError(
        'EXPORT_UNKNOWN',
        'the module has no way to take a text: it exports no memory or allocator',
        {
          hint: 'Export "memory" and a function "alloc(size) -> pointer"; docs/running.md shows how.',
        },
      );
    }
    const bytes = new TextEncoder().encode(text);
    const pointer = this.#allocate(bytes.length);
    new Uint8Array(this.#view().buffer, pointer, bytes.length).set(bytes);
    return [pointer, bytes.length];
  }

  #newAssemblyScriptString(text: string): number {
    const make = callable(this.#exports, '__new');
    const pointer = make?.(text.length * 2, AS_STRING_ID);
    if (typeof pointer !== 'number') throw new AssayError('EXPORT_UNKNOWN', '__new did not return a pointer');
    const view = this.#view();
    for (let i = 0; i < text.length; i++) view.setUint16((pointer >>> 0) + i * 2, text.charCodeAt(i), true);
    // Unpinned, a second allocation could collect it.
    callable(this.#exports, '__pin')?.(pointer);
    return pointer;
  }

  #allocate(size: number): number {
    for (const name of ALLOCATORS) {
      const allocator = callable(this.#exports, name);
      if (allocator === undefined) continue;
      const pointer = name === 'cabi_realloc' ? allocator(0, 0, 1, size) : allocator(size);
      if (typeof pointer !== 'number') break;
      const address = pointer >>> 0;
      if (address + size <= this.#view().byteLength && (address !== 0 || size === 0)) return address;
      throw new AssayError('RUN_LIMIT', `the plugin's ${name} has no room for ${size} bytes`);
    }
    throw new AssayError('EXPORT_UNKNOWN', 'the module’s allocator did not return a pointer');
  }

  #liftText(value: Plain, isSure: boolean): string | undefined {
    if (this.passing === 'none') return undefined;
    if (typeof value === 'bigint') {
      const pointer = Number(BigInt.asUintN(32, value >> 32n));
      const length = Number(BigInt.asUintN(32, value));
      if (pointer === 0) return isSure && length === 0 ? '' : undefined;
      return this.#isInside(pointer, length) ? this.#utf8(pointer, length) : undefined;
    }
    if (this.passing === 'assemblyscript') return this.assemblyScriptString(value >>> 0);
    return isSure ? this.#cString(value >>> 0) : undefined;
  }

  #cString(pointer: number): string | undefined {
    const bytes = new Uint8Array(this.#view().buffer);
    const end = bytes.indexOf(0, pointer);
    return pointer === 0 || end < 0 ? undefined : this.#utf8(pointer, end - pointer);
  }

  #utf8(pointer: number, length: number): string {
    if (!this.#isInside(pointer, length)) {
      throw new AssayError('EXPORT_UNKNOWN', 'the export returned a text that lies outside its memory');
    }
    return new TextDecoder().decode(new Uint8Array(this.#view().buffer, pointer, length));
  }

  #isInside(pointer: number, length: number): boolean {
    return length <= MAX_TEXT_BYTES && pointer + length <= this.#view().byteLength;
  }

  #view(): DataView {
    const { memory } = this.#exports;
    if (memory instanceof WebAssembly.Memory) return new DataView(memory.buffer);
    throw new AssayError('EXPORT_UNKNOWN', 'the module exports no memory');
  }
}

function callable(exports: WebAssembly.Exports, name: string): Callable | undefined {
  const value = exports[name];
  return typeof value === 'function' ? (...args) => Reflect.apply(value, undefined, args) : undefined;
}

function textOf(argument: RunArgument): string {
  return typeof argument === 'object' ? argument.text : String(argument);
}

function isNumeric(text: string): boolean {
  return /^[+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i.test(text);
}

function numberOf(name: string, argument: RunArgument, type: ValueType | undefined): Plain {
  const text = textOf(argument);
  if (isNumeric(text)) {
    if (type === 'f32' || type === 'f64') return Number(text);
    if (type === 'i64' && /^[+-]?(?:0x[0-9a-f]+|\d+)$/i.test(text)) return bigintOf(text);
    if (type === undefined && typeof argument === 'bigint') return argument;
    const value = Number(text);
    const isWhole = Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32;
    if (type !== 'i64' && type !== 'other' && isWhole) return value;
  }
  throw wrongArgument(name, text, type);
}

function wrongArgument(name: string, text: string, type: ValueType | undefined): AssayError {
  return new AssayError('EXPORT_UNKNOWN', `${name} cannot be called with ${JSON.stringify(text)}`, {
    hint: type === undefined ? 'It takes fewer arguments.' : `It takes a value of type ${type} there.`,
  });
}

// BigInt reads a sign only in front of decimal digits.
function bigintOf(text: string): bigint {
  const digits = BigInt(text.replace(/^[+-]/, ''));
  return text.startsWith('-') ? -digits : digits;
}
