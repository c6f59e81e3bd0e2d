import type { Anchor } from './anchors.ts';

/** A credential that can be told from other text by its form alone. */
export interface SecretPattern {
  readonly name: string;
  /** What every such credential begins with. */
  readonly anchors: readonly Anchor[];
  /** Sticky: tried where an anchor stands. */
  readonly pattern: RegExp;
}

const BODY = '[A-Za-z0-9+/=\\s\\\\]';

/** Formats as their issuers document them: a fixed prefix and a body of fixed alphabet and length. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  {
    name: 'AWS access key',
    anchors: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/y,
  },
  {
    name: 'GitHub token',
    anchors: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})/y,
  },
  {
    name: 'GitLab token',
    anchors: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-'],
    pattern: /gl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{20,}/y,
  },
  {
    name: 'Slack token',
    anchors: ['xoxa-', 'xoxb-', 'xoxe-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-'],
    pattern: /xox[abeoprs]-[0-9]{8,}-[0-9A-Za-z-]{10,}/y,
  },
  {
    name: 'Slack webhook',
    anchors: ['hooks.slack.com/services/'],
    pattern: /hooks\.slack\.com\/services\/T[A-Z0-9]{8,}\/B[A-Z0-9]{8,}\/[A-Za-z0-9]{20,}/y,
  },
  { name: 'OpenAI key', anchors: ['sk-proj-'], pattern: /sk-proj-[A-Za-z0-9_-]{40,}/y },
  { name: 'Anthropic key', anchors: ['sk-ant-'], pattern: /sk-ant-(?:api|admin)\d\d-[A-Za-z0-9_-]{80,}/y },
  {
    name: 'Hugging Face token',
    anchors: ['hf_'],
    pattern: /(?<![A-Za-z0-9_])hf_[A-Za-z]{34}(?![A-Za-z0-9_])/y,
  },
  { name: 'Google OAuth secret', anchors: ['GOCSPX-'], pattern: /GOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/y },
  { name: 'Docker Hub token', anchors: ['dckr_pat_'], pattern: /dckr_pat_[A-Za-z0-9_-]{27}/y },
  { name: 'Vault token', anchors: ['hvs.'], pattern: /(?<![A-Za-z0-9])hvs\.[A-Za-z0-9_-]{90,}/y },
  { name: 'age key', anchors: ['AGE-SECRET-KEY-1'], pattern: /AGE-SECRET-KEY-1[AC-HJ-NP-Z02-9]{58}/y },
  { name: 'Shopify token', anchors: ['shpat_'], pattern: /shpat_[a-fA-F0-9]{32}/y },
  { name: 'Atlassian token', anchors: ['ATATT3'], pattern: /ATATT3[A-Za-z0-9_=-]{180,}/y },
  { name: 'Stripe key', anchors: ['sk_live_', 'rk_live_'], pattern: /(?:sk|rk)_live_[0-9A-Za-z]{24,}/y },
  { name: 'Google API key', anchors: ['AIza'], pattern: /(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{35}(?![A-Za-z0-9_-])/y },
  { name: 'npm token', anchors: ['npm_'], pattern: /(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y },
  { name: 'PyPI token', anchors: ['pypi-AgEI'], pattern: /pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/y },
  { name: 'SendGrid key', anchors: ['SG.'], pattern: /SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/y },
  { name: 'DigitalOcean token', anchors: ['dop_v1_', 'doo_v1_', 'dor_v1_'], pattern: /do[opr]_v1_[a-f0-9]{64}/y },
  { name: 'Azure storage key', anchors: ['AccountKey='], pattern: /AccountKey=[A-Za-z0-9+/]{86}==/y },
  {
    name: 'JSON web token',
    // Looked for at its second part: a first part may begin at every third byte and lead nowhere each time.
    anchors: ['.eyJ'],
    pattern: /(?<=eyJ[A-Za-z0-9_-]{12,1000})\.eyJ[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{16,}/y,
  },
  {
    name: 'private key',
    anchors: ['-----BEGIN '],
    pattern: new RegExp(`-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY(?: BLOCK)?-----${BODY}{64}`, 'y'),
  },
  {
    name: 'database address with a password',
    anchors: ['postgres', 'mysql://', 'mariadb://', 'mongodb', 'redis', 'amqp'],
    pattern:
      /(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?):\/\/[\w.%-]{1,64}:[^\s:@/"'<>{}$%]{6,100}@[\w.-]{4,}/y,
  },
];

/**
 * Whether a match is an example rather than a secret: documentation keys, runs of one character, `xxxx`, a web token
 * about the subject 1234567890.
 */
export function isPlaceholder(text: string): boolean {
  if (
    /EXAMPLE|example|placeholder|changeme|your[-_]|xxxx|XXXX|12345678|eyJzdWIiOiIxMjM0NTY3ODkw|password@|:pass(?:word|wd)?@|:secret@/.test(
      text,
    )
  )
    return true;
  return !hasDistinct(text, Math.max(0, text.length - 24), 8);
}

/** Whether a text has so many different characters from a place on. */
function hasDistinct(text: string, from: number, many: number): boolean {
  let distinct = 0;
  for (let at = from; at < text.length && distinct < many; at++) {
    if (text.indexOf(text.charAt(at), from) === at) distinct++;
  }
  return distinct >= many;
}

/** Shannon entropy in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
