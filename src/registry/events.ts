import { canonicalJson } from '#model/canonical-json';
import { type Digest, digestOf } from '#model/digest';
import { AssayError, isAssayError } from '#model/errors';
import { type RegistryEvent, RegistryEventSchema } from '#model/events';
import type { PluginName } from '#model/names';
import { parseValue } from '#model/parse';
import { REGISTRY_LIMITS } from './limits.ts';
import { EventOrder } from './event-order.ts';

/** One event and the digest of its line: the bytes as they were written, without the newline. */
export interface LoggedEvent {
  readonly event: RegistryEvent;
  readonly digest: Digest;
}

/** A plugin's events, oldest first, and the very bytes they were read from. */
export interface EventLog {
  readonly name: PluginName;
  readonly bytes: Uint8Array;
  readonly entries: readonly LoggedEvent[];
}

type WithoutSeq<E> = E extends RegistryEvent ? Omit<E, 'seq'> : never;
/** An event before the log numbers it. */
export type EventDraft = WithoutSeq<RegistryEvent>;

/**
 * Reads `index/<namespace>/<name>/<digest>.jsonl`: one event a line, each the RFC 8785 text of its value, each line
 * ended by one newline, numbered from 1, in the order of time. Throws INDEX_INVALID naming the line.
 */
export function parseEventLog(name: PluginName, bytes: Uint8Array, source: string): EventLog {
  if (bytes.length > REGISTRY_LIMITS.eventLog) {
    throw new AssayError('INDEX_INVALID', `${source} is larger than ${REGISTRY_LIMITS.eventLog} bytes`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AssayError('INDEX_INVALID', `${source} is not UTF-8 text`, { cause });
  }
  if (!text.endsWith('\n')) throw new AssayError('INDEX_INVALID', `${source} does not end with a newline`);
  const order = new EventOrder(name);
  const entries = text
    .slice(0, -1)
    .split('\n')
    .map((line, index) => {
      const event = parseLine(line, `${source}:${index + 1}`);
      order.accept(event, `${source}:${index + 1}`);
      return { event, digest: digestOf(line) };
    });
  return { name, bytes, entries };
}

function parseLine(line: string, source: string): RegistryEvent {
  try {
    const value: unknown = JSON.parse(line);
    if (canonicalJson(value) !== line) {
      throw new AssayError('INDEX_INVALID', `${source} is not canonical JSON (RFC 8785)`);
    }
    return parseValue(RegistryEventSchema, value, { source, invalidCode: 'INDEX_INVALID' });
  } catch (cause) {
    if (isAssayError(cause) && cause.code === 'INDEX_INVALID') throw cause;
    throw new AssayError('INDEX_INVALID', `${source} is not JSON`, { cause });
  }
}

/**
 * The log with more events at its end; `log` is undefined for a plugin that has none yet. The result is read back, so
 * what breaks a rule is refused here with INDEX_INVALID (VERSION_TAKEN for a second release of a version).
 */
export function appendEvents(log: EventLog | undefined, name: PluginName, drafts: readonly EventDraft[]): EventLog {
  const first = (log?.entries.length ?? 0) + 1;
  const lines = drafts.map((draft, index) => `${canonicalJson({ ...draft, seq: first + index })}\n`).join('');
  const bytes = Buffer.concat([log?.bytes ?? new Uint8Array(), Buffer.from(lines, 'utf8')]);
  return parseEventLog(name, bytes, `events of ${name}`);
}
