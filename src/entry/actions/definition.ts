import type { Digest } from '#model/digest';
import type { ActionContext, ActionOutcome } from './action-step.ts';

interface Described {
  readonly description: string;
}

interface TextInput<K extends 'text' | 'path' | 'digest'> extends Described {
  readonly kind: K;
  readonly required?: true;
  readonly default?: string;
}

interface SecretInput extends Described {
  /** A key or passphrase. No message ever repeats it. */
  readonly kind: 'secret';
}

interface ListInput extends Described {
  /** One per line; `paths` are file or folder names. */
  readonly kind: 'lines' | 'paths';
  readonly required?: true;
  readonly default?: string;
}

interface BooleanInput extends Described {
  readonly kind: 'boolean';
  readonly default: boolean;
}

interface IntegerInput extends Described {
  readonly kind: 'integer';
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

interface EnumInput extends Described {
  readonly kind: 'enum';
  readonly choices: readonly [string, ...string[]];
  readonly default: string;
}

export type InputSpec =
  | TextInput<'text'>
  | TextInput<'path'>
  | TextInput<'digest'>
  | SecretInput
  | ListInput
  | BooleanInput
  | IntegerInput
  | EnumInput;

export type InputSpecs = Readonly<Record<string, InputSpec>>;

type Given<S, T> = S extends { readonly required: true } | { readonly default: unknown } ? T : T | undefined;

type ValueOf<S extends InputSpec> = S extends BooleanInput
  ? boolean
  : S extends IntegerInput
    ? number
    : S extends { readonly kind: 'enum'; readonly choices: readonly (infer C)[] }
      ? C
      : S extends ListInput
        ? readonly string[]
        : S extends TextInput<'digest'>
          ? Given<S, Digest>
          : Given<S, string>;

/** The values that inputs of those kinds have once they are read. */
export type InputValues<I extends InputSpecs> = { readonly [Name in keyof I]: ValueOf<I[Name]> };

/** The part of an action that does the work, loaded when its inputs turned out well. */
export interface ActionStep<I extends InputSpecs, O extends string> {
  run(inputs: InputValues<I>, context: ActionContext): Promise<ActionOutcome<O>>;
}

/** An action as data: action.yml, docs and the reading of inputs all come from here. */
export interface ActionDefinition<I extends InputSpecs = InputSpecs, O extends string = string> {
  /** Folder below actions/; empty for the action at the repository's root. */
  readonly folder: string;
  readonly title: string;
  readonly description: string;
  readonly inputs: I;
  readonly outputs: Readonly<Record<O, string>>;
}

/** Keeps the literal types of the inputs, so that a step sees what it declared. */
export function defineAction<const I extends InputSpecs, const O extends string>(
  definition: ActionDefinition<I, O>,
): ActionDefinition<I, O> {
  return definition;
}
