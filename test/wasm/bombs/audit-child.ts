/** Audits one file as `assay audit` does and prints how it ended, how much processor time it took and how much memory at most. */
import { existsSync, readFileSync } from 'node:fs';
import { engineValidator } from '#adapters/validators/engine';
import { isAssayError } from '#model/errors';
import { audit } from '#stages/audit/audit';

const bytes = new Uint8Array(readFileSync(process.argv[2] ?? ''));
const begun = process.cpuUsage();
let outcome = 'audited';
let detail = '';
try {
  const report = await audit({ bytes, name: 'bomb' }, { validator: engineValidator });
  detail = `${report.findings.length} findings`;
} catch (failure) {
  outcome = isAssayError(failure) ? failure.code : 'crash';
  detail = failure instanceof Error ? failure.message : String(failure);
}
const { user, system } = process.cpuUsage(begun);
const ms = (user + system) / 1000;
process.stdout.write(JSON.stringify({ outcome, detail, ms, megabytes: peakKilobytes() / 1024 }));

/** What Node reports includes what the parent held when it started this process; Linux knows better. */
function peakKilobytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, peak] = /^VmHWM:\s+(\d+) kB/m.exec(status) ?? [];
  return peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
}
