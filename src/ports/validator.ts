/** Full validation of bytes that have already passed the decoder and its bomb checks. */
export interface Validator {
  /** What validates, with its version, for the report's engine field (never for the verdict digest). */
  readonly engine: string;
  /** Undefined when valid; otherwise what is wrong, with a byte offset where the engine gives one. */
  validateModule(bytes: Uint8Array): { message: string; offset?: number } | undefined;
  /** Components are validated by a tool that is loaded only when one is met. */
  validateComponent(bytes: Uint8Array): Promise<{ message: string; offset?: number } | undefined>;
}
