import { type Digest, hexOf } from '#model/digest';

/** Where a runtime folder keeps what. */
export const RUNTIME = {
  trust: 'trust.json',
  lock: 'assay.lock',
  current: 'current.json',
  journal: 'journal.json',
  blocked: 'blocked.json',
  generations: 'generations',
  generation: (number: number) => `generations/${number}`,
  generationFile: (number: number) => `generations/${number}/generation.json`,
  registryState: (id: string) => `registries/${id}.json`,
  store: 'store/sha256',
  blob: (digest: Digest) => `store/sha256/${hexOf(digest)}`,
} as const;

/** Largest sizes in bytes. */
export const RUNTIME_LIMITS = {
  small: 64 * 1024,
  lock: 16 * 1024 * 1024,
  generation: 32 * 1024 * 1024,
  blocked: 32 * 1024 * 1024,
} as const;
