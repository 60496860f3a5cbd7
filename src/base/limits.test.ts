import { DEFAULT_REQUEST_TIMEOUT_MSEC } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { expect, it } from 'vitest';
import { limits } from './limits.ts';

it('clients still listen when all servers together answer without the one that is silent', () => {
  expect(limits.gatewayPartMs).toBeGreaterThan(limits.gatewayProbeMs);
  expect(limits.gatewayPartMs).toBeLessThan(DEFAULT_REQUEST_TIMEOUT_MSEC - 10_000);
});
