import { AssayError } from '#model/errors';
import type { ToolchainAbsence } from '#ports/toolchain';

/** A compiler that was there when it was looked for, and is not any more. */
export function toolchainMissing({ missing, hint }: ToolchainAbsence): AssayError {
  return new AssayError('TOOLCHAIN_MISSING', `${missing} is missing`, { hint });
}
