import { randomBytes } from 'node:crypto';
import type { CapabilityClass } from '#model/capability';

/** What the functions that AssemblyScript's compiler imports from `env` need of their host. */
export interface AssemblyScriptSurroundings {
  /** Throws unless the plugin has the capability at this moment. */
  readonly require: (capability: CapabilityClass, name: string) => void;
  /** The managed string at an address. */
  readonly string: (address: number) => string;
  readonly print: (stream: 1 | 2, line: string) => void;
}

type Print = (message: number) => void;

/** A function of AssemblyScript's own bindings, by its name in `env`; undefined for what this host lacks. */
export function assemblyScriptImport(
  name: string,
  { require, string, print }: AssemblyScriptSurroundings,
): ((...args: number[]) => number | void) | undefined {
  const printing = (stream: 1 | 2): Print => {
    return (message) => {
      require('stdio', `env.${name}`);
      print(stream, string(message));
    };
  };
  switch (name) {
    case 'Date.now':
    case 'performance.now':
      return () => {
        require('clock', `env.${name}`);
        return name === 'Date.now' ? Date.now() : performance.now();
      };
    case 'seed':
      return () => {
        require('random', `env.${name}`);
        return randomBytes(6).readUIntBE(0, 6);
      };
    case 'console.log':
    case 'console.info':
    case 'console.debug':
      return printing(1);
    case 'console.warn':
    case 'console.error':
      return printing(2);
    case 'trace':
      return (message = 0, count = 0, ...values) => {
        require('stdio', 'env.trace');
        print(2, ['trace:', string(message), ...values.slice(0, count)].join(' '));
      };
    default:
      return undefined;
  }
}
