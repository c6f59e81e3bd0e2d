import type { BuildJob, Diagnostic } from '#model/build-record';
import type { ToolchainName } from '#model/manifest';

export interface ToolchainPresence {
  /** Exact version as the tool states it. */
  readonly version: string;
  /** Where it runs from, for messages. */
  readonly location: string;
  /** Set where the version does not say everything that shapes the output, so that no cache may answer for it. */
  readonly uncacheable?: true;
}

export interface ToolchainAbsence {
  readonly missing: string;
  /** The exact command or step that installs it. */
  readonly hint: string;
}

export interface CompileRequest {
  readonly job: BuildJob;
  /** Absolute folder with the plugin's sources; read only. */
  readonly sourceFolder: string;
  /** Absolute empty folder; the outputs are declared relative to it. */
  readonly outputFolder: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface CompileResult {
  /** File name of the module inside the output folder. */
  readonly module: string;
  /** Other declared outputs, relative to the output folder. */
  readonly companions: readonly string[];
  /** Arguments as given, with machine paths remapped. */
  readonly arguments: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** The compiler's whole output, capped. */
  readonly log: string;
}

/** One compiler family. Throws COMPILE_FAILED with the compiler's diagnostics as problems. */
export interface Toolchain {
  readonly name: ToolchainName;
  /** Bumped when what is passed to the compiler changes, so that caches miss. */
  readonly recipe: number;
  /** Looks for the compiler; with a job, also for what this job needs of it, such as its target. */
  detect(sourceFolder: string, job?: BuildJob): Promise<ToolchainPresence | ToolchainAbsence>;
  compile(request: CompileRequest): Promise<CompileResult>;
}

export interface ToolchainCatalogue {
  get(name: ToolchainName): Promise<Toolchain>;
}
