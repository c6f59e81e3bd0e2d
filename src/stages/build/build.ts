import { BUILD_FOLDER } from '#model/build-folder';
import type { BuildJob, BuildRecord } from '#model/build-record';
import { AssayError } from '#model/errors';
import type { BuildCache } from '#ports/build-cache';
import type { BuildFiles, InputFile } from '#ports/build-files';
import { type Progress, SILENT } from '#ports/progress';
import type { SharedInput, Toolchain, ToolchainCatalogue, ToolchainPresence } from '#ports/toolchain';
import { type CachedBuild, decodeCacheEntry, digested, encodeCacheEntry } from './cache-entry.ts';
import { cacheKey, digestOfInputs } from './cache-key.ts';
import type { BuildResult } from './build-result.ts';
import { writeResult } from './write-result.ts';

export type { BuildResult } from './build-result.ts';

export interface BuildRequest {
  readonly job: BuildJob;
  /** Absolute folder with plugin.yaml and the sources. */
  readonly sourceFolder: string;
  /** Where `<id>.wasm`, `<id>.build.json`, `<id>.log` and companions go; left out, nothing is written. */
  readonly outputFolder?: string;
  /** Whether this process could ask for a signing token; builds run authors' code and refuse then. */
  readonly signingTokenInReach: boolean;
  readonly timeoutMs?: number;
  /** Further folders, besides those of results and cache, that the build does not read. */
  readonly apart?: readonly string[];
  /** What the folder is called into which the sources are copied; builds that are compared use different ones. */
  readonly copyName?: string;
  readonly signal?: AbortSignal;
}

export interface BuildPorts {
  readonly toolchains: ToolchainCatalogue;
  readonly files: BuildFiles;
  /** Left out where a result could be published: a release is built clean. */
  readonly cache?: BuildCache;
  readonly progress?: Progress;
  /** Takes notes for people: a damaged cache entry, an unreachable cache. */
  readonly warn?: (message: string) => void;
}

const DEFAULT_TIMEOUT_MS = 10 * 60 * 1000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
const MAX_COMPANIONS = 50;

/**
 * Builds one job: from the cache when nothing that it reads has changed, else with its compiler in a scratch folder.
 * Throws BUILD_UNSAFE, FILE_MISSING, TOOLCHAIN_UNKNOWN, TOOLCHAIN_MISSING, MANIFEST_INVALID (options), COMPILE_FAILED
 * with the compiler's messages, BUILD_LIMIT, OUTPUT_MISSING, PATH_UNSAFE or FILE_UNWRITABLE.
 */
export async function build(request: BuildRequest, ports: BuildPorts): Promise<BuildResult> {
  refuseNearTokens(request);
  const { job } = request;
  const step = (ports.progress ?? SILENT).start(`build ${job.id}`);
  try {
    const inputs = await ports.files.listInputs(request.sourceFolder, inputGlobs(job), foldersApart(request, ports));
    requireSources(job, inputs);
    const toolchain = await ports.toolchains.get(job.toolchain);
    requireShared(job, inputs, (await toolchain.sharedInputs?.(request.sourceFolder, job)) ?? []);
    const presence = await toolchain.detect(request.sourceFolder, job);
    if ('missing' in presence) {
      throw new AssayError('TOOLCHAIN_MISSING', `${job.plugin} needs ${presence.missing}`, { hint: presence.hint });
    }
    const made = await restoreOrCompile(request, ports, inputs, toolchain, presence);
    const result = describeBuild(job, inputs, toolchain, made);
    if (request.outputFolder !== undefined) await writeResult(request.outputFolder, result, ports.files);
    return result;
  } finally {
    step.end();
  }
}

function refuseNearTokens(request: BuildRequest): void {
  if (!request.signingTokenInReach) return;
  throw new AssayError('BUILD_UNSAFE', `${request.job.plugin} is not built here: this job could sign`, {
    hint: 'Build in a job without "id-token: write", and hand the result to the job that signs.',
  });
}

/** Folders that builds fill and none reads; a result inside the plugin's folder must not change the next build's key. */
export function foldersApart(
  request: Pick<BuildRequest, 'outputFolder' | 'apart'>,
  { cache }: BuildPorts,
): readonly string[] {
  return [request.outputFolder, cache?.folder, ...(request.apart ?? [])].filter((folder) => folder !== undefined);
}

// The manifest itself is not compiled; a changed description needs no compiler.
function inputGlobs(job: BuildJob): readonly string[] {
  return [...job.inputs, '!plugin.yaml'];
}

function requireSources(job: BuildJob, inputs: readonly InputFile[]): void {
  // A compiler would take it for an option, one that the toolchain's own list of options may refuse.
  const option = job.sources.find((source) => /^[-@]/.test(source));
  if (option !== undefined) {
    throw new AssayError('PATH_UNSAFE', `${job.plugin}: compilers read the source ${option} as an option`, {
      hint: 'Give the file a name that begins with a letter or a digit.',
    });
  }
  const paths = new Set(inputs.map((input) => input.path));
  const absent = job.sources.find((source) => !paths.has(source));
  if (absent === undefined) return;
  const isKept = job.inputs.length > 0;
  throw new AssayError('FILE_MISSING', `${job.plugin}: the source ${absent} is not among the files of the build`, {
    hint: isKept
      ? `Check that the file exists and that a glob of "inputs:" in plugin.yaml matches it.`
      : `Create ${job.folder === '.' ? '' : `${job.folder}/`}${absent}, or correct "source:" in plugin.yaml.`,
  });
}

