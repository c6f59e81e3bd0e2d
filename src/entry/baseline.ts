import { AuditReportSchema } from '#model/audit-report';
import { parseJson } from '#model/parse';
import { audit } from '#stages/audit/audit';
import type { BuiltReport } from '#stages/decide/decide';
import { MAX_MODULE_BYTES, readNamedFile } from './named-file.ts';
import { localValidator } from './validator.ts';

const MAGIC = [0x00, 0x61, 0x73, 0x6d] as const;

/** The last approved version to compare with: a module, which is audited now, or a stored report. */
export async function loadBaseline(cwd: string, path: string | undefined): Promise<BuiltReport[] | undefined> {
  if (path === undefined) return undefined;
  const bytes = await readNamedFile(cwd, path, MAX_MODULE_BYTES);
  const isModule = MAGIC.every((byte, index) => bytes[index] === byte);
  const report = isModule
    ? await audit({ bytes, name: path }, { validator: await localValidator() })
    : parseJson(AuditReportSchema, bytes, {
        source: path,
        maxBytes: MAX_MODULE_BYTES,
        hint: 'Give a module, or a report that an earlier check or audit wrote.',
      });
  return [{ report, build: '' }];
}
