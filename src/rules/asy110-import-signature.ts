import type { Import } from '#model/module-facts';
import { quote, withArticle } from './clip.ts';
import { interfaceCapabilities } from './host-abi/component-interfaces.ts';
import { acceptedSignatures, tableFor } from './host-abi/known.ts';
import { sameSignature, showSignature } from './host-abi/signature.ts';
import { importKey } from '#model/import-key';
import type { Draft, ReadRule } from './rule.ts';

export const importSignature: ReadRule = {
  info: {
    id: 'ASY110',
    name: 'import-signature',
    row: 11,
    short: 'An import has another signature than the host function of that name',
    help: 'The module names a function of a published host interface (WASI preview 1, Extism, Proxy-Wasm, waPC), but with parameters or results that no host offers, or a component names an interface of WASI where it takes something else than an instance, such as code of its host’s. It cannot be instantiated there; a host that links it anyway is being confused.',
    certainty: 'certain',
    level: 'error',
    action: 'Correct the import’s declaration to the published signature.',
    since: '1',
  },
  read: ({ facts, abi }) =>
    facts.imports.flatMap((item): Draft[] => {
      if (facts.kind === 'component') return otherThanInstance(item);
      const table = tableFor(item.module, abi.kind);
      const known = table?.functions[item.name];
      if (table === undefined || known === undefined) return [];
      // An application may have an env function of its own that is called like one of AssemblyScript's.
      if (table.interface === 'AssemblyScript') return [];
      const key = importKey(item);
      const accepted = acceptedSignatures(known.signature, abi.kind);
      const { type } = item;
      if (type.kind === 'func' && accepted.some((candidate) => sameSignature(candidate, type.type))) return [];
      const found = type.kind === 'func' ? showSignature(type.type) : `a ${type.kind}`;
      const wanted = accepted.map(showSignature).join(' or ');
      return [
        {
          subject: key,
          message: `imports ${quote(key)} as ${found}; ${table.interface} defines ${wanted}`,
          locations: [{ offset: item.offset, section: 'import', import: key }],
          extent: [`${key}: ${found}`],
        },
      ];
    }),
};

/** What a component takes under the name of a published interface, which is always an instance. */
function otherThanInstance({ name, type, offset }: Import): Draft[] {
  if (type.kind === 'instance' || interfaceCapabilities(name) === undefined) return [];
  const found = withArticle(type.kind.replace('component-', '').replace('-', ' '));
  return [
    {
      subject: name,
      message: `imports ${quote(name)} as ${found}; WASI defines an instance`,
      locations: [{ offset, section: 'import', import: name }],
      extent: [`${name}: ${found}`],
    },
  ];
}
