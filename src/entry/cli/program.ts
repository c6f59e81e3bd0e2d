import { Command, type CommanderError, Option } from 'commander';
import { TOOLKIT } from '#model/toolkit';
import type { CommandInput, CommandModule } from './command.ts';

export interface ProgramHost {
  stdout(text: string): void;
  stderr(text: string): void;
  perform(load: () => Promise<CommandModule>, input: CommandInput): Promise<void>;
}

type Loader = () => Promise<CommandModule>;

const GROUPS = {
  author: 'Writing a plugin:',
  stage: 'The line, stage by stage:',
  registry: 'Registry and signing:',
  runtime: 'Running plugins:',
} as const;

const EXIT_CODES =
  '0 done or approved · 1 internal fault · 2 wrong use, bad input or no compile · 3 flagged · 4 rejected · ' +
  '5 verification failed · 6 network or upstream';

/**
 * The command line as data for the parser; every command loads its own code when it runs. docs/cli.md is
 * generated from this.
 */
export function buildProgram(host: ProgramHost): Command {
  const program = new Command('assay')
    .description(
      'From plugin source to a verified install: compile, audit, decide, sign, publish and install WebAssembly plugins.',
    )
    .version(TOOLKIT.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .showSuggestionAfterError()
    .addHelpText('after', `\nExit codes: ${EXIT_CODES}\n`);

  const define = (parent: Command, synopsis: string, group: string, description: string, load?: Loader): Command => {
    const command = parent.command(synopsis).description(description).helpGroup(group);
    // A group of commands takes no options: it would swallow those of its members.
    if (load !== undefined) {
      command.option('--json', 'print one JSON document instead of text');
      command.action(async () => {
        const { processedArgs, args } = command;
        const flat = processedArgs.flatMap((argument: unknown) => (Array.isArray(argument) ? argument : [argument]));
        await host.perform(load, {
          args: flat
            .filter((argument): argument is string => typeof argument === 'string')
            .concat(args.slice(flat.length)),
          options: command.opts(),
        });
      });
    }
    return command;
  };
  const author = define.bind(undefined, program);

  defineAuthorCommands((...rest) => author(...rest));
  defineStageCommands((...rest) => author(...rest));
  definePolicyCommands(program, define);
  defineRegistryCommands(program, define);
  defineRuntimeCommands((...rest) => author(...rest));

  applyToAll(program, (command) => {
    command.configureOutput({ writeOut: (text) => host.stdout(text), writeErr: (text) => host.stderr(text) });
    command.exitOverride((error: CommanderError) => {
      throw error;
    });
    command.configureHelp({ sortOptions: false, helpWidth: 100 });
  });
  return program;
}

type Define = (synopsis: string, group: string, description: string, load?: Loader) => Command;

const PROBE = 'load each module with stubs for its imports, in a process of its own, and tell what it calls';
const PROBE_CALL = 'call these exports, with zeros for arguments; default: all that take none';

function defineAuthorCommands(define: Define): void {
  define(
    'init [folder]',
    GROUPS.author,
    'infer toolchain and abi from the sources, build, audit and write plugin.yaml',
    async () => import('./commands/init.ts'),
  )
    .option('--name <namespace/name>', 'the plugin’s name; default: taken from the folder')
    .option('--toolchain <name>', 'the toolchain, where the sources leave a choice')
    .option('--force', 'replace a plugin.yaml that is already there')
    .option('--dry-run', 'print plugin.yaml, write nothing');
  define(
    'check [folders...]',
    GROUPS.author,
    'plan, build, audit and decide: what the gate will say',
    async () => import('./commands/check.ts'),
  )
    .option('--policy <preset-or-file>', 'policy to decide by; default: the manifest’s, else the preset of its abi')
    .option('--baseline <file>', 'the last approved module or its audit report, to compare capabilities with')
    .option('--acceptances <file>', 'recorded decisions of reviewers (YAML list)')
    .option('--advisories <path...>', 'OSV records (files, or folders of them) to match libraries against')
    .option('--probe', PROBE)
    .option('--probe-call <exports...>', PROBE_CALL)
    .option('--probe-timeout <seconds>', 'when a probe is ended', '10')
    .option('--watch', 'check again on every change and print only what changed in the verdict')
    .option('--out <folder>', 'where build, report and verdict go', '.assay')
    .addOption(formatOption(['text', 'markdown', 'html', 'sarif']))
    .option('--output <file>', 'write the rendering there instead of printing it');
  define(
    'fix [folder]',
    GROUPS.author,
    'make the changes that findings carry, and print the compiler flags that others need',
    async () => import('./commands/fix.ts'),
  )
    .option('--policy <preset-or-file>', 'policy to decide by; default: the manifest’s, else the preset of its abi')
    .option('--edit-policy', 'change the policy file too; without it only plugin.yaml is changed')
    .option('--acceptances <file>', 'recorded decisions of reviewers (YAML list)')
    .option('--out <folder>', 'where build, report and verdict go', '.assay')
    .option('--dry-run', 'print the changes, write nothing');
  define(
    'ship [folder]',
    GROUPS.author,
    'the whole line: check, sign, publish to a registry folder and install',
    async () => import('./commands/ship.ts'),
  )
    .requiredOption('--registry <folder>', 'registry to publish to')
    .requiredOption('--keys <folder>', 'folder with the keys of the roles author, verdict and snapshot')
    .option('--runtime <folder>', 'also install into this runtime folder')
    .option('--policy <preset-or-file>', 'policy to decide by')
    .option('--acceptances <file>', 'recorded decisions of reviewers (YAML list)')
    .option('--out <folder>', 'where build, report and verdict go', '.assay')
    .option('--dry-run', 'stop before anything is signed or published, and say what would be');
  define(
    'doctor',
    GROUPS.author,
    'what this machine has for building, signing and running',
    async () => import('./commands/doctor.ts'),
  );
}

function defineStageCommands(define: Define): void {
  define('build [folder]', GROUPS.stage, 'compile every build of a plugin', async () => import('./commands/build.ts'))
    .option('--out <folder>', 'where modules, records and logs go', '.assay')
    .option('--only <id>', 'only the build with this id')
    .option('--check', 'build twice in different folders and compare the bytes')
    .option('--timeout <seconds>', 'limit for one compiler run', '600');
  define(
    'audit <files...>',
    GROUPS.stage,
    'facts and findings of modules or components',
    async () => import('./commands/audit.ts'),
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
    .option('--all-functions', 'list every function in the facts, not only the largest');
  define(
    'explain <rule>',
    GROUPS.stage,
    'what a rule looks for, how certain it is and what to do',
    async () => import('./commands/explain.ts'),
  );
  define(
    'diff <old> <new>',
    GROUPS.stage,
    'compare two modules: imports, exports, capabilities, sizes',
    async () => import('./commands/diff.ts'),
  );
  define(
    'decide <reports...>',
    GROUPS.stage,
    'a verdict from stored audit reports',
    async () => import('./commands/decide.ts'),
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
    async () => import('./commands/accept.ts'),
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
    async () => import('./commands/sign.ts'),
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
    async () => import('./commands/verify.ts'),
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
    async () => import('./commands/publish.ts'),
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

function definePolicyCommands(
  program: Command,
  define: (parent: Command, synopsis: string, group: string, description: string, load?: Loader) => Command,
): void {
  const policy = define(program, 'policy', GROUPS.stage, 'explain, try out and test policies');
  define(
    policy,
    'explain <preset-or-file>',
    'Commands:',
    'the flattened policy, and where each line comes from',
    async () => import('./commands/policy-explain.ts'),
  ).option('--defaults', 'also list rules that no line names, at their default levels');
  define(
    policy,
    'simulate <preset-or-file> <reports...>',
    'Commands:',
    'what another policy would have said about stored reports (files, or folders to search)',
    async () => import('./commands/policy-simulate.ts'),
  ).requiredOption('--against <preset-or-file>', 'the policy to compare with');
  define(
    policy,
    'test [folder]',
    'Commands:',
    'whether a policy says what policy-tests.yaml expects',
    async () => import('./commands/policy-test.ts'),
  ).option('--policy <preset-or-file>', 'test this policy instead of the one that the fixtures name');
}

function defineRegistryCommands(
  program: Command,
  define: (parent: Command, synopsis: string, group: string, description: string, load?: Loader) => Command,
): void {
  const registry = define(program, 'registry', GROUPS.registry, 'create, inspect and maintain a registry');
  define(
    registry,
    'init <folder>',
    'Commands:',
    'create an empty registry with a signed root',
    async () => import('./commands/registry-init.ts'),
  )
    .requiredOption('--id <id>', 'identifier of the registry')
    .option('--url <url>', 'canonical address; default: https://<id>.invalid/')
    .requiredOption('--keys <folder>', 'folder with the keys of the roles root, verdict and snapshot')
    .option('--owner <namespace...>', 'namespaces that the author key of --keys may publish under')
    .option('--policy <preset-or-file...>', 'policies whose verdicts count', ['assay:strict@1']);
  define(
    registry,
    'list <folder-or-url>',
    'Commands:',
    'what a registry offers',
    async () => import('./commands/registry-list.ts'),
  ).requiredOption('--root <digest>', 'digest of the root that you trust');
  define(
    registry,
    'refresh <folder>',
    'Commands:',
    'sign the snapshot again with a new expiry',
    async () => import('./commands/registry-refresh.ts'),
  ).requiredOption('--keys <folder>', 'folder with the key of the role snapshot');
  define(
    registry,
    'state <folder> <plugin@version> <state>',
    'Commands:',
    'set a version active, deprecated, yanked or blocked',
    async () => import('./commands/registry-state.ts'),
  )
    .requiredOption('--keys <folder>', 'folder with the key of the role snapshot')
    .requiredOption('--reason <text>', 'why; shown to everyone who has it installed')
    .option('--severity <level>', 'low, medium, high or critical');
  define(
    registry,
    'owners <folder> <namespace>',
    'Commands:',
    'say who may publish under a namespace',
    async () => import('./commands/registry-owners.ts'),
  )
    .requiredOption('--keys <folder>', 'folder with the key of the role snapshot')
    .requiredOption('--key <files...>', 'public keys of the authors')
    .option('--replace', 'replace the owners that are there: a person has decided it');
  define(
    registry,
    'policy <folder>',
    'Commands:',
    'change which policies’ verdicts count',
    async () => import('./commands/registry-policy.ts'),
  )
    .requiredOption('--keys <folder>', 'folder with the key of the role snapshot')
    .option('--accept <preset-or-file...>', 'policies whose verdicts count from now on')
    .option('--retire <digests...>', 'digests of policies whose verdicts no longer count');

  define(
    program,
    'keygen',
    GROUPS.registry,
    'make local signing keys, one per role',
    async () => import('./commands/keygen.ts'),
  )
    .requiredOption('--out <folder>', 'where <role>.key and <role>.pub go')
    .option('--role <roles...>', 'root, author, verdict, resolution, snapshot, config; default: all');

  const trust = define(program, 'trust', GROUPS.registry, 'which registries a runtime folder believes');
  define(
    trust,
    'add <folder-or-url>',
    'Commands:',
    'trust a registry, pinned to its root',
    async () => import('./commands/trust-add.ts'),
  )
    .requiredOption('--runtime <folder>', 'runtime folder')
    .requiredOption(
      '--root <digest>',
      'digest of the registry’s first root, from a source other than the registry itself',
    )
    .option('--namespace <names...>', 'namespaces that only this registry may serve here');
  define(
    trust,
    'list',
    'Commands:',
    'what a runtime folder trusts',
    async () => import('./commands/trust-list.ts'),
  ).requiredOption('--runtime <folder>', 'runtime folder');
}

function defineRuntimeCommands(define: Define): void {
  define(
    'install [plugins...]',
    GROUPS.runtime,
    'resolve, verify and install plugins as one set (name or name@range)',
    async () => import('./commands/install.ts'),
  )
    .requiredOption('--runtime <folder>', 'runtime folder')
    .option('--frozen', 'install exactly what assay.lock says, or fail')
    .option('--prerelease', 'consider prereleases')
    .option('--allow-downgrade', 'let a plugin go back to an older version')
    .option('--accept-new-signer <plugins...>', 'plugins whose new owners you know of')
    .option('--dry-run', 'resolve and verify, install nothing');
  define(
    'uninstall <plugins...>',
    GROUPS.runtime,
    'remove plugins from the installed set',
    async () => import('./commands/uninstall.ts'),
  ).requiredOption('--runtime <folder>', 'runtime folder');
  define('list', GROUPS.runtime, 'what is installed', async () => import('./commands/list.ts')).requiredOption(
    '--runtime <folder>',
    'runtime folder',
  );
  define(
    'refresh',
    GROUPS.runtime,
    'ask the registries whether anything that is installed was blocked',
    async () => import('./commands/refresh.ts'),
  ).requiredOption('--runtime <folder>', 'runtime folder');
  define(
    'rollback',
    GROUPS.runtime,
    'go back to an earlier installed set',
    async () => import('./commands/rollback.ts'),
  )
    .requiredOption('--runtime <folder>', 'runtime folder')
    .option('--to <generation>', 'number of the generation; default: the one before');
  define(
    'run <target> [export] [args...]',
    GROUPS.runtime,
    'call an export of an installed plugin, a plugin folder or a module',
    async () => import('./commands/run.ts'),
  )
    .option('--runtime <folder>', 'runtime folder, when the target is an installed plugin')
    .option('--allow <capabilities...>', 'capabilities for a bare module; installed plugins get what they declared')
    .option('--arguments <json>', 'the arguments as a JSON array: numbers, and texts that are never read as numbers')
    .addOption(new Option('--result <kind>', 'how to read what the export returns').choices(['auto', 'number', 'text']))
    .option('--stdin <text>', 'what the plugin reads from standard input')
    .option('--memory <bytes>', 'most memory of the plugin', '268435456')
    .option('--timeout <seconds>', 'time limit', '10');
}

function formatOption(formats: readonly string[]): Option {
  return new Option('--format <format>', 'how to render the result').choices(formats);
}

function applyToAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) applyToAll(child, change);
}
