import type { ExitCode } from '#model/errors';
import type { RunnerAnnotation } from '#adapters/runner/runner';
import type { Clock } from '#ports/clock';

/** What a step knows about the job that it is part of. */
export interface ActionContext {
  readonly workspace: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** A line for the log while the work is under way. */
  log(text: string): void;
}

/** What came of a step. Nothing of it is shown before it is whole. */
export interface ActionOutcome<O extends string> {
  readonly exit: ExitCode;
  readonly outputs: Readonly<Record<O, string>>;
  /** For the log. */
  readonly text: string;
  /** Markdown for the run's page. */
  readonly summary?: string;
  readonly annotations?: readonly RunnerAnnotation[];
}
