import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as z from 'zod';
import { AHEAD_OF_USE } from './ahead-of-use.ts';
import { reportGate } from './gate-report.ts';
import { ROOT, scratchTree } from './scratch-tree.ts';

const PROGRAM = join(ROOT, 'node_modules', 'knip', 'bin', 'knip.js');

const Named = z.array(z.object({ name: z.string() }));
const ReportSchema = z.object({
  issues: z.array(
    z
      .object({ file: z.string() })
      .catchall(z.unknown())
      .transform(({ file, ...kinds }) =>
        Object.entries(kinds).flatMap(([kind, names]) => {
          const list = Named.safeParse(names);
          return list.success ? list.data.map(({ name }) => ({ kind, file, name })) : [];
        }),
      ),
  ),
});

interface Finding {
  readonly kind: string;
  readonly file: string;
  readonly name: string;
}

/** Runs knip in a tree. Throws when it could not run. */
function knip(folder: string, options: readonly string[]): Finding[] {
  const run = spawnSync(process.execPath, [PROGRAM, '--no-progress', '--reporter=json', ...options], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const start = run.stdout.indexOf('{"issues"');
  if (start < 0) throw new Error(`knip did not report: ${run.stderr}${run.stdout}`.trim());
  return ReportSchema.parse(JSON.parse(run.stdout.slice(start))).issues.flat();
}

/** Everything that nothing reaches, and every source file that only tests reach and that is not ahead of its use. */
function deadCode(folder: string, ahead: readonly string[]): string[] {
  const everything = knip(folder, []);
  const onlyTested = knip(folder, ['--production', '--include=files'])
    .map(({ file }) => file)
    .filter((file) => !everything.some((finding) => finding.kind === 'files' && finding.file === file));
  return [
    ...everything.map(({ kind, file, name }) =>
      kind === 'files' ? `unused file ${file}` : `${kind}: ${name} in ${file}`,
    ),
    ...onlyTested.filter((file) => !ahead.includes(file)).map((file) => `only tests use ${file}`),
    ...ahead
      .filter((file) => !onlyTested.includes(file))
      .map((file) => `${file} is no longer ahead of its use: remove its row from scripts/ahead-of-use.ts`),
  ];
}

/** A tiny project that holds one dead thing of each kind, and one living one. */
function silentCanaries(): { silent: string[]; canaries: number } {
  using tree = scratchTree(['tsconfig.json', 'knip.json']);
  tree.write(
    'package.json',
    JSON.stringify({
      name: 'canary',
      type: 'module',
      imports: { '#model/*': './src/model/*.ts' },
      dependencies: { wabt: '1', yaml: '1' },
    }),
  );
  tree.write(
    'src/entry/cli/main.ts',
    "import { used } from '#model/living';\nimport 'not-in-package-json';\nimport 'yaml';\nused();\n",
  );
  tree.write('src/model/living.ts', 'export const used = (): number => 1;\nexport const unused = 2;\n');
  tree.write('src/model/dead.ts', 'export const dead = 1;\n');
  tree.write('src/model/tested.ts', 'export const tested = 1;\n');
  tree.write('src/model/ahead.ts', 'export const ahead = 1;\n');
  tree.write('test/model/ahead.test.ts', "import { ahead } from '#model/ahead';\nahead.toFixed();\n");
  tree.write('test/model/tested.test.ts', "import { tested } from '#model/tested';\ntested.toFixed();\n");
  const expected = [
    'unused file src/model/dead.ts',
    'exports: unused in src/model/living.ts',
    'unlisted: not-in-package-json in src/entry/cli/main.ts',
    'dependencies: wabt in package.json',
    'only tests use src/model/tested.ts',
    'src/model/living.ts is no longer ahead of its use: remove its row from scripts/ahead-of-use.ts',
  ];
  const found = deadCode(tree.folder, ['src/model/ahead.ts', 'src/model/living.ts']);
  const missing = expected.filter((line) => !found.includes(line)).map((line) => `stayed green: ${line}`);
  const wrong = found.filter((line) => !expected.includes(line)).map((line) => `accused wrongly: ${line}`);
  return { silent: [...missing, ...wrong], canaries: expected.length };
}

process.exitCode = reportGate({
  gate: 'dead code',
  complaints: deadCode(ROOT, Object.keys(AHEAD_OF_USE)),
  ...silentCanaries(),
});
