import type { CompareDraft, CompareRule } from './rule.ts';

export const featureNotAllowed: CompareRule = {
  info: {
    id: 'ASY20',
    name: 'feature-not-allowed',
    row: 2,
    short: 'The module uses a WebAssembly proposal that the policy’s runtimes do not run',
    help: 'An engine that does not know a proposal refuses the whole module. The presets allow what WebAssembly 3.0 standardised and current engines run; a policy may narrow that with features.allow and features.deny.',
    certainty: 'certain',
    level: 'error',
    action:
      'Build without the feature (for clang and Rust: -mno-… or -C target-feature=-…), or widen features in the policy.',
    since: '1',
  },
  compare: ({ report, policy: { flat } }) => {
    const { allow, deny } = flat.features ?? {};
    return report.facts.features.flatMap((feature): CompareDraft[] => {
      const denied = deny?.indexOf(feature) ?? -1;
      if (denied === -1 && (allow === undefined || allow.includes(feature))) return [];
      return [
        {
          subject: feature,
          message: `uses ${feature}, which the policy ${denied === -1 ? 'does not list' : 'denies'}`,
          extent: [feature],
          policyPath: denied === -1 ? 'features.allow' : `features.deny[${denied}]`,
          fix: {
            kind: 'flags',
            description: `build without ${feature}`,
            flags: {
              clang: [`-mno-${feature}`],
              rust: ['-C', `target-feature=-${feature}`],
              assemblyscript: ['--disable', feature],
            },
          },
        },
      ];
    });
  },
};
