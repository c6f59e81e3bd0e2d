import { hostFunctions } from './host-function.ts';

/** What the AssemblyScript compiler and its standard library's bindings import from `env`. */
export const ASSEMBLYSCRIPT = hostFunctions([
  { functions: { abort: 'iiii:' } },
  {
    capability: 'stdio',
    functions: {
      trace: 'iiFFFFF:',
      'console.assert': 'ii:',
      'console.debug': 'i:',
      'console.error': 'i:',
      'console.info': 'i:',
      'console.log': 'i:',
      'console.warn': 'i:',
    },
  },
  {
    capability: 'clock',
    functions: {
      'console.time': 'i:',
      'console.timeEnd': 'i:',
      'console.timeLog': 'i:',
      'Date.now': ':F',
      'performance.now': ':F',
    },
  },
  { capability: 'random', functions: { seed: ':F' } },
]);
