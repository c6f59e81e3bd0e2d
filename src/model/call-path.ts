import * as z from 'zod';
import { PATH_STEPS } from './call-path-limits.ts';

const count = z.int().nonnegative();

/**
 * How a function is entered: as the root itself, called by its index, through a table, or by a reference. A call
 * through a table or reference is one that may happen: the type admits it and the function could be there.
 */
const EntrySchema = z.enum(['root', 'call', 'table', 'reference']);
export type Entry = z.infer<typeof EntrySchema>;

export const CallStepSchema = z
  .strictObject({
    /** Index in the function index space of its module, imports first. */
    function: count,
    /** In a component, which of its core modules, in file order. */
    module: count.optional(),
    /** As the name section has it, cut at 200 characters. */
    name: z.string().max(200).optional(),
    /** Where its body begins, in bytes from the start of the file. */
    offset: count.optional(),
    by: EntrySchema,
  })
  .meta({ id: 'CallStep' });
export type CallStep = z.infer<typeof CallStepSchema>;

/** One way from a root to an imported function, shortest first. The import stands beside the path, not in it. */
export const CallPathSchema = z
  .strictObject({
    /** An export's name, or what else reachability calls a root. */
    root: z.string(),
    /** The root's own function first. */
    steps: z.array(CallStepSchema).max(PATH_STEPS),
    /** How many functions were left out behind the eighth step. */
    omitted: count.optional(),
    /** How the import is entered. */
    by: EntrySchema,
    /** The function of an imported instance that is called. */
    member: z.string().optional(),
  })
  .meta({ id: 'CallPath' });
export type CallPath = z.infer<typeof CallPathSchema>;
