import { AssayError } from '#model/errors';
import type { Abi } from '#model/manifest';
import type { TrustPolicy } from '#model/trust-policy';
import type { Folder } from '#ports/folder';
import { parseRequirement } from '#registry/resolution';
import type { Resolution } from '#registry/resolved';
import { readLock } from '#runtime/documents';
import { install, type InstallRequest, type InstallResult } from '#stages/install/install';
import { type RegistryOpener, registryOpener } from '#stages/resolve/open-registries';
import { resolve, type ResolveRequest } from '#stages/resolve/resolve';
import { verifier } from '../trust/world.ts';
import { type MemoryFolder, memoryFolder, memoryRegistry } from './memory-folder.ts';
import { type RegistryWorld, registryWorld } from './registry-world.ts';

/** A host with a runtime folder in memory, and the registry it installs from. */
export class RuntimeWorld {
  /** The files of the registry. */
  readonly shelf: MemoryFolder;
  readonly registry: RegistryWorld;
  runtime: MemoryFolder = memoryFolder();
  trust: TrustPolicy;
  /** `name version` that does not load. */
  unloadable = '';
  /** What was loaded, in its order. */
  readonly loaded: string[] = [];
  readonly loader = {
    check: async (_bytes: Uint8Array, _abi: Abi, what: string) => {
      this.loaded.push(what);
      if (what === this.unloadable) throw new AssayError('LOAD_FAILED', `${what} does not load`);
    },
  };

  constructor(shelf: MemoryFolder, registry: RegistryWorld) {
    this.shelf = shelf;
    this.registry = registry;
    this.trust = registry.trust;
  }

  /** The registry holds acme/greet 1.0.0; nothing is installed. */
  static async create(): Promise<RuntimeWorld> {
    const shelf = memoryFolder();
    const registry = await registryWorld(memoryRegistry(shelf));
    await registry.publish();
    return new RuntimeWorld(shelf, registry);
  }

  async opener(runtime: Folder = this.runtime): Promise<RegistryOpener> {
    const { trust, registry } = this;
    const locked = await readLock(this.runtime);
    const readerFor = () => registry.registry;
    return registryOpener({ trust, readerFor, verifier, clock: registry.clock, runtime, locked });
  }

  async resolve(names: readonly string[], change: Partial<ResolveRequest> = {}): Promise<Resolution> {
    const locked = await readLock(this.runtime);
    const requirements = names.map(parseRequirement);
    const now = this.registry.clock.now();
    return resolve({ requirements, trust: this.trust, locked, now, ...change }, await this.opener());
  }

  async install(
    names: readonly string[],
    change: Partial<ResolveRequest> = {},
    more: Partial<InstallRequest> = {},
  ): Promise<InstallResult> {
    return install({ resolution: await this.resolve(names, change), trust: this.trust, ...more }, this.deps());
  }

  deps() {
    return { runtime: this.runtime, verifier, loader: this.loader, clock: this.registry.clock };
  }

  maintenance() {
    return { runtime: this.runtime, clock: this.registry.clock, generationsKept: this.trust.generationsKept };
  }
}
