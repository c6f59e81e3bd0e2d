import type { EffectivePolicy, ExternPattern } from '#model/policy';
import { RULES } from '../catalogue.ts';
import { showSignature } from '../host-abi/signature.ts';
import { patternName, patternType } from '../patterns.ts';

/** One line of a flattened policy: what it says and where that comes from. */
export interface PolicyLine {
  /** `capabilities.allow`, `rules`, `limits` … */
  readonly section: string;
  readonly text: string;
  /** Preset, or file and line; `catalogue` for a rule's own default. */
  readonly origin: string;
}

/**
 * Every line of a flattened policy with the document and line that it comes from; rules that no line names follow at
 * their default levels when `defaults` is set.
 */
export function explainPolicy(
  { flat, origins }: EffectivePolicy,
  options: { readonly defaults?: boolean } = {},
): PolicyLine[] {
  const lines: PolicyLine[] = [];
  const lists = {
    capabilities: flat.capabilities,
    imports: flat.imports,
    exports: flat.exports,
    features: flat.features,
  };
  for (const [name, buckets] of Object.entries(lists)) {
    for (const [bucket, entries] of Object.entries(buckets ?? {})) {
      const section = `${name}.${bucket}`;
      entries?.forEach((entry, index) => {
        lines.push({ section, text: shown(entry), origin: origins[`${section}[${index}]`] ?? '' });
      });
      if (entries?.length === 0) lines.push({ section, text: '(nothing)', origin: '' });
    }
  }
  for (const [section, settings] of Object.entries({
    limits: flat.limits,
    outcome: flat.outcome,
    assume: flat.assume,
  })) {
    for (const [key, value] of Object.entries(settings ?? {})) {
      lines.push({ section, text: `${key}: ${value}`, origin: origins[`${section}.${key}`] ?? '' });
    }
  }
  for (const rule of RULES) {
    const level = flat.rules?.[rule.id];
    if (level !== undefined) {
      lines.push({
        section: 'rules',
        text: `${rule.id} ${rule.name}: ${level}`,
        origin: origins[`rules.${rule.id}`] ?? '',
      });
    } else if (options.defaults === true) {
      lines.push({ section: 'rules', text: `${rule.id} ${rule.name}: ${rule.level}`, origin: 'catalogue' });
    }
  }
  return lines;
}

function shown(pattern: ExternPattern): string {
  const type = patternType(pattern);
  return type === undefined ? patternName(pattern) : `${patternName(pattern)} ${showSignature(type)}`;
}
