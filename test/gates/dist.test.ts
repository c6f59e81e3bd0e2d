import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { actionProblems, uncommitted } from '../../scripts/check-dist.ts';
import { scratchTree, type ScratchTree } from '../../scripts/scratch-tree.ts';

function committedTree(): ScratchTree {
  const tree = scratchTree([]);
  tree.write('.gitignore', 'node_modules\n');
  tree.write('dist/cli/assay.js', 'export {};\n');
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: tree.folder });
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=t', '-c', 'user.email=t@example.invalid', 'commit', '-q', '-m', 'one');
  return tree;
}

describe('the comparison of dist with the last commit', () => {
  it('finds nothing when nothing changed', () => {
    using tree = committedTree();
    expect(uncommitted(tree.folder, 'dist')).toEqual([]);
  });

  it('finds a changed file', () => {
    using tree = committedTree();
    tree.write('dist/cli/assay.js', 'export const x = 1;\n');
    expect(uncommitted(tree.folder, 'dist')).toEqual([' M dist/cli/assay.js']);
  });

  it('finds a new file, which a diff would not show', () => {
    using tree = committedTree();
    tree.write('dist/chunks/new.js', 'export {};\n');
    expect(uncommitted(tree.folder, 'dist')).toEqual(['?? dist/chunks/new.js']);
  });
});

describe('the check of action.yml', () => {
  it('finds a program that is not there', () => {
    using tree = committedTree();
    tree.write('actions/audit/action.yml', 'runs:\n  using: node24\n  main: ../../dist/actions/audit.js\n');
    expect(actionProblems(tree.folder)).toEqual([
      'actions/audit/action.yml points at dist/actions/audit.js, which is not there',
    ]);
  });

  it('finds an outdated Node', () => {
    using tree = committedTree();
    tree.write('action.yml', 'runs:\n  using: node20\n  main: dist/cli/assay.js\n');
    expect(actionProblems(tree.folder)).toEqual(['action.yml runs on node20 instead of node24']);
  });

  it('leaves composite actions alone', () => {
    using tree = committedTree();
    tree.write('actions/check/action.yml', 'runs:\n  using: composite\n  steps: []\n');
    expect(actionProblems(tree.folder)).toEqual([]);
  });
});
