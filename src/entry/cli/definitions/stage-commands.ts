import { GROUPS, PROBE, PROBE_CALL, formatOption, type Define } from './definition.ts';

export function defineStageCommands(define: Define): void {
  define('build [folder]', GROUPS.stage, 'compile every build of a plugin', async () => import('../commands/build.ts'))
    .option('--out <folder>', 'where modules, records and logs go', '.assay')
    .option('--only <id>', 'only the build with this id')
    .option('--check', 'build twice in different folders and compare the bytes')
    .option('--timeout <seconds>', 'limit for one compiler run', '600');
  define(
    'audit [files...]',
    GROUPS.stage,
    'facts and findings of modules or components',
    async () => import('../commands/audit.ts'),
  )
    .option('--policy <preset-or-file>', 'also decide, and exit by the verdict')
    .option('--manifest <file>', 'plugin.yaml that declares abi and capabilities')
    .option('--baseline <file>', 'an older module or its audit report to compare with')
    .option('--advisories <path...>', 'OSV records (files, or folders of them) to match libraries against')
    .addOption(formatOption(['text', 'json', 'markdown', 'html', 'sarif', 'cyclonedx']))
    .option('--output <file>', 'write the rendering there instead of printing it')
    .option('--probe', PROBE)
    .option('--probe-call <exports...>', PROBE_CALL)
    .option('--probe-timeout <seconds>', 'when a probe is ended', '10')
    .option('--all-functions', 'list every function in the facts, not only the largest')
    .option('--explain <rule>', 'say what a rule looks for and what to do, instead of auditing');
  define(
    'explain <rule>',
    GROUPS.stage,
    'what a rule looks for, how certain it is and what to do',
    async () => import('../commands/explain.ts'),
  );
  define(
    'diff <old> <new>',
    GROUPS.stage,
    'compare two modules: imports, exports, capabilities, sizes',
    async () => import('../commands/diff.ts'),
  );
  define(
    'decide <reports...>',
    GROUPS.stage,
    'a verdict from stored audit reports',
    async () => import('../commands/decide.ts'),
  )
    .requiredOption('--policy <preset-or-file>', 'policy to decide by')
    .option('--gate', 'as at a registry’s gate: a plugin without an approved version needs a person')
    .option('--manifest <file>', 'plugin.yaml that declares abi and capabilities')
    .option('--baseline <file>', 'report of the last approved version')
    .option('--acceptances <file>', 'recorded decisions of reviewers (YAML list)')
    .option('--output <file>', 'write the verdict there as well');
  define(
    'accept [folder]',
    GROUPS.stage,
    'record that a person accepts what the last check flagged',
    async () => import('../commands/accept.ts'),
  )
    .requiredOption('--acceptances <file>', 'file of recorded decisions to add to; keep it out of the plugin’s reach')
    .requiredOption('--who <name>', 'who decided')
    .requiredOption('--reason <text>', 'why it is fine')
    .option('--rule <ids...>', 'only findings of these rules; default: all that are flagged')
    .option('--until <instant>', 'when the decision ends, such as 2027-06-01T00:00:00Z')
    .option('--out <folder>', 'where check left the verdict', '.assay');
  define(
    'sign [folder]',
    GROUPS.stage,
    'provenance and verdict bundles for an approved build',
    async () => import('../commands/sign.ts'),
  )
    .requiredOption('--keys <folder>', 'folder with the keys of the roles author and verdict')
    .requiredOption('--registry <folder>', 'registry that the verdict speaks for')
    .option('--policy <preset-or-file>', 'the policy that check was given')
    .option('--baseline <file>', 'the baseline that check was given')
    .option('--acceptances <file>', 'the acceptances that check was given')
    .option('--advisories <path...>', 'the OSV records that check was given')
    .option('--out <folder>', 'where check left build and verdict; bundles are added there', '.assay');
  define(
    'verify <file>',
    GROUPS.stage,
    'check an artifact’s bundles against a key or a trusted registry',
    async () => import('../commands/verify.ts'),
  )
    .option('--bundle <files...>', 'bundles to check the file against')
    .option('--key <file>', 'public key that must have signed')
    .option('--registry <folder-or-url>', 'look the file up in this registry and check all that it publishes')
    .option('--root <digest>', 'digest of the registry’s root that you trust')
    .option('--trusted-root <file>', 'trusted_root.json of Sigstore, for keyless signatures')
    .option('--rebuild <build.json>', 'build again from this record and compare the bytes')
    .option('--source <folder>', 'the plugin’s folder to rebuild from', '.');
  define(
    'publish [folder]',
    GROUPS.stage,
    'add a signed release to a registry folder',
    async () => import('../commands/publish.ts'),
  )
    .requiredOption('--registry <folder>', 'registry to publish to')
    .requiredOption('--keys <folder>', 'folder with the key of the role snapshot')
    .option('--policy <preset-or-file>', 'the policy that check was given')
    .option('--baseline <file>', 'the baseline that check was given')
    .option('--acceptances <file>', 'the acceptances that check was given')
    .option('--advisories <path...>', 'the OSV records that check was given')
    .option('--out <folder>', 'where build, verdict and bundles are', '.assay')
    .option('--dry-run', 'say what would change, write nothing');
}
