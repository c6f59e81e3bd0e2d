/** The only source of the current time. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some fixed moment; for durations. */
  elapsed(): number;
}
