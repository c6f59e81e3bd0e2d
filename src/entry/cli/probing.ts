import { AssayError } from '#model/errors';
import type { ProbeOptions } from '#stages/audit/probe';
import type { CommandInput } from './command.ts';
import { flagOption, integerOption, listOption } from './options.ts';

const DEFAULT_SECONDS = 10;

/** What `--probe` and its companions ask for; undefined without it. Without names, all exports that take nothing. */
export function probeOptions(input: CommandInput): ProbeOptions | undefined {
  const seconds = integerOption(input, 'probeTimeout', { min: 1, max: 3600 }) ?? DEFAULT_SECONDS;
  const calls = listOption(input, 'probeCall');
  if (!flagOption(input, 'probe')) {
    if (calls.length === 0) return undefined;
    throw new AssayError('USAGE', '--probe-call is said and --probe is not, so nothing would be called', {
      hint: 'Add --probe.',
    });
  }
  return { calls: calls.length === 0 ? 'nullary' : calls, timeoutMs: 1000 * seconds };
}
