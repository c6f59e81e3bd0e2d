import { AssayError } from '#model/errors';

export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  /** Whether Windows must not quote the arguments again. */
  readonly verbatim: boolean;
}

/**
 * How to start a program on this system. Batch files (`emcc.bat`) only run through cmd.exe, whose quoting cannot be
 * made safe for every text; arguments outside a plain set are refused with PATH_UNSAFE there.
 */
export function commandLineOf(
  program: string,
  args: readonly string[],
  platform: NodeJS.Platform = process.platform,
): CommandLine {
  if (platform !== 'win32' || !/\.(?:bat|cmd)$/i.test(program)) return { file: program, args, verbatim: false };
  for (const argument of [program, ...args]) {
    if (!/^[\w\-./:=\\,@+~ ()[\]]*$/.test(argument)) {
      throw new AssayError(
        'PATH_UNSAFE',
        `${program} is a batch file, and "${argument}" cannot be passed to it safely`,
        {
          hint: 'Use paths and options without the characters " % ! & | < > ^ on Windows.',
        },
      );
    }
  }
  const line = [program, ...args].map((argument) => `"${argument}"`).join(' ');
  return { file: 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}
