import type { Problem } from '#model/errors';
import type { EffectivePolicy } from '#model/policy';
import type { Simulation } from '#stages/decide/simulate';
import type { StoredVersion } from '../stored-reports.ts';

/** What every thread is given once. */
export interface Replayed {
  readonly cwd: string;
  readonly before: EffectivePolicy;
  readonly after: EffectivePolicy;
  readonly date: Date;
}

/** What a thread is asked: to decide these versions. */
export type Question = readonly StoredVersion[];

/** What it answers. An AssayError does not survive being sent, its parts do. */
export type Answer =
  | { readonly simulation: Simulation }
  | {
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly hint?: string;
        readonly offset?: number;
        readonly problems: readonly Problem[];
      };
    };
