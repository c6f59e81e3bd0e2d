import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The `owner/name` of the remote `origin` of the repository around a folder, where its address has that form. */
export async function originOf(folder: string): Promise<{ readonly owner: string; readonly name: string } | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const config = await readFile(join(at, '.git', 'config'), 'utf8').catch(() => undefined);
    if (config !== undefined) return parseOrigin(config);
    if (dirname(at) === at) return undefined;
  }
}

function parseOrigin(config: string): { readonly owner: string; readonly name: string } | undefined {
  const section = /\[remote "origin"\]([^[]*)/.exec(config)?.[1];
  const url = section === undefined ? undefined : /^\s*url\s*=\s*(\S+)\s*$/m.exec(section)?.[1];
  const match = url === undefined ? undefined : /[/:]([^/:]+)\/([^/]+?)(?:\.git)?\/?$/.exec(url);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { owner: match[1], name: match[2] };
}
