/** What nobody thought of, in a whole gateway. */
import { expect, it } from 'vitest';
import { until } from './requests.ts';
import { wholeGateway } from './whole.ts';

it('a rejection that nobody waits for is told, and the gateway goes on', async () => {
  // The test runner has a listener of its own, which would fail the run.
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const gateway = await wholeGateway('policies: open\nservers: {one: {url: "http://127.0.0.1:1/mcp"}}\n');
  try {
    void Promise.reject(new Error('nobody waits\nfor this'));
    await until(() =>
      gateway.told.some((line) => line.startsWith('a defect, please report it: Error: nobody waits for this at ')),
    );
    expect((await fetch(`${gateway.origin}/healthz`)).status).toBe(200);
  } finally {
    await gateway.close();
    gateway.remove();
    for (const other of others) process.on('unhandledRejection', other);
  }
  expect(process.listeners('unhandledRejection')).toEqual(others);
});
