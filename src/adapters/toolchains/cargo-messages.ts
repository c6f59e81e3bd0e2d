import { resolve } from 'node:path';
import * as z from 'zod';
import type { Diagnostic } from '#model/build-record';

const MessageSchema = z.object({
  message: z.string(),
  level: z.string(),
  rendered: z.string().nullable().optional(),
  spans: z.array(
    z.object({
      file_name: z.string(),
      line_start: z.int(),
      column_start: z.int(),
      is_primary: z.boolean(),
    }),
  ),
});

const CargoLineSchema = z.discriminatedUnion('reason', [
  z.object({ reason: z.literal('compiler-message'), message: MessageSchema }),
  z.object({ reason: z.literal('compiler-artifact'), filenames: z.array(z.string()) }),
]);

const MOST_SCRIPT_LINES = 8;

type Message = z.infer<typeof MessageSchema>;

/**
 * Diagnostics from cargo's or rustc's JSON messages (one object a line; other lines are skipped), their places resolved
 * from the folder in which cargo starts the compiler. What cargo itself says stands on `stderr` as text.
 */
export function parseCargoMessages(stdout: string, stderr: string, folder: string): Diagnostic[] {
  const compiled = messagesOf(`${stdout}\n${stderr}`).flatMap((message): Diagnostic[] => {
    const severity = message.level.startsWith('error') ? 'error' : message.level === 'warning' ? 'warning' : 'note';
    const place = message.spans.find((span) => span.is_primary);
    // Summaries such as "aborting due to previous error" repeat what has its own place.
    if (
      place === undefined &&
      /^(?:aborting due to|\d+ warnings? emitted|For more information)/.test(message.message)
    ) {
      return [];
    }
    const at =
      place === undefined
        ? {}
        : { file: resolve(folder, place.file_name), line: place.line_start, column: place.column_start };
    return [{ severity, message: message.message, ...at }];
  });
  return compiled.some(({ severity }) => severity === 'error') ? compiled : [...compiled, ...cargoErrors(stderr)];
}

/** `error: …` of cargo, and for a build script that failed what it printed before it did. */
function cargoErrors(stderr: string): Diagnostic[] {
  const lines = stderr.split('\n');
  const said = lines.findIndex((line) => line.startsWith('  --- stderr'));
  const script = said < 0 ? [] : lines.slice(said + 1, said + 1 + MOST_SCRIPT_LINES).map((line) => line.trim());
  return lines
    .filter((line) => line.startsWith('error: ') && !line.startsWith('error: could not compile'))
    .map((line) => ({
      severity: 'error' as const,
      message: [line.slice('error: '.length), ...script.filter((text) => text !== '')].join(': '),
    }));
}

/** What the compiler would have shown on a terminal. */
export function renderedMessages(output: string): string {
  return messagesOf(output)
    .map((message) => message.rendered ?? message.message)
    .join('');
}

/** The .wasm file of the last crate built. */
export function cargoArtifact(output: string): string | undefined {
  let found: string | undefined;
  for (const value of jsonLines(output)) {
    const line = CargoLineSchema.safeParse(value);
    if (!line.success || line.data.reason !== 'compiler-artifact') continue;
    found = line.data.filenames.find((name) => name.endsWith('.wasm')) ?? found;
  }
  return found;
}

function messagesOf(output: string): Message[] {
  const messages: Message[] = [];
  for (const value of jsonLines(output)) {
    const line = CargoLineSchema.safeParse(value);
    const message = line.success && line.data.reason === 'compiler-message' ? line.data.message : value;
    const parsed = MessageSchema.safeParse(message);
    if (parsed.success) messages.push(parsed.data);
  }
  return messages;
}

function* jsonLines(output: string): Generator<unknown> {
  for (const line of output.split('\n')) {
    if (!line.startsWith('{')) continue;
    try {
      yield JSON.parse(line);
    } catch {
      // Cut off by the output cap.
    }
  }
}
