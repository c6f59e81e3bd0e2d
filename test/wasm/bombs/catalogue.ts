import { COMPONENTS } from './components.ts';
import { CODE } from './code.ts';
import { DECLARATIONS } from './declarations.ts';
import type { Bomb } from './parts.ts';
import { TEXT } from './text.ts';

/** Every bomb by what it is full of. */
export const BOMBS: readonly (readonly [name: string, bomb: Bomb])[] = [
  ...Object.entries(DECLARATIONS),
  ...Object.entries(CODE),
  ...Object.entries(TEXT),
  ...Object.entries(COMPONENTS),
];
