import { buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import {
  coverageCommand,
  diffCommand,
  explainCommand,
  signCommand,
  testCommand,
  validateCommand,
} from './policy/commands.ts';

export const policyRoutes = buildRouteMap<string, Context>({
  routes: {
    validate: validateCommand,
    test: testCommand,
    explain: explainCommand,
    diff: diffCommand,
    coverage: coverageCommand,
    sign: signCommand,
  },
  docs: { brief: 'Check, test, explain, compare and sign policy sets' },
});
