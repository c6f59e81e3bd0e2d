import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuildJob, BuildRecordSchema } from '#model/build-record';
import { AssayError, EXIT, type Problem } from '#model/errors';
import { parseJson } from '#model/parse';
import type { Difference } from '#stages/build/first-difference';
import { checkReproducible, rebuildAndCompare } from '#stages/build/reproduce';
import { readNamedFile } from '../named-file.ts';
import { localBuildPorts, signingTokenInReach } from '../wiring.ts';
import type { CommandOutcome } from './command.ts';
import type { CliContext } from './context.ts';

const MAX_RECORD_BYTES = 4 * 1024 * 1024;

/** `assay build --check`. Throws NOT_REPRODUCIBLE with every build that differs and where. */
export async function checkBuilds(
  jobs: readonly BuildJob[],
  sourceFolder: string,
  outputFolder: string,
  context: CliContext,
): Promise<CommandOutcome> {
  const problems: Problem[] = [];
  const builds: { id: string; digest: string }[] = [];
  for (const job of jobs) {
    const request = { job, sourceFolder, outputFolder, signingTokenInReach: signingTokenInReach(context.env) };
    const { result, difference } = await checkReproducible(request, portsOf(context));
    builds.push({ id: job.id, digest: result.record.output.digest });
    if (difference !== undefined) problems.push({ message: `${job.id}: ${describe(difference)}` });
  }
  if (problems.length > 0) {
    throw new AssayError('NOT_REPRODUCIBLE', `${problems.length} of ${jobs.length} builds came out differently`, {
      problems,
      hint: 'Look for dates, random names or the folder’s path in what is compiled; docs/toolchains.md says which toolchains can.',
    });
  }
  const { green, dim } = context.colours;
  return {
    exit: EXIT.ok,
    json: { folder: outputFolder, reproducible: true, builds },
    text: builds.map(({ id, digest }) => `${green('✓')} ${id}  the same bytes twice  ${dim(digest)}`).join('\n'),
  };
}

/** `assay verify --rebuild`. Throws NOT_REPRODUCIBLE, naming the first section or function that differs. */
export async function compareRebuild(
  artifact: Uint8Array,
  recordFile: string,
  source: string,
  context: CliContext,
): Promise<CommandOutcome> {
  const record = parseJson(BuildRecordSchema, await readNamedFile(context.cwd, recordFile, MAX_RECORD_BYTES), {
    source: recordFile,
    hint: 'Name the <build>.build.json that `assay build` or `assay check` left beside the module.',
  });
  const sourceFolder = resolve(context.cwd, source);
  const absent = record.job.sources.find((path) => !existsSync(join(sourceFolder, path)));
  if (absent !== undefined) {
    throw new AssayError('FILE_MISSING', `${source} does not hold ${absent}, which ${recordFile} was built from`, {
      hint: `Name the folder of ${record.job.plugin}: --source FOLDER`,
    });
  }
  const { result, difference } = await rebuildAndCompare(
    {
      job: record.job,
      artifact,
      sourceFolder,
      signingTokenInReach: signingTokenInReach(context.env),
    },
    portsOf(context),
  );
  const here = result.record;
  if (difference !== undefined) {
    const problems: Problem[] = [{ message: describe(difference) }];
    if (here.toolchain.version !== record.toolchain.version) {
      problems.push({ message: `it was built with ${record.toolchain.version}, here is ${here.toolchain.version}` });
    }
    if (here.inputs.digest !== record.inputs.digest) {
      problems.push({ message: 'the sources here are not the ones it was built from' });
    }
    throw new AssayError('NOT_REPRODUCIBLE', `a rebuild of ${record.job.plugin} gives other bytes`, {
      problems,
      hint: 'Rebuild from the recorded commit with the recorded toolchain.',
    });
  }
  const { green, dim } = context.colours;
  return {
    exit: EXIT.ok,
    json: { plugin: record.job.plugin, version: record.job.version, rebuilt: here.output.digest },
    text: `${green('✓')} a rebuild gives the same bytes  ${dim(here.output.digest)}`,
  };
}

function portsOf(context: CliContext): ReturnType<typeof localBuildPorts> {
  return localBuildPorts({ ...context, warn: (message) => context.stderr(`warning ${message}\n`) });
}

function describe({ where, offset, sizes }: Difference): string {
  const [one, two] = sizes;
  return `first difference in ${where} (byte ${offset}; ${one} and ${two} bytes)`;
}
