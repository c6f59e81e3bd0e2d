/** Whether the command line runs on a version of Node: 22.22 and newer of 22, 24.15 and newer of 24, anything later. */
export function runsOn(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 22) return minor >= 22;
  if (major === 24) return minor >= 15;
  return major > 24;
}
