import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram, type ProgramHost } from '#entry/cli/program';

function printed(argv: readonly string[], called?: string): string {
  let text = '';
  const host: ProgramHost = {
    width: 80,
    stdout: (more) => void (text += more),
    stderr: (more) => void (text += more),
    perform: async () => Promise.resolve(),
  };
  try {
    buildProgram(host, called).parse([...argv], { from: 'user' });
  } catch (thrown) {
    text += String(thrown);
  }
  return text;
}

function pathsBelow(command: Command, path: readonly string[] = []): string[][] {
  return command.commands.flatMap((child) => {
    const own = [...path, child.name()];
    return [own, ...pathsBelow(child, own)];
  });
}

const SILENT: ProgramHost = { width: 80, stdout: () => {}, stderr: () => {}, perform: async () => Promise.resolve() };
const PATHS = pathsBelow(buildProgram(SILENT));

describe('a program that was built for the command that is called', () => {
  it.each(PATHS)('says of %s %s what the whole one says', (...path) => {
    for (const rest of [['--help'], ['--no-such-option'], ['--hepl'], []]) {
      const argv = [...path, ...rest];
      expect(printed(argv, path[0])).toBe(printed(argv));
    }
  });

  it('holds that command only', () => {
    expect(buildProgram(SILENT, 'audit').commands.map((command) => command.name())).toEqual(['audit']);
  });

  it('is the whole one where no command has that name', () => {
    for (const called of [undefined, '--help', 'help', 'audti', 'registry init']) {
      expect(buildProgram(SILENT, called).commands.length).toBeGreaterThan(20);
    }
  });
});
