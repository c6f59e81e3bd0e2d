import { toolchains } from '#adapters/toolchains/catalogue';
import { EXIT, isAssayError } from '#model/errors';
import { TOOLCHAINS, type ToolchainName } from '#model/manifest';
import { TOOLKIT } from '#model/toolkit';
import { localValidator } from '../../validator.ts';
import { signingTokenInReach } from '../../wiring.ts';
import type { CommandInput, CommandOutcome } from '../command.ts';
import type { CliContext } from '../context.ts';

interface Toolchain {
  readonly name: ToolchainName;
  readonly ready: boolean;
  /** Version and place, or what is missing. */
  readonly detail: string;
  readonly hint?: string;
}

/** `assay doctor`: what is here for building, checking and signing. A missing toolchain is no failure. */
export async function run(_input: CommandInput, context: CliContext): Promise<CommandOutcome> {
  const found: Toolchain[] = [];
  for (const name of TOOLCHAINS) {
    const toolchain = await detect(name, context.cwd);
    if (toolchain !== undefined) found.push(toolchain);
  }
  const { engine } = await localValidator();
  const canSign = signingTokenInReach(context.env);
  const { bold, dim, green, yellow } = context.colours;
  return {
    exit: EXIT.ok,
    json: { assay: TOOLKIT.version, validator: engine, keylessSigning: canSign, toolchains: found },
    text: [
      `assay ${TOOLKIT.version} ${dim(`validates with ${engine}`)}`,
      '',
      bold('Toolchains'),
      ...found.map(
        ({ name, ready, detail, hint }) =>
          `${ready ? green('✓') : yellow('–')} ${name.padEnd(16)} ${dim(detail)}${hint === undefined ? '' : `\n${' '.repeat(19)}${hint}`}`,
      ),
      '',
      bold('Signing'),
      canSign
        ? `${green('✓')} keyless: this job may ask for an identity token (so it will not build)`
        : `${yellow('–')} keyless: no identity token here; local keys work everywhere (assay keygen)`,
    ].join('\n'),
  };
}

async function detect(name: ToolchainName, folder: string): Promise<Toolchain | undefined> {
  try {
    const toolchain = await toolchains.get(name);
    const presence = await toolchain.detect(folder);
    return 'missing' in presence
      ? { name, ready: false, detail: `missing: ${presence.missing}`, hint: presence.hint }
      : { name, ready: true, detail: `${presence.version} (${presence.location})` };
  } catch (error) {
    if (isAssayError(error) && error.code === 'TOOLCHAIN_UNKNOWN') return undefined;
    throw error;
  }
}
