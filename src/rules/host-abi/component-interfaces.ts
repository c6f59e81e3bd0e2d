import type { Capability } from '#model/capability';

const ROWS: readonly { readonly names: RegExp; readonly capabilities: readonly Capability[] }[] = [
  { names: /^wasi:cli\/(?:stdin|stdout|stderr|terminal-[a-z]+)$/, capabilities: ['stdio'] },
  { names: /^wasi:cli\/environment$/, capabilities: ['env', 'args'] },
  { names: /^wasi:cli\/(?:exit|types)$/, capabilities: [] },
  { names: /^wasi:io\//, capabilities: [] },
  { names: /^wasi:clocks\//, capabilities: ['clock'] },
  { names: /^wasi:random\//, capabilities: ['random'] },
  { names: /^wasi:filesystem\//, capabilities: ['fs'] },
  { names: /^wasi:sockets\//, capabilities: ['net'] },
  { names: /^wasi:http\//, capabilities: ['net'] },
  { names: /^wasi:logging\//, capabilities: ['stdio'] },
  { names: /^wasi:config\//, capabilities: ['env'] },
];

/** An import of a component, taken apart: `wasi:cli/stdout@0.2.3`. */
export interface InterfaceName {
  /** `wasi:cli/stdout`, or the whole name where it is not an interface name. */
  readonly path: string;
  readonly version?: string;
}

export function parseInterfaceName(name: string): InterfaceName {
  const at = name.lastIndexOf('@');
  return at <= 0 ? { path: name } : { path: name.slice(0, at), version: name.slice(at + 1) };
}

/** Capabilities behind a component import; undefined for an interface that WASI does not define. */
export function interfaceCapabilities(name: string): readonly Capability[] | undefined {
  const { path } = parseInterfaceName(name);
  return ROWS.find((row) => row.names.test(path))?.capabilities;
}
