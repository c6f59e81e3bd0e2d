import { expect, it } from 'vitest';
import { runsOn } from '#entry/cli/node-version';

it.each([
  ['20.20.2', false],
  ['22.21.1', false],
  ['22.22.0', true],
  ['23.11.0', false],
  ['24.14.9', false],
  ['24.15.0', true],
  ['26.0.0', true],
])('the command line knows whether it runs on Node %s', (version, expected) => {
  expect(runsOn(version)).toBe(expected);
});
