import { build, type BuildPorts, type BuildRequest, type BuildResult, foldersApart } from './build.ts';
import { type Difference, firstDifference } from './first-difference.ts';
import { writeResult } from './write-result.ts';

export interface Reproduction {
  /** The build that was made here, from a copy of the sources. */
  readonly result: BuildResult;
  /** Where the other bytes differ from it; undefined when they are the same. */
  readonly difference: Difference | undefined;
}

/**
 * Builds a job twice, from two copies of its sources in folders of different names and depth, without a cache, and
 * compares the bytes. Throws what `build` throws.
 */
export async function checkReproducible(request: BuildRequest, ports: BuildPorts): Promise<Reproduction> {
  const first = await buildCopy(request, ports, 'one');
  const second = await buildCopy(request, ports, 'another/folder');
  if (request.outputFolder !== undefined) await writeResult(request.outputFolder, first, ports.files);
  return {
    result: first,
    difference: firstDifference(first.bytes, second.bytes) ?? companionDifference(first, second),
  };
}

/** Builds a job from a copy of its sources, without a cache, and compares it with an artifact made elsewhere. */
export async function rebuildAndCompare(
  request: BuildRequest & { readonly artifact: Uint8Array },
  ports: BuildPorts,
): Promise<Reproduction> {
  const result = await buildCopy(request, ports, 'rebuild');
  return { result, difference: firstDifference(request.artifact, result.bytes) };
}

async function buildCopy(request: BuildRequest, ports: BuildPorts, copyName: string): Promise<BuildResult> {
  const { cache: _, ...uncached } = ports;
  // The folders of cache and results are still never read.
  const { outputFolder: __, ...rest } = request;
  return await build({ ...rest, copyName, apart: foldersApart(request, ports) }, uncached);
}

function companionDifference(one: BuildResult, two: BuildResult): Difference | undefined {
  for (const [index, { file, bytes }] of one.companions.entries()) {
    const other = two.companions[index]?.bytes ?? new Uint8Array();
    const difference = firstDifference(bytes, other);
    if (difference !== undefined) return { ...difference, where: `companion ${file}, byte ${difference.offset}` };
  }
  return undefined;
}