/** What lies above the folder counts for the cache's key and for the plan only where the manifest names it. */
function requireShared(job: BuildJob, inputs: readonly InputFile[], shared: readonly SharedInput[]): void {
  const paths = new Set(inputs.map((input) => input.path));
  const absent = shared.filter(({ file }) => !paths.has(file));
  if (absent.length === 0) return;
  const globs = new Set([...(job.inputs.length === 0 ? ['**'] : job.inputs), ...absent.map(({ glob }) => glob)]);
  throw new AssayError(
    'MANIFEST_INVALID',
    `${job.plugin} reads ${absent[0]?.file}${absent.length > 1 ? ` and ${absent.length - 1} more` : ''} above its folder, which "inputs:" does not name`,
    {
      hint: `Add to the build in plugin.yaml: inputs: [${[...globs].map((glob) => JSON.stringify(glob)).join(', ')}]`,
      problems: absent.map(({ file }) => ({ message: `${file} is not among the inputs` })),
    },
  );
}

async function restoreOrCompile(
  request: BuildRequest,
  ports: BuildPorts,
  inputs: readonly InputFile[],
  toolchain: Toolchain,
  presence: ToolchainPresence,
): Promise<CachedBuild & { fromCache: boolean }> {
  const cache = presence.uncacheable === true ? undefined : ports.cache;
  const warn = ports.warn ?? (() => {});
  const key = cacheKey(request.job, inputs, toolchain, presence);
  const entry = await cache?.restore(key, warn);
  if (entry !== undefined) {
    const cached = decodeCacheEntry(key, entry);
    if (cached !== undefined) return { ...cached, fromCache: true };
    warn(`the cached build of ${request.job.id} is damaged; it is discarded and built again`);
    await cache?.discard(key, warn);
  }
  const made = await compile(request, ports.files, inputs, toolchain, presence);
  await cache?.save(key, encodeCacheEntry(key, made), warn);
  return { ...made, fromCache: false };
}

/**
 * Compilers see a copy of the inputs and nothing else: what is not part of the cache's key cannot shape the result,
 * and a build that writes beside its sources writes into the copy.
 */
async function compile(
  request: BuildRequest,
  files: BuildFiles,
  inputs: readonly InputFile[],
  toolchain: Toolchain,
  presence: ToolchainPresence,
): Promise<CachedBuild> {
  await using scratch = await files.scratch();
  await using copies = await files.scratch();
  const packages = toolchain.usesPackages === true;
  const into = `${copies.path}/${request.copyName ?? 'sources'}`;
  const copy = await files.copyInputs(request.sourceFolder, inputs, into, { packages });
  const compiled = await toolchain.compile({
    job: request.job,
    sourceFolder: copy.folder,
    sourceRoot: copy.root,
    pluginFolder: request.sourceFolder,
    outputFolder: scratch.path,
    timeoutMs: request.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  if (compiled.companions.length > MAX_COMPANIONS) {
    throw new AssayError(
      'BUILD_LIMIT',
      `the build made ${compiled.companions.length} companions; at most ${MAX_COMPANIONS}`,
      { hint: 'Put them into one archive, and name that as the companion.' },
    );
  }
  const module = digested(await files.readOutput(scratch.path, compiled.module, MAX_OUTPUT_BYTES));
  const companions: CachedBuild['companions'][number][] = [];
  for (const file of compiled.companions) {
    companions.push({ file, ...digested(await files.readOutput(scratch.path, file, MAX_OUTPUT_BYTES)) });
  }
  return {
    toolchainVersion: presence.version,
    arguments: compiled.arguments,
    diagnostics: compiled.diagnostics,
    log: compiled.log,
    module,
    companions,
  };
}

function describeBuild(
  job: BuildJob,
  inputs: readonly InputFile[],
  toolchain: Toolchain,
  made: CachedBuild & { fromCache: boolean },
): BuildResult {
  const { module } = made;
  const companions = made.companions.map(({ file, ...held }) => ({ file: companionName(job, file), ...held }));
  const record: BuildRecord = {
    schema: 'assay.build-record/1',
    job,
    inputs: { digest: digestOfInputs(inputs), files: inputs.length },
    toolchain: { name: toolchain.name, version: made.toolchainVersion },
    arguments: [...made.arguments],
    recipe: toolchain.recipe,
    output: { file: BUILD_FOLDER.module(job.id), digest: module.digest, size: module.bytes.length },
    companions: companions.map(({ file, bytes, digest }) => ({ file, digest, size: bytes.length })),
  };
  const { diagnostics, log, fromCache } = made;
  return { record, bytes: module.bytes, companions, diagnostics, log, fromCache };
}

function companionName(job: BuildJob, file: string): string {
  const plain = file.replaceAll('/', '.');
  const name = plain.startsWith('module.') ? `${job.id}${plain.slice('module'.length)}` : `${job.id}.${plain}`;
  const { module, record, log, report, provenance, verdictBundle } = BUILD_FOLDER;
  const ours = [module, record, log, report, provenance, verdictBundle].map((nameOf) => nameOf(job.id));
  if (!ours.includes(name.toLowerCase()) && !/[\0\\:]/.test(name)) return name;
  throw new AssayError('PATH_UNSAFE', `the build of ${job.plugin} made the companion ${JSON.stringify(file)}`, {
    hint: `Name it otherwise: ${name} is a name that the steps after the build use.`,
  });
}
