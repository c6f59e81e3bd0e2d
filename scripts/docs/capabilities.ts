import { CAPABILITY_CLASSES } from '#model/capability';
import { interfaceCapabilities } from '#rules/host-abi/component-interfaces';
import type { HostFunctions } from '#rules/host-abi/host-function';
import { KNOWN_MODULES, tableFor } from '#rules/host-abi/known';
import { type GeneratedDocs, generatedNote, table } from './generated-file.ts';

const MEANING: Readonly<Record<(typeof CAPABILITY_CLASSES)[number], string>> = {
  stdio: 'reads and writes descriptors that the host opened, and its log',
  clock: 'reads clocks, waits',
  random: 'takes random bytes',
  args: 'reads its arguments',
  env: 'reads environment variables or configuration',
  fs: 'opens, lists, changes or removes files by path',
  net: 'talks to other machines',
  process: 'starts, signals or replaces processes',
  threads: 'starts threads',
};

/** The interfaces of WASI 0.2 that are shown; the code itself goes by patterns. */
const INTERFACES = [
  'wasi:cli/stdin',
  'wasi:cli/stdout',
  'wasi:cli/stderr',
  'wasi:cli/environment',
  'wasi:cli/exit',
  'wasi:io/streams',
  'wasi:clocks/wall-clock',
  'wasi:clocks/monotonic-clock',
  'wasi:random/random',
  'wasi:filesystem/types',
  'wasi:filesystem/preopens',
  'wasi:sockets/tcp',
  'wasi:sockets/udp',
  'wasi:http/outgoing-handler',
  'wasi:logging/logging',
] as const;

/** docs/capabilities.md: which import stands for which capability. */
export function capabilityDocs(): GeneratedDocs {
  const classes = CAPABILITY_CLASSES.map((name) => [`\`${name}\``, MEANING[name]]);
  const underEnv = [tableFor('env', 'custom'), tableFor('env', 'proxy-wasm')].filter((known) => known !== undefined);
  const modules = Map.groupBy([...KNOWN_MODULES, ...underEnv], ({ functions }) => functions);
  const sections = [...modules].map(([functions, holders]) => {
    const names = holders.map(({ module }) => `\`${module}\``).join(', ');
    return `### ${holders[0]?.interface ?? ''}\n\nModule ${names}.\n\n${functionTable(functions)}`;
  });
  const interfaces = INTERFACES.map((name) => [`\`${name}\``, show(interfaceCapabilities(name) ?? [])]);
  const page =
    `${generatedNote('src/rules/host-abi')}# Capabilities\n\n` +
    'A WebAssembly module touches the outside only through its imports. Each import stands for a capability by the tables ' +
    'below, and a capability counts as used when code that the host may call can reach such an import. A plugin declares ' +
    'what it needs in `plugin.yaml`; a policy says what is allowed, needs review or is denied.\n\n' +
    `${table(['capability', 'the plugin'], classes)}\n\n` +
    '`host:<module>.<name>` is one function of the host’s own: an import that none of the tables knows.\n\n' +
    `## Core modules\n\n${sections.join('\n\n')}\n\n` +
    '### Emscripten\n\nIts JavaScript library is recognised by name patterns, since names and signatures differ between ' +
    'versions: [emscripten.ts](../src/rules/host-abi/emscripten.ts).\n\n' +
    '### wasm-bindgen\n\nThe glue imports JavaScript functions by name, with a hash that changes with every version and is ' +
    'left out. What the language itself defines carries no capability, a few names stand for one of the classes, and all ' +
    'others are `host:wbg.<name>`. What JavaScript does with a value is not followed: ' +
    '[wasm-bindgen.ts](../src/rules/host-abi/wasm-bindgen.ts).\n\n' +
    `## Components\n\n${table(['interface', 'capability'], interfaces)}\n\n` +
    'Of `wasi:filesystem` only what opens, lists or changes files counts, as in preview 1: reading, writing or describing ' +
    'what was opened before does not, nor does asking which folders were given. Dropping a handle is no use of any ' +
    'interface.\n';
  return { files: [{ path: 'docs/capabilities.md', text: page }], blocks: [] };
}

function functionTable(functions: HostFunctions): string {
  const groups = Map.groupBy(Object.entries(functions), ([, { capability }]) => capability ?? '');
  const rows = [...groups]
    .toSorted(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a.localeCompare(b, 'en')))
    .map(([capability, members]) => [
      show(capability === '' ? [] : [capability]),
      members.map(([name]) => `\`${name}\``).join(' '),
    ]);
  return table(['capability', 'functions'], rows);
}

function show(capabilities: readonly string[]): string {
  return capabilities.length === 0 ? 'none' : capabilities.map((name) => `\`${name}\``).join(' ');
}
