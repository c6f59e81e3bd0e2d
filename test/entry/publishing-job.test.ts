import { describe, expect, it } from 'vitest';
import { publishingJob } from '#entry/publishing-job';
import { localBuildPorts } from '#entry/wiring';
import { SILENT } from '#ports/progress';

const CI = {
  HOME: '/home/ci',
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF_TYPE: 'branch',
};

const cacheOf = (env: Record<string, string>, publishes = false): string | undefined =>
  localBuildPorts({ env, progress: SILENT, warn: () => {}, publishes }).cache?.name;

describe('a job that could publish', () => {
  it.each([
    [{ GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2.3' }, 'this run belongs to the tag v1.2.3'],
    [{ GITHUB_EVENT_NAME: 'release' }, 'this run belongs to a release'],
    [{ ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.test' }, 'this job can ask for a signing token'],
    [{ ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' }, 'this job can ask for a signing token'],
    [{ ASSAY_PUBLISH: 'true' }, 'the workflow says that it publishes'],
  ])('is known by %j, and has no build cache', (variables, reason) => {
    expect(publishingJob({ ...CI, ...variables })).toBe(reason);
    expect(cacheOf({ ...CI, ...variables })).toBeUndefined();
  });

  it('is whatever the caller says publishes', () => {
    expect(cacheOf(CI, true)).toBeUndefined();
  });

  it('is neither a push to a branch nor a pull request', () => {
    expect(publishingJob(CI)).toBeUndefined();
    expect(publishingJob({ ...CI, GITHUB_EVENT_NAME: 'pull_request' })).toBeUndefined();
    expect(cacheOf(CI)).toBe('local folder');
  });
});
