import { AssayError } from '#model/errors';
import type { CommandInput } from './command.ts';

/** The text of an option, or undefined when it was not given. An empty text is an error. */
export function textOption(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new AssayError('INPUT_INVALID', `--${dashed(name)} needs a value`);
}

/** The text of an option that must be there. */
export function requiredOption(input: CommandInput, name: string, hint: string): string {
  const value = textOption(input, name);
  if (value === undefined) throw new AssayError('USAGE', `--${dashed(name)} is required`, { hint });
  return value;
}

export function flagOption(input: CommandInput, name: string): boolean {
  return input.options[name] === true;
}

export function listOption(input: CommandInput, name: string): readonly string[] {
  const value = input.options[name];
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
  throw new AssayError('INPUT_INVALID', `--${dashed(name)} needs one or more values`);
}

/** A whole number within bounds. */
export function integerOption(
  input: CommandInput,
  name: string,
  bounds: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^-?[0-9]{1,15}$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
  throw new AssayError('INPUT_INVALID', `--${dashed(name)} is "${text}"`, {
    hint: `Give a whole number from ${bounds.min} to ${bounds.max}.`,
  });
}

/** One of a closed list. */
export function choiceOption<T extends string>(
  input: CommandInput,
  name: string,
  choices: readonly T[],
): T | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw new AssayError('INPUT_INVALID', `--${dashed(name)} is "${text}"`, {
    hint: `Give one of ${choices.join(', ')}.`,
  });
}

function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
