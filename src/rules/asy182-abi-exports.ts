import type { Abi, AbiKind } from '#model/manifest';
import type { ModuleFacts } from '#model/module-facts';
import { quote } from './clip.ts';
import { parseSignature, sameSignature, showSignature } from './host-abi/signature.ts';
import { WASI_PREVIEW1_MODULES } from './host-abi/wasi-preview1.ts';
import { inferAbi } from './infer-abi.ts';
import type { Draft, ReadRule } from './rule.ts';

/** WASI functions that take no pointer: a module with no others needs no memory. */
const WITHOUT_POINTERS: ReadonlySet<string> = new Set([
  'proc_exit',
  'sched_yield',
  'fd_close',
  'fd_sync',
  'proc_raise',
]);

export const abiExports: ReadRule = {
  info: {
    id: 'ASY182',
    name: 'abi-exports',
    row: 18,
    short: 'The exports do not keep the contract of the ABI',
    help: 'Each ABI expects a core module or a component, and certain exports: WASI needs the memory that its pointers point into, and entry functions () → nothing; Proxy-Wasm needs an ABI version marker and an allocator. Without them a conforming host refuses the module or misreads its memory.',
    certainty: 'certain',
    level: 'error',
    action: 'Export what the ABI asks for; linkers of current toolchains do it unless told otherwise.',
    since: '1',
  },
  read: ({ facts, abi }) => {
    if (facts.kind === 'component') return TAKE_COMPONENTS.has(abi.kind) ? [] : [otherKind('component', facts, abi)];
    if (abi.kind === 'component') return [otherKind('core module', facts, abi)];
    const drafts = entryFunctions(facts);
    if (abi.kind === 'wasi-p1') drafts.push(...wasiMemory(facts));
    if (abi.kind === 'proxy-wasm') drafts.push(...proxyWasm(facts));
    return drafts;
  },
};

/** Hosts of these kinds load components; those of all others load core modules only. */
const TAKE_COMPONENTS: ReadonlySet<AbiKind> = new Set(['component', 'custom']);

function otherKind(what: string, facts: ModuleFacts, abi: Abi): Draft {
  const kind = inferAbi(facts);
  return {
    subject: 'kind',
    message: `is a ${what}, which no host of kind ${abi.kind} loads`,
    locations: [{ offset: 0 }],
    action: `Set abi.kind to ${kind} in plugin.yaml, or build for ${abi.kind}.`,
    fix: {
      kind: 'manifest',
      description: `say that the plugin is of kind ${kind}`,
      edits: [{ op: 'replace', path: '/abi/kind', value: kind }],
    },
  };
}

function entryFunctions(facts: ModuleFacts): Draft[] {
  const entries = facts.exports.filter(({ name }) => name === '_start' || name === '_initialize');
  return entries.flatMap((item): Draft[] => {
    const { type } = item;
    if (type.kind === 'func' && sameSignature(type.type, parseSignature(':'))) return [];
    const found = type.kind === 'func' ? showSignature(type.type) : `a ${type.kind}`;
    return [
      {
        subject: item.name,
        message: `exports ${quote(item.name)} as ${found}; hosts call it without arguments and expect nothing back`,
        locations: [{ offset: item.offset, section: 'export', export: item.name }],
      },
    ];
  });
}

function wasiMemory(facts: ModuleFacts): Draft[] {
  const passesPointers = facts.imports.some(
    (item) =>
      item.type.kind === 'func' &&
      (WASI_PREVIEW1_MODULES as readonly string[]).includes(item.module) &&
      !WITHOUT_POINTERS.has(item.name),
  );
  // An imported memory is the host's own, so it knows where the pointers point.
  const known =
    facts.memories.some((memory) => memory.imported) ||
    facts.exports.some((item) => item.name === 'memory' && item.type.kind === 'memory');
  if (!passesPointers || known) return [];
  return [
    { subject: 'memory', message: 'calls WASI functions but exports no memory called "memory" for them to work on' },
  ];
}

function proxyWasm(facts: ModuleFacts): Draft[] {
  const names = new Set(facts.exports.filter((item) => item.type.kind === 'func').map((item) => item.name));
  const drafts: Draft[] = [];
  if (![...names].some((name) => /^proxy_abi_version_\d+_\d+_\d+$/.test(name))) {
    drafts.push({
      subject: 'proxy_abi_version',
      message: 'exports no proxy_abi_version_X_Y_Z, by which hosts choose the ABI',
    });
  }
  if (!names.has('proxy_on_memory_allocate') && !names.has('malloc')) {
    drafts.push({ subject: 'malloc', message: 'exports neither proxy_on_memory_allocate nor malloc' });
  }
  return drafts;
}
