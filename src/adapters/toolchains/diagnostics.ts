import { posix } from 'node:path';
import type { Diagnostic } from '#model/build-record';
import { AssayError, type Problem } from '#model/errors';
import type { ToolchainName } from '#model/manifest';
import type { FlagPlace } from './accepted-flags.ts';

const MOST_DIAGNOSTICS = 200;
const LONGEST_MESSAGE = 2_000;

/**
 * Messages of the form `file:line:column: error: text`, which clang, zig, emcc and wabt print; Go leaves the severity
 * out, which makes it an error.
 */
export function parseColonDiagnostics(log: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of log.split('\n')) {
    const match =
      /^(?<file>(?:[A-Za-z]:)?[^:\n]+):(?<line>\d+):(?:(?<column>\d+):)?\s+(?:(?<severity>fatal error|error|warning|note):\s*)?(?<message>.+)$/.exec(
        line.trimEnd(),
      );
    if (match?.groups === undefined) continue;
    const { file, line: row, column, severity, message } = match.groups;
    found.push({
      severity: severity === 'warning' || severity === 'note' ? severity : 'error',
      message: message ?? '',
      ...(file === undefined ? {} : { file }),
      line: Number(row),
      ...(column === undefined ? {} : { column: Number(column) }),
    });
  }
  return found;
}

/** What linkers print without a place: `wasm-ld: error: undefined symbol: foo`. */
export function parseLinkerDiagnostics(log: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of log.split('\n')) {
    const match =
      /^(?:\S*wasm-ld(?:-\d+)?(?:\.exe)?|ld\.lld|lld|error): ?(?:(?<severity>error|warning): )?(?<message>.+)$/.exec(
        line.trim(),
      );
    const message = match?.groups?.['message'];
    if (message === undefined) continue;
    found.push({ severity: match?.groups?.['severity'] === 'warning' ? 'warning' : 'error', message });
  }
  return found;
}

/**
 * Diagnostics with files relative to the plugin's folder, `../` for shared files above it. A place outside what was
 * copied for the build, such as in a fetched crate, stands in the message, as `shown` writes it.
 */
export function relativeDiagnostics(
  diagnostics: readonly Diagnostic[],
  place: FlagPlace,
  shown: (path: string) => string = (path) => path,
): Diagnostic[] {
  const [folder, root] = [place.sourceFolder, place.sourceRoot].map((path) =>
    withoutBackslashes(path).replace(/\/$/, ''),
  );
  return mostSevere(diagnostics).map((diagnostic) => {
    const message = shown(diagnostic.message).slice(0, LONGEST_MESSAGE);
    if (diagnostic.file === undefined) return { ...diagnostic, message };
    const { file: raw, line, column, severity } = diagnostic;
    const named = withoutBackslashes(raw);
    const isAbsolute = /^(?:\/|[A-Za-z]:|<|~)/.test(named);
    const file = isAbsolute ? named : posix.join(folder ?? '', named);
    if (!file.startsWith(`${root}/`)) return { severity, message: `${shown(raw)}:${line ?? 0}: ${message}` };
    const inside = posix.relative(folder ?? '', file);
    return { ...diagnostic, message, file: inside, ...(column === undefined ? {} : { column }) };
  });
}

function withoutBackslashes(path: string): string {
  return path.replaceAll('\\', '/');
}

/** All of them, or where there are too many the errors before the rest: a flood of warnings must not hide the fault. */
function mostSevere(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length <= MOST_DIAGNOSTICS) return diagnostics;
  const rank = { error: 0, warning: 1, note: 2 };
  return diagnostics.toSorted((a, b) => rank[a.severity] - rank[b.severity]).slice(0, MOST_DIAGNOSTICS);
}

/** What to do about a message that does not say it: faults of the settings, not of the source. */
export interface KnownFault {
  readonly message: RegExp;
  readonly hint: string;
}

/** The error for a compiler that said no. The first error stands in the message; all of them are its problems. */
export function compileFailed(
  toolchain: ToolchainName,
  plugin: string,
  diagnostics: readonly Diagnostic[],
  log: string,
  known: readonly KnownFault[] = [],
): AssayError {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const shown: readonly Problem[] = (errors.length > 0 ? errors : lastLines(log)).map(
    ({ message, file, line, column }) => ({
      message,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    }),
  );
  const first = shown[0];
  const place = first?.file === undefined ? '' : ` at ${first.file}:${first.line ?? 1}`;
  const more = shown.length > 1 ? ` (and ${shown.length - 1} more)` : '';
  const message = `${plugin} does not compile with ${toolchain}${place}: ${first?.message ?? 'no message'}${more}`;
  return new AssayError('COMPILE_FAILED', message, {
    problems: shown,
    hint:
      known.find((fault) => shown.some((problem) => fault.message.test(problem.message)))?.hint ??
      (place === ''
        ? 'Correct the source, or what plugin.yaml says about the build, then build again.'
        : 'Correct the source at the place named, then build again.'),
  });
}

function lastLines(log: string): Diagnostic[] {
  const lines = log.split('\n').map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== '')
    .slice(-10)
    .map((message) => ({ severity: 'error', message: message.slice(0, LONGEST_MESSAGE) }));
}
