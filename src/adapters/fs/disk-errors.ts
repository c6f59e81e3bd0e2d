import { AssayError, type ErrorCode, isAssayError } from '#model/errors';

type Deed = 'read' | 'written';

const REASONS: Readonly<Record<string, { readonly says: string; readonly hint: string }>> = {
  ENOENT: { says: 'there is no such file or folder', hint: 'Check the path, and that the folder it lies in exists.' },
  EACCES: {
    says: 'permission is denied',
    hint: 'Give the current user the right to do this, or choose another folder.',
  },
  EPERM: { says: 'the operation is not permitted', hint: 'Check the permissions and attributes of the file.' },
  EROFS: { says: 'the file system is read-only', hint: 'Choose a folder on a disk that can be written to.' },
  ENOSPC: { says: 'the disk is full', hint: 'Free some space and repeat; nothing was changed.' },
  EDQUOT: { says: 'the disk quota is used up', hint: 'Free some space and repeat; nothing was changed.' },
  EMFILE: { says: 'too many files are open', hint: 'Raise the limit of open files (ulimit -n) and repeat.' },
  ENFILE: { says: 'too many files are open on this machine', hint: 'Close other programs and repeat.' },
  ENAMETOOLONG: { says: 'the path is too long', hint: 'Choose a folder with a shorter path.' },
  ENOTDIR: { says: 'a part of the path is a file, not a folder', hint: 'Check the path.' },
  EEXIST: { says: 'a file of that name is in the way', hint: 'Name another folder, or move the file away.' },
  EISDIR: { says: 'it is a folder, not a file', hint: 'Check the path.' },
  EBUSY: { says: 'another program is using it', hint: 'Close the program that has it open and repeat.' },
  EIO: { says: 'the disk reports a fault', hint: 'Check the disk; its contents may be damaged.' },
};

/** What the operating system refused, as FILE_UNREADABLE or FILE_UNWRITABLE (PATH_UNSAFE for a symbolic link). */
export function diskError(cause: unknown, deed: Deed, path: string): AssayError {
  if (isAssayError(cause)) return cause;
  const system = systemCode(cause);
  if (system === 'ELOOP') return symlinkRefused(path, cause);
  const code: ErrorCode = deed === 'read' ? 'FILE_UNREADABLE' : 'FILE_UNWRITABLE';
  const reason = REASONS[system ?? ''];
  const says = reason?.says ?? (cause instanceof Error ? cause.message : String(cause));
  return new AssayError(code, `${path} cannot be ${deed}: ${says}`, {
    cause,
    ...(reason === undefined ? {} : { hint: reason.hint }),
  });
}

export function symlinkRefused(path: string, cause?: unknown): AssayError {
  return new AssayError('PATH_UNSAFE', `${path} is reached through a symbolic link`, {
    cause,
    hint: 'Put the file itself there: links could lead out of the folder.',
  });
}

/** The operating system's error code (`ENOENT`), where the value has one. */
export function systemCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

export function isMissing(cause: unknown): boolean {
  return systemCode(cause) === 'ENOENT';
}
