export interface ValidationFailure {
  readonly message: string;
  /** Where, in bytes from the start of what was validated, if the engine tells. */
  readonly offset?: number;
  /** `malformed`: the bytes break the format itself. `limit`: the validator gave up. Default: `rule`, one is broken. */
  readonly kind?: 'malformed' | 'limit' | 'rule';
}

/** Full validation of bytes that have already passed the decoder and its bomb checks. */
export interface Validator {
  /** What validates, with its version, for the report's engine field (never for the verdict digest). */
  readonly engine: string;
  /** Undefined when valid; otherwise what is wrong, with a byte offset where the engine gives one. */
  validateModule(bytes: Uint8Array): ValidationFailure | undefined;
  /**
   * A second look at a module with features that the engine lacks, at everything but the bodies of its functions.
   * Undefined when nothing is wrong there, or when this validator lacks one of the features too.
   */
  reviewModule(bytes: Uint8Array, features: readonly string[]): Promise<ValidationFailure | undefined>;
  /** Components are validated by a tool that is loaded only when one is met. Core modules inside are not looked into. */
  validateComponent(bytes: Uint8Array): Promise<ValidationFailure | undefined>;
  /** Whether `validateModule` refuses whatever uses a feature (a name of `ModuleFacts.features`). */
  lacksFeature(feature: string): boolean;
  /** Whether `validateComponent` refuses whatever uses a feature. */
  lacksComponentFeature(feature: string): Promise<boolean>;
}
