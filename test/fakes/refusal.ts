import { expect } from 'vitest';
import type { MemoryFolder } from './memory-folder.ts';

/** Runs something that must fail, and requires that a folder is byte for byte as before. */
export async function expectRefused(folder: MemoryFolder, action: () => Promise<unknown>, code: string): Promise<void> {
  const before = new Map(folder.files);
  await expect(action()).rejects.toMatchObject({ code });
  expect(folder.files).toEqual(before);
}
