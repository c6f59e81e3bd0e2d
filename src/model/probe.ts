import * as z from 'zod';

const count = z.int().nonnegative();

/**
 * What a module did when it was really loaded with stubs for imports: evidence beside the static facts, for people.
 * Verdicts do not depend on it. A root is an export that was called, or `(start)` for loading itself.
 */
export const ProbeSchema = z
  .strictObject({
    /** `refused`: the engine would not load it here; `timeout`, `crashed`: the probe's process was lost with it. */
    outcome: z.enum(['completed', 'refused', 'timeout', 'crashed']),
    message: z.string().max(1000).optional(),
    roots: z
      .array(
        z.strictObject({
          root: z.string().max(1000),
          /** `exited`: it asked to end; `stopped`: it called more than the probe lets it; `lost`: nothing came back. */
          outcome: z.enum(['returned', 'trapped', 'exited', 'stopped', 'lost']),
          message: z.string().max(1000).optional(),
          /** Imports in the order of their first call. */
          calls: z
            .array(
              z.strictObject({
                import: z.string().max(2000),
                /** How often; absent where the process was lost before it could say. */
                times: count.optional(),
              }),
            )
            .max(10_000),
        }),
      )
      .max(200),
    /** Calls that the facts say cannot happen. Any of them is a defect of the analysis. */
    unexplained: z
      .array(z.strictObject({ root: z.string().max(1000), import: z.string().max(2000) }))
      .max(1000)
      .optional(),
    /** Pages of the largest memory at the end. */
    memoryPages: count.optional(),
  })
  .meta({ id: 'Probe' });
export type Probe = z.infer<typeof ProbeSchema>;
