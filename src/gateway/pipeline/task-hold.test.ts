import { expect, it } from 'vitest';
import { gateway } from './fixtures/test-gateway.ts';

const callOf = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_ticket', arguments: {} } } as const;

it('of what a client wrote, a task keeps what an order or an event can name', async () => {
  const made = gateway();
  const held = async (more: object): Promise<string> => {
    const interception = await made.pipeline.begin(callOf, made.context(more));
    if (interception.kind !== 'forward' || interception.task === undefined) throw new Error('not forwarded');
    interception.task.enter();
    await interception.task.takenBack('t', 'kill.run', new AbortController().signal);
    return JSON.stringify([made.running, made.events.at(-1)]);
  };
  const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const usual = await held({ named: 'r-7', trace });
  expect(usual).toContain('"named":"r-7"');
  expect(usual).toContain(trace);
  expect(await held({ named: 'n'.repeat(1_024) })).toContain('nnnn');
  const long = await held({ named: 'n'.repeat(1_025), trace: 'b'.repeat(257) });
  expect(long).not.toMatch(/nnnn|bbbb/);
});

it('is taken back with a credential or not at all', async () => {
  const made = gateway();
  const interception = await made.pipeline.begin(callOf, made.context());
  made.noCredential = 'no consent';
  if (interception.kind !== 'forward') throw new Error('not forwarded');
  await expect(interception.task?.takenBack('t', 'kill.run', new AbortController().signal)).rejects.toThrow(
    'no consent',
  );
});
