import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const CHILD = fileURLToPath(new URL('./audit-child.ts', import.meta.url));

const ResultSchema = z.object({
  outcome: z.string(),
  detail: z.string(),
  /** Processor time of the audit, all threads together. */
  ms: z.number(),
  /** The most memory that the process held. */
  megabytes: z.number(),
});

/** Audits bytes in a process of its own, where nothing else takes memory. */
export function auditInChild(bytes: Uint8Array): z.infer<typeof ResultSchema> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'assay-bomb-'));
  try {
    const file = path.join(folder, 'bomb.wasm');
    writeFileSync(file, bytes);
    const printed = execFileSync(process.execPath, [CHILD, file], { encoding: 'utf8', timeout: 60_000 });
    return ResultSchema.parse(JSON.parse(printed));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
