import type { BuildJob, Diagnostic } from '#model/build-record';
import type { ToolchainName } from '#model/manifest';

export interface ToolchainPresence {
  /** Exact version as the tool states it. */
  readonly version: string;
  /** Where it runs from, for messages. */
  readonly location: string;
  /**
   * What else on this machine shapes the output, in a form that is equal where that is: the compiler's own files,
   * installed packages, settings outside the plugin's folder.
   */
  readonly identity?: string;
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
  /** Absolute folder with a copy of what the build reads, and nothing else. */
  readonly sourceFolder: string;
  /** What holds that copy together with the shared files above it. */
  readonly sourceRoot: string;
  /** The folder that was copied: compilers are looked for from there, nothing else of it is read. */
  readonly pluginFolder: string;
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

/** A file above the plugin's folder that a build reads, as the language's own files say. */
export interface SharedInput {
  /** What to write into `inputs:` for it; it may name its whole folder. */
  readonly glob: string;
  /** The file, relative to the plugin's folder: `../shared/Cargo.toml`. */
  readonly file: string;
}

/** One compiler family. Throws COMPILE_FAILED with the compiler's diagnostics as problems. */
export interface Toolchain {
  readonly name: ToolchainName;
  /** Bumped when what is passed to the compiler changes, so that caches miss. */
  readonly recipe: number;
  /** Whether it reads the npm packages that are installed for the plugin. */
  readonly usesPackages?: true;
  /** Looks for the compiler; with a job, also for what this job needs of it, such as its target. */
  detect(sourceFolder: string, job?: BuildJob): Promise<ToolchainPresence | ToolchainAbsence>;
  /**
   * What a build reads above the plugin's folder. It has to be named in the manifest, where the plan sees it too.
   * Left out where nothing but the compiler knows.
   */
  sharedInputs?(pluginFolder: string, job: Pick<BuildJob, 'sources' | 'options'>): Promise<readonly SharedInput[]>;
  compile(request: CompileRequest): Promise<CompileResult>;
}

export interface ToolchainCatalogue {
  get(name: ToolchainName): Promise<Toolchain>;
}
