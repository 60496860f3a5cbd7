import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { TestGateway } from './fixtures/test-gateway.ts';

const secret = `AKIA${'ABCDEFGH'.repeat(2)}`;

describe('what the user wrote', () => {
  const remove = { name: 'delete_ticket', description: 'Deletes a ticket', inputSchema: { type: 'object' } };
  /** The intent of a deletion in each call, and what was recorded. */
  async function intents(made: TestGateway, ...said: (string | undefined)[]): Promise<unknown[]> {
    made.tools(remove);
    const found: unknown[] = [];
    made.decide = ({ call }) => {
      found.push(call.intent);
      return { decision: 'allow' };
    };
    for (const userWords of said)
      await made.send('tools/call', { name: 'delete_ticket', arguments: {} }, {}, made.context({ userWords }));
    return found;
  }
  const wrote = (made: TestGateway): number => made.events.filter(({ operation }) => operation === 'user-words').length;

  it('is taken in once, after it was recorded, and counts from then on', async () => {
    const made = new TestGateway('client');
    expect(await intents(made, undefined, 'Delete the ticket.', 'Delete the ticket.', undefined)).toEqual([
      'unseen',
      'plausible',
      'plausible',
      'plausible',
    ]);
    expect(wrote(made)).toBe(1);
    expect(made.events.find(({ operation }) => operation === 'user-words')).toEqual({
      kind: 'custom',
      operation: 'user-words',
      run: 'r-1',
      agent: 'support-bot',
      subject: 'https://idp.example#u-1',
      payload: { userWords: 'Delete the ticket.' },
    });
    expect(made.log.indexOf('record custom async')).toBeLessThan(made.log.lastIndexOf('record tool.call durable'));
  });

  it('is not listened to unless the configuration says so', async () => {
    const made = new TestGateway();
    expect(await intents(made, 'Delete the ticket.')).toEqual(['unseen']);
    expect(wrote(made)).toBe(0);
  });

  it('that is not recorded lets nothing go on, and is taken in when it is said again', async () => {
    const made = new TestGateway('client');
    await intents(made, undefined);
    made.recordFails = true;
    expect(await intents(made, 'Delete the ticket.')).toEqual([]);
    made.recordFails = false;
    expect(await intents(made, 'Delete the ticket.')).toEqual(['plausible']);
  });

  it('that is not recorded makes nothing plausible where reads go on without a record', async () => {
    const made = new TestGateway('client');
    made.readsWithoutRecord = 'allow';
    made.recordFails = ({ operation }) => operation === 'user-words';
    expect(await intents(made, 'Delete the ticket.')).toEqual(['unseen']);
  });

  it.each([0, 1])('is as long as is looked at, and no longer: limit + %i', async (more) => {
    const words = 'Delete the ticket.'.padEnd(limits.userWordsLengthMax + more, ' ');
    expect(await intents(new TestGateway('client'), words)).toEqual([more === 0 ? 'plausible' : 'unseen']);
  });

  it.each([0, 1])('has a number of texts: limit + %i', async (more) => {
    const made = new TestGateway('client');
    const texts = Array.from({ length: limits.userTextsMax + more - 1 }, (_, at) => `Hello ${at}.`);
    const found = await intents(made, ...texts, 'Delete the ticket.');
    expect(found.at(-1)).toBe(more === 0 ? 'plausible' : 'implausible');
  });

  it('is recorded without keys in it', async () => {
    const made = new TestGateway('client');
    await intents(made, `Use ${secret}.`);
    expect(JSON.stringify(made.events)).not.toContain(secret);
  });
});
