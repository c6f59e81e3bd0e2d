import { AssayError, type ErrorCode, isAssayError, toAssayError } from './errors.ts';

/** One check that was made, as data: what was checked, whether it held, and what was seen. */
export interface CheckOutcome {
  readonly check: string;
  readonly ok: boolean;
  /** What was found when it held; the error's message when it did not. */
  readonly detail: string;
  readonly code?: ErrorCode;
  readonly hint?: string;
}

export function passed(check: string, detail: string): CheckOutcome {
  return { check, ok: true, detail };
}

/** A failed check from what was thrown. What is not one of our errors is a defect and is thrown on. */
export function failed(check: string, cause: unknown): CheckOutcome {
  if (!isAssayError(cause)) throw toAssayError(cause);
  return {
    check,
    ok: false,
    detail: cause.message,
    code: cause.code,
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
  };
}

/** Collects the outcomes of checks in the order in which they are made. */
export class CheckList {
  readonly outcomes: CheckOutcome[] = [];

  /** Makes one check. Returns its result in a box, or undefined when it failed; the outcome is recorded either way. */
  async attempt<T>(
    check: string,
    action: () => Promise<T> | T,
    detail: (result: T) => string,
  ): Promise<{ readonly value: T } | undefined> {
    try {
      const value = await action();
      this.outcomes.push(passed(check, detail(value)));
      return { value };
    } catch (error) {
      this.outcomes.push(failed(check, error));
      return undefined;
    }
  }
}

/** The throwing form of a list of outcomes: the first failure becomes an error, the others its problems. */
export function requireAll(outcomes: readonly CheckOutcome[]): void {
  const failures = outcomes.filter((outcome) => !outcome.ok);
  const [first, ...rest] = failures;
  if (first === undefined) return;
  throw new AssayError(first.code ?? 'INTERNAL', first.detail, {
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    problems: rest.map((outcome) => ({ message: `${outcome.check}: ${outcome.detail}` })),
  });
}
