/** Largest sizes, in bytes, of what a registry serves. A larger file is refused before it is hashed or parsed. */
export const REGISTRY_LIMITS = {
  hint: 16 * 1024,
  root: 128 * 1024,
  rootSignatures: 1024 * 1024,
  snapshot: 16 * 1024 * 1024,
  shard: 1024 * 1024,
  eventLog: 16 * 1024 * 1024,
  owners: 128 * 1024,
  policy: 1024 * 1024,
  bundle: 1024 * 1024,
  artifact: 256 * 1024 * 1024,
} as const;

/** How many addresses outside the registry are asked for one artifact, each of which may keep a client waiting. */
export const ADDRESSES_TRIED = 20;

/** A shard of the first level that grows past this many bytes is split into shards of the second level. */
export const SHARD_SPLIT_BYTES = 256 * 1024;

/** How many successors of a trusted root are followed in one go. */
export const ROOT_CHAIN_LIMIT = 256;
