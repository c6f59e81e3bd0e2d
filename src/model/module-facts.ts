import * as z from 'zod';
import { CallPathSchema } from './call-path.ts';
import { DigestSchema } from './digest.ts';

/**
 * What the bytes of a WebAssembly module or component say about themselves. Facts only: no policy, no
 * guess is mixed in except where a field is named so. Offsets and sizes are bytes from the start of the file.
 */
const count = z.int().nonnegative();

/** Text-format spelling of a value type (WebAssembly 3.0, section 6.4), such as `i32` or `(ref null func)`. */
const valueType = z.string().max(256);

export const FuncTypeSchema = z
  .strictObject({ params: z.array(valueType), results: z.array(valueType) })
  .meta({ id: 'FuncType' });
export type FuncType = z.infer<typeof FuncTypeSchema>;

/** A 64-bit count: a number where it is exact, decimal digits in a string above 2^53. */
const count64 = z.union([count, z.string().regex(/^[0-9]{16,20}$/)]);
export type Count64 = z.infer<typeof count64>;

export const LimitsSchema = z
  .strictObject({
    /** Memories: pages (64 KiB unless pageSize says otherwise). Tables: elements. */
    min: count64,
    max: count64.optional(),
    shared: z.boolean().optional(),
    index64: z.boolean().optional(),
    /** Bytes per page where the custom-page-sizes proposal is used. */
    pageSize: count.optional(),
  })
  .meta({ id: 'Limits' });
export type Limits = z.infer<typeof LimitsSchema>;

export const ExternTypeSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('func'), type: FuncTypeSchema }),
    z.strictObject({ kind: z.literal('table'), element: valueType, limits: LimitsSchema }),
    z.strictObject({ kind: z.literal('memory'), limits: LimitsSchema }),
    z.strictObject({ kind: z.literal('global'), value: valueType, mutable: z.boolean() }),
    z.strictObject({ kind: z.literal('tag'), type: FuncTypeSchema }),
    /** Component-level items; `text` is the item's type as WIT-like text where it is known. */
    z.strictObject({
      kind: z.enum(['instance', 'component', 'core-module', 'component-func', 'component-type', 'component-value']),
      text: z.string().optional(),
    }),
  ])
  .meta({ id: 'ExternType' });
export type ExternType = z.infer<typeof ExternTypeSchema>;

export const ImportSchema = z
  .strictObject({
    /** Empty for component imports, whose whole name stands in `name`. */
    module: z.string(),
    name: z.string(),
    type: ExternTypeSchema,
    offset: count,
  })
  .meta({ id: 'Import' });
export type Import = z.infer<typeof ImportSchema>;

export const ExportSchema = z
  .strictObject({ name: z.string(), type: ExternTypeSchema, index: count, offset: count })
  .meta({ id: 'Export' });
export type Export = z.infer<typeof ExportSchema>;

export const SectionSchema = z
  .strictObject({
    id: count,
    /** `type`, `import`, … or `custom`. */
    name: z.string(),
    /** The custom section's own name. */
    custom: z.string().optional(),
    /** Offset and size of the payload, without id and length. */
    offset: count,
    size: count,
  })
  .meta({ id: 'Section' });
export type Section = z.infer<typeof SectionSchema>;

export const DataSegmentSchema = z
  .strictObject({
    mode: z.enum(['active', 'passive']),
    memory: count,
    /** Where it lands in memory, when that is a constant. */
    at: count64.optional(),
    offset: count,
    size: count,
  })
  .meta({ id: 'DataSegment' });

export const ElementSegmentSchema = z
  .strictObject({
    mode: z.enum(['active', 'passive', 'declarative']),
    table: count,
    at: count64.optional(),
    /** How many entries; how many of them are function references. */
    length: count,
    functions: count,
    offset: count,
    /** Bytes of the segment's encoding. */
    size: count,
  })
  .meta({ id: 'ElementSegment' });

export const FunctionFactsSchema = z
  .strictObject({
    /** Index in the function index space, imports first. */
    index: count,
    name: z.string().optional(),
    offset: count,
    size: count,
    operators: count,
    calls: count,
    indirectCalls: count,
    /** Deepest nesting of loops. */
    loopDepth: count,
    locals: count,
    /** Of the body's bytes, from the locals to the last `end`. */
    digest: DigestSchema.optional(),
  })
  .meta({ id: 'FunctionFacts' });
export type FunctionFacts = z.infer<typeof FunctionFactsSchema>;

/**
 * Which roots can reach which function imports, over direct, indirect and reference calls. A sound
 * over-approximation; `open` says that code outside the module may add edges, in which case the import list is
 * the only bound. Roots that reach the same set share one class.
 */
