import binaryen from 'binaryen';
import type { Abi } from '#model/manifest';
import { leb, module, type Part } from '../../binary.ts';
import { compile, customSection } from '../audited.ts';

/** One module with one honest trick, and the rule that has to speak against it. */
export interface Hostile {
  readonly trick: string;
  readonly rule: string;
  readonly abi: Abi['kind'];
  readonly world?: string;
  readonly module: string | (() => Promise<Uint8Array> | Uint8Array);
  readonly declares?: readonly string[];
  readonly policy?: string;
  readonly outcome?: 'flag' | 'reject';
}

export const WASI = 'wasi_snapshot_preview1';
export const MEMORY = '(memory (export "memory") 1)';
/** A policy under which only rules about names, content and shape can speak. */
export const ANY_IMPORT = 'imports: { allow: ["*"] }\n';

// Joined here, so that no scanner takes this file for one that leaks: none of these was ever issued.
export const GITHUB = ['ghp', 'h7Kp2mQx9vRt4wZn8sBf3cYj6dLa5eUg1oTi'].join('_');
export const AWS = ['AKIA', 'Q3EGRZ7WVN5KPJXT'].join('');

/** Bytes as text of the WebAssembly text format writes them. */
export const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');

/** A module whose one data segment holds this, and which does nothing. */
export const data = (content: string | Uint8Array) =>
  `(module ${MEMORY} (data (i32.const 16) "${hex(Buffer.from(content))}") (func (export "run")))`;

export const withSection = (name: string, content: Uint8Array | string) => async () =>
  Buffer.concat([await compile('(module (func (export "run")))'), customSection(name, content)]);

/** Text of the proposals that only Binaryen knows, as bytes. */
export const assemble = (text: string) => (): Uint8Array => {
  const module = binaryen.parseText(text);
  try {
    module.setFeatures(binaryen.Features.All);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
};

/** A name as the binary format writes it. */
export const named = (text: string): number[] => [...leb(Buffer.byteLength(text)), ...Buffer.from(text)];

/** A module of sections written by hand. */
export const byHand =
  (...sections: readonly Part[]) =>
  () =>
    module(...sections);
