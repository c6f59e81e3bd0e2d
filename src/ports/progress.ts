/** Says what long work is doing. Adapters draw it on a terminal or keep silent. */
export interface Progress {
  /** Begins a step; the returned function ends it. Amounts are optional and share a unit. */
  start(label: string): ProgressStep;
}

export interface ProgressStep {
  update(done: number, total: number): void;
  end(): void;
}

export const SILENT: Progress = { start: () => ({ update: () => {}, end: () => {} }) };
