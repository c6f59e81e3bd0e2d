import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultsOf, isAboutActions } from './workflow-rules.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Workflows and actions wherever they lie, and those that documents show. */
function everywhere(): [string, string][] {
  const names = execFileSync('git', ['ls-files', '-z', '--', '*.yml', '*.yaml', '*.md'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return names
    .split('\0')
    .filter((name) => name !== '' && !name.startsWith('test/'))
    .flatMap((name): [string, string][] => {
      const text = readFileSync(join(ROOT, name), 'utf8');
      if (!name.endsWith('.md')) return [[name, text]];
      const blocks = [...text.matchAll(/^```ya?ml\n([^]*?)^```$/gm)];
      return blocks.map(([, block = ''], index) => [`${name}, example ${index + 1}`, block]);
    })
    .filter(([, text]) => isAboutActions(text));
}

const found = everywhere();

describe('the rules for workflows and actions', () => {
  it('are held against every file and every example in a document', () => {
    const names = found.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(['action.yml', 'workflows/plugin-check.yml', 'README.md, example 1']));
    expect(names.filter((name) => name.startsWith('.github/workflows/')).length).toBeGreaterThan(1);
    expect(names.filter((name) => name.startsWith('actions/')).length).toBeGreaterThan(9);
  });

  it.each(found)('are kept by %s', (_name, text) => {
    expect(faultsOf(text)).toEqual([]);
  });
});

const SOUND = `on: [push]
permissions: {}
jobs:
  a:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@${'a'.repeat(40)} # v7.0.1
        with: { persist-credentials: false }
      - run: npm test
        env: { TITLE: "\${{ github.event.pull_request.title }}" }
`;
const SIGNING = SOUND.replace('contents: read', 'id-token: write');

describe('a workflow', () => {
  it('that keeps the rules has no fault', () => {
    expect(faultsOf(SOUND)).toEqual([]);
  });

  it.each([
    ['a moving tag', SOUND.replace(/@a+ # v7/, '@v7'), 'is not pinned'],
    ['a branch', SOUND.replace(/@a+ # v7.0.1/, '@main'), 'is not pinned'],
    ['a moving tag in braces', SOUND.replace('- run', '- { uses: some/one@v4 }\n      - run'), 'is not pinned'],
    ['a moving tag under a quoted key', SOUND.replace(/uses: (.*)@a+ # v7.0.1/, '"uses": $1@v7'), 'is not pinned'],
    ['a commit without its version', SOUND.replace(' # v7.0.1', ''), 'is not pinned'],
    ['an expression in a script', SOUND.replace('npm test', 'echo "${{ inputs.path }}"'), 'an expression in a script'],
    ['a title as an input', SOUND.replace('persist', 'ref: "${{ github.head_ref }}", persist'), 'outside of env'],
    ['a script for PATH', SOUND.replace('npm test', 'echo x >> $GITHUB_PATH'), 'steers later steps'],
    ['credentials that stay', SOUND.replace('persist-credentials: false', 'fetch-depth: 0'), 'leaves credentials'],
    ['rights on top', SOUND.replace('permissions: {}', 'permissions: read-all'), 'is not empty on top'],
    ['no rights named', SOUND.replace('    permissions: { contents: read }\n', ''), 'has no permissions of its own'],
    ['no time limit', SOUND.replace('    timeout-minutes: 5\n', ''), 'has no time limit'],
    ['an image that changes', SOUND.replace('24.04', 'latest'), 'runs on no fixed image'],
    ['every secret', SOUND.replace('runs-on: ubuntu-24.04', 'secrets: inherit'), 'hands on every secret'],
    ['commands of old', SOUND.replace('TITLE', 'ACTIONS_ALLOW_UNSECURE_COMMANDS'), 'commands of old'],
    ['rights for forks', SOUND.replace('push', 'pull_request').replace(': read', ': write'), 'may write in a run'],
    [
      'a secret for forks',
      SOUND.replace('push', 'pull_request').replace('github.event.pull_request.title', 'secrets.KEY'),
      'a secret in a run',
    ],
    [
      'a pull request with rights',
      SOUND.replace('push', 'pull_request_target').replace(
        'persist',
        'ref: "${{ github.event.pull_request.head.sha }}", persist',
      ),
      "with the base's rights",
    ],
    [
      'a cache beside rights',
      SOUND.replace(': read', ': write').replace('persist', 'cache: npm, persist'),
      'a cache in a job that may write',
    ],
    ['a script beside the token', SIGNING, 'a script in a job that signs'],
    ['a checkout beside the token', SIGNING, 'a checkout in a job that signs'],
    ['foreign code beside the token', SIGNING.replace('actions/checkout', 'some/one'), 'foreign code in a job'],
  ])('with %s is refused', (_what, text, fault) => {
    expect(faultsOf(text).join('\n')).toContain(fault);
  });

  it.each([
    ['a composite action', 'runs:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.x }}\n      shell: bash\n'],
    ['an excerpt in a document', '- uses: actions/checkout@v4\n'],
  ])('is not needed: %s is refused too', (_what, text) => {
    expect(isAboutActions(text)).toBe(true);
    expect(faultsOf(text)).not.toEqual([]);
  });
});
