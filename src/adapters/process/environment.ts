/**
 * Variables that programs need to run at all. Nothing else of the caller's environment reaches a compiler: no tokens,
 * no runner variables, no flags that would change the output unseen (CFLAGS, RUSTFLAGS).
 */
const KEPT = [
  'PATH',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'SystemDrive',
  'windir',
  'COMSPEC',
  'PATHEXT',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
  'ProgramFiles',
  'ProgramFiles(x86)',
  'ProgramData',
  'LD_LIBRARY_PATH',
] as const;

/**
 * The environment of a compiler: an allow-list of the caller's, a home folder that is not the user's (credentials lie
 * in the real one), a fixed locale, time zone and date, and what the toolchain adds.
 */
export function compilerEnvironment(
  home: string,
  additions: Readonly<Record<string, string | undefined>> = {},
  source: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of KEPT) {
    const value = source[name];
    if (value !== undefined) environment[name] = value;
  }
  Object.assign(environment, {
    HOME: home,
    USERPROFILE: home,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    // 1980-01-01, the earliest instant that every archive format can hold.
    SOURCE_DATE_EPOCH: '315532800',
    ZERO_AR_DATE: '1',
    NO_COLOR: '1',
  });
  for (const [name, value] of Object.entries(additions)) if (value !== undefined) environment[name] = value;
  return environment;
}

/** How this machine reaches the network; for programs that fetch and run no plugin's code, because a proxy's address may hold a password. */
const NETWORK = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CARGO_HTTP_CAINFO',
];

/** The variables with which a fetch finds its way out, as the caller has them. */
export function networkEnvironment(source: NodeJS.ProcessEnv = process.env): Record<string, string | undefined> {
  const names = NETWORK.flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(names.map((name) => [name, source[name]]));
}
