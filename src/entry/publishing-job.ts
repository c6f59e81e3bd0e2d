type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Why what this process builds could be published, or undefined. Then no build cache is read or written: whoever can
 * write to the cache would choose what is published. GitHub tells a job neither whether its token may write contents or
 * packages nor what later jobs do with its artifacts; a workflow that publishes from a branch says so with
 * `publish: true` or ASSAY_PUBLISH=true.
 */
export function publishingJob(env: Environment): string | undefined {
  if (env['ASSAY_PUBLISH'] === 'true') return 'the workflow says that it publishes';
  if (signingTokenInReach(env)) return 'this job can ask for a signing token';
  if (env['GITHUB_EVENT_NAME'] === 'release') return 'this run belongs to a release';
  if (env['GITHUB_REF_TYPE'] === 'tag') return `this run belongs to the tag ${env['GITHUB_REF_NAME'] ?? ''}`.trimEnd();
  return undefined;
}

/** Whether this process could ask GitHub for a signing token. */
export function signingTokenInReach(env: Environment): boolean {
  return (env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '') !== '' || (env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '') !== '';
}
