import { ERROR_CATALOGUE, EXIT } from '#model/errors';
import { type GeneratedDocs, generatedNote, table } from './generated-file.ts';

const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done, or approved',
  bug: 'an internal fault: a defect in Assay',
  usage: 'wrong use, bad input, or a source that does not compile',
  flagged: 'a person has to look at it',
  rejected: 'the policy does not accept it',
  unverified: 'verification failed',
  upstream: 'the network or a remote service failed',
};

/** docs/errors.md: the exit codes and every error code. */
export function errorDocs(): GeneratedDocs {
  const exits = Object.entries(EXIT_MEANING).map(([name, means]) => {
    const code = Object.entries(EXIT).find(([key]) => key === name)?.[1];
    return [String(code), means];
  });
  const codes = Object.entries(ERROR_CATALOGUE).map(([code, { means, fault, exit }]) => [
    `\`${code}\``,
    means,
    fault,
    String(exit),
  ]);
  const page =
    `${generatedNote('src/model/errors.ts')}# Errors and exit codes\n\n` +
    'Every failure that Assay reports on purpose has a stable code, a message that says what and where, and, where there ' +
    'is one, a hint: the next command or the exact line to add.\n\n' +
    `## Exit codes\n\nOver several inputs the most severe one counts.\n\n${table(['exit', 'meaning'], exits)}\n\n` +
    '## Error codes\n\n' +
    'Fault says whose turn it is: `user` changes the input or the call, `policy` is a check that did its work, ' +
    '`upstream` is worth another try later, `bug` is ours.\n\n' +
    `${table(['code', 'meaning', 'fault', 'exit'], codes)}\n`;
  return { files: [{ path: 'docs/errors.md', text: page }], blocks: [] };
}
