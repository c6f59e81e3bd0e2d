/** What a gate found, and what became of the canaries that it planted for itself. */
export interface GateResult {
  readonly gate: string;
  readonly complaints: readonly string[];
  readonly canaries: number;
  /** The canaries that did not do what they must; a gate that cannot turn red guards nothing. */
  readonly silent: readonly string[];
}

/** Prints the result and gives the exit code. */
export function reportGate({ gate, complaints, canaries, silent }: GateResult): number {
  for (const complaint of complaints) console.error(complaint);
  for (const canary of silent) console.error(`canary: ${canary}`);
  console.log(`${gate}: ${complaints.length} complaints, ${canaries - silent.length} of ${canaries} canaries`);
  return complaints.length > 0 || silent.length > 0 ? 1 : 0;
}
