import type * as z from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'nothing',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'must be an instant in UTC, such as 2027-06-01T00:00:00Z',
  url: 'must be an address, such as https://plugins.example.org/',
};

/** What a schema says against a value, in words; what a schema of ours says itself stays. */
export function schemaComplaint(issue: z.core.$ZodIssue): string {
  return inWords(issue) ?? issue.message.slice(0, 1).toLowerCase() + issue.message.slice(1);
}

// Zod begins its own messages like this; those of our schemas begin otherwise.
function inWords(issue: z.core.$ZodIssue): string | undefined {
  const { message } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return message.startsWith('Invalid input: ') ? wrongKind(message) : undefined;
    case 'invalid_value':
      if (message.startsWith('Invalid option: ')) return `is none of ${issue.values.map(String).join(', ')}`;
      return message.startsWith('Invalid input: ') ? `must be ${issue.values.map(quoted).join(' or ')}` : undefined;
    case 'invalid_union':
      return message.startsWith('Invalid discriminator') && 'options' in issue
        ? `must be ${(issue.options ?? []).map(quoted).join(' or ')}`
        : undefined;
    case 'invalid_key': {
      const [inner] = issue.issues;
      return inner === undefined ? undefined : `is a key that ${schemaComplaint(inner)}`;
    }
    case 'invalid_format':
      return message.startsWith('Invalid ') ? FORMATS[issue.format] : undefined;
    case 'too_small':
      return message.startsWith('Too small: ') ? tooSmall(issue) : undefined;
    case 'too_big':
      return message.startsWith('Too big: ') ? tooBig(issue) : undefined;
    default:
      return undefined;
  }
}

function wrongKind(message: string): string {
  const [, expected = '', received = ''] = /expected (\S+), received (\S+)$/.exec(message) ?? [];
  if (received === 'undefined') return 'is missing';
  const found = KINDS[received] ?? received;
  // A fraction, or a number that no float holds, is a number all the same.
  return `must be ${KINDS[expected] ?? expected}${expected === 'int' && received === 'number' ? '' : `, not ${found}`}`;
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall): string {
  const unit = unitOf(origin);
  if (unit !== undefined) return `needs at least ${counted(minimum, unit)}`;
  return inclusive === false ? `must be more than ${minimum}` : `must be at least ${minimum}`;
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodIssueTooBig): string {
  const unit = unitOf(origin);
  if (unit !== undefined) return `may have at most ${counted(maximum, unit)}`;
  return inclusive === false ? `must be less than ${maximum}` : `may be at most ${maximum}`;
}

function unitOf(origin: string): readonly [string, string] | undefined {
  if (origin === 'string') return ['character', 'characters'];
  return origin === 'array' ? ['entry', 'entries'] : undefined;
}

function counted(count: number | bigint, [one, many]: readonly [string, string]): string {
  return `${count} ${Number(count) === 1 ? one : many}`;
}

function quoted(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
