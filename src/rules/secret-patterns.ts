/** A credential that can be told from other text by its form alone. */
export interface SecretPattern {
  readonly name: string;
  readonly pattern: RegExp;
}

const BODY = '[A-Za-z0-9+/=\\s\\\\]';

/** Formats as their issuers document them: a fixed prefix and a body of fixed alphabet and length. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  { name: 'AWS access key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g },
  { name: 'GitHub token', pattern: /(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})/g },
  { name: 'GitLab token', pattern: /gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{20,}/g },
  { name: 'Slack token', pattern: /xox[abeoprs]-[0-9]{8,}-[0-9A-Za-z-]{10,}/g },
  { name: 'Slack webhook', pattern: /hooks\.slack\.com\/services\/T[A-Z0-9]{8,}\/B[A-Z0-9]{8,}\/[A-Za-z0-9]{20,}/g },
  { name: 'Stripe key', pattern: /(?:sk|rk)_live_[0-9A-Za-z]{24,}/g },
  { name: 'Google API key', pattern: /(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{35}(?![A-Za-z0-9_-])/g },
  { name: 'npm token', pattern: /(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g },
  { name: 'PyPI token', pattern: /pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/g },
  { name: 'SendGrid key', pattern: /SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g },
  { name: 'DigitalOcean token', pattern: /do[opr]_v1_[a-f0-9]{64}/g },
  { name: 'Azure storage key', pattern: /AccountKey=[A-Za-z0-9+/]{86}==/g },
  { name: 'JSON web token', pattern: /eyJ[A-Za-z0-9_-]{12,}\.eyJ[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{16,}/g },
  {
    name: 'private key',
    pattern: new RegExp(`-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY(?: BLOCK)?-----${BODY}{64}`, 'g'),
  },
  {
    name: 'database address with a password',
    pattern:
      /(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?):\/\/[\w.%-]{1,64}:[^\s:@/"'<>{}$%]{6,100}@[\w.-]{4,}/g,
  },
];

/** One expression that finds where any of the patterns could begin; most data never gets past it. */
export const SECRET_ANCHORS =
  /A[KSBC][IC]A[A-Z2-7]{16}|gh[pousr]_[A-Za-z0-9]|github_pat_|gl(?:pat|dt|rt|cbt|ptt)-|xox[abeoprs]-[0-9]|hooks\.slack|[sr]k_live_|AIza[0-9A-Za-z_-]|npm_[A-Za-z0-9]{36}|pypi-AgEI|SG\.[A-Za-z0-9_-]{22}|do[opr]_v1_|AccountKey=|eyJ[A-Za-z0-9_-]{12}|PRIVATE KEY|:\/\/[\w.%-]{1,64}:[^\s:@/]{6,100}@/;

/** Whether a match is an example rather than a secret: documentation keys, runs of one character, `xxxx`. */
export function isPlaceholder(text: string): boolean {
  if (
    /EXAMPLE|example|placeholder|changeme|your[-_]|xxxx|XXXX|12345678|password@|:pass(?:word|wd)?@|:secret@/.test(text)
  )
    return true;
  const body = text.slice(-24);
  return new Set(body).size < 8;
}

/** Shannon entropy in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
