#!/usr/bin/env node
import { processContext } from './context.ts';
import { runCli } from './run.ts';

process.exitCode = await runCli(process.argv.slice(2), processContext(process));