export const ReachabilitySchema = z
  .strictObject({
    open: z.boolean(),
    openReasons: z.array(z.string()),
    classes: z.array(
      z.strictObject({
        /**
         * Export names; the start section is written `(start)`, functions in a table that is handed out `(table name)`,
         * functions whose references are handed out `(references)`. Functions of an instance that a component exports
         * are written `instance#function`.
         */
        roots: z.array(z.string()),
        /** Indices into `imports`, ascending. */
        imports: z.array(count),
        /** The same, over direct calls only. */
        direct: z.array(count),
        /** In a component, the functions of imported instances that are reached, as `instance#function`. */
        members: z.array(z.string()).optional(),
        /** Whether these roots reach a call whose callee code outside the module may choose. */
        open: z.boolean().optional(),
        /** Several classes were put together, because listing each would take too much room. */
        merged: z.boolean().optional(),
      }),
    ),
    /**
     * For imports that are reached a shortest call path, from an export where there is one, and one from the start
     * section where that reaches it too. In the order of the imports, of an imported instance one for each function
     * that is reached; at most a thousand.
     */
    paths: z
      .array(CallPathSchema.extend({ import: count }))
      .max(1000)
      .optional(),
    /**
     * Components and core modules that a component exports, by name: whoever instantiates them decides what they
     * import, which stands in no list here.
     */
    instantiable: z.array(z.string()).optional(),
  })
  .meta({ id: 'Reachability' });
export type Reachability = z.infer<typeof ReachabilitySchema>;

export const ModuleFactsSchema = z
  .strictObject({
    kind: z.enum(['module', 'component']),
    size: count,
    /** `whole`: the file; `code`: all bytes but custom sections, so that names and debug data do not count. */
    digests: z.strictObject({ whole: DigestSchema, code: DigestSchema }),
    sections: z.array(SectionSchema),
    imports: z.array(ImportSchema),
    exports: z.array(ExportSchema),
    /** Memories and tables defined or imported, in index order. */
    memories: z.array(LimitsSchema.extend({ imported: z.boolean() })),
    tables: z.array(
      z.strictObject({ element: valueType, limits: LimitsSchema, imported: z.boolean(), written: z.boolean() }),
    ),
    globals: z.strictObject({ total: count, imported: count, mutable: count }),
    start: count.optional(),
    counts: z.strictObject({
      types: count,
      functions: count,
      importedFunctions: count,
      operators: count,
      directCalls: count,
      indirectCalls: count,
      memoryGrow: count,
      tableGrow: count,
      /** How many of the two stand inside a loop. */
      growInLoops: count.optional(),
      tags: count.optional(),
      /** Segments; `elements` and `data` list the first 200 of them. */
      elementSegments: count.optional(),
      dataSegments: count.optional(),
      /** Bytes of all data segments together. */
      dataBytes: count.optional(),
      /** Operators on f32, f64 and vectors of them, constants and conversions included. */
      floats: count.optional(),
      /** Exclusive or, shifts and rotations, of numbers and vectors. */
      bitwise: count.optional(),
      loops: count.optional(),
      branchTables: count.optional(),
    }),
    elements: z.array(ElementSegmentSchema),
    data: z.array(DataSegmentSchema),
    /** Proposals and features whose encoding occurs, by their usual names: `simd`, `bulk-memory`, `gc`, … */
    features: z.array(z.string()),
    /** Features that no validator at hand knows. The module was decoded but not fully validated because of them. */
    unvalidated: z.array(z.string()).optional(),
    producers: z.array(z.strictObject({ field: z.string(), name: z.string(), version: z.string() })),
    /** Where debug information sits: `name`, `.debug_info`, `sourceMappingURL`, … */
    debug: z.array(z.string()),
    toolchain: z.strictObject({ guess: z.string(), because: z.string() }).optional(),
    /** The largest functions first, at most 20. All of them on request. */
    functions: z.array(FunctionFactsSchema),
    reachability: ReachabilitySchema,
    /** Core modules and components inside a component. */
    nested: z.array(
      z.strictObject({ kind: z.enum(['module', 'component']), offset: count, size: count, depth: count }),
    ),
    /** Oddities of the encoding: padded LEB128, bytes after the end, duplicate custom sections, bad UTF-8. */
    oddities: z.array(z.strictObject({ what: z.string(), offset: count, detail: z.string() })),
  })
  .meta({ id: 'ModuleFacts', description: 'Facts read from the bytes of a WebAssembly module or component' });
export type ModuleFacts = z.infer<typeof ModuleFactsSchema>;
