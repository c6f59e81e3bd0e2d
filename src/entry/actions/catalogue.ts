import { audit } from './audit.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { decide } from './decide.ts';
import type { ActionDefinition } from './definition.ts';
import { install } from './install.ts';
import { plan } from './plan.ts';
import { publish } from './publish.ts';
import { setupToolchain } from './setup-toolchain.ts';
import { sign } from './sign.ts';
import { verify } from './verify.ts';

/** Every JavaScript action, in the order of the line. */
export const ACTIONS: readonly ActionDefinition[] = [
  check,
  setupToolchain,
  plan,
  build,
  audit,
  decide,
  sign,
  publish,
  verify,
  install,
];
