const WEIGHTS = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
} as const;
const PRIVILEGES = { unchanged: { N: 0.85, L: 0.62, H: 0.27 }, changed: { N: 0.85, L: 0.68, H: 0.5 } } as const;

/** The base score of a CVSS 3.0 or 3.1 vector (FIRST, CVSS 3.1 specification, section 7.1); undefined for another text. */
export function cvssBaseScore(vector: string): number | undefined {
  const [version, ...parts] = vector.split('/');
  if (version !== 'CVSS:3.0' && version !== 'CVSS:3.1') return undefined;
  const metrics = new Map(
    parts.map((part): [string, string] => [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1)]),
  );
  const weight = (table: Readonly<{ [value: string]: number }>, metric: string) => table[metrics.get(metric) ?? ''];
  const changed = metrics.get('S') === 'C';
  const [av, ac, ui] = [weight(WEIGHTS.AV, 'AV'), weight(WEIGHTS.AC, 'AC'), weight(WEIGHTS.UI, 'UI')];
  const pr = weight(changed ? PRIVILEGES.changed : PRIVILEGES.unchanged, 'PR');
  const [c, i, a] = [weight(WEIGHTS.C, 'C'), weight(WEIGHTS.I, 'I'), weight(WEIGHTS.A, 'A')];
  if (av === undefined || ac === undefined || ui === undefined || pr === undefined) return undefined;
  if (c === undefined || i === undefined || a === undefined) return undefined;
  const base = 1 - (1 - c) * (1 - i) * (1 - a);
  const impact = changed ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  if (impact <= 0) return 0;
  const exploitability = 8.22 * av * ac * pr * ui;
  return roundUp(Math.min(changed ? 1.08 * (impact + exploitability) : impact + exploitability, 10));
}

/** Up to one decimal, computed in integers as the specification's appendix A asks. */
function roundUp(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}
