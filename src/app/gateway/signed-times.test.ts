import { expect, it } from 'vitest';
import { SignedTimes } from './signed-times.ts';

const now = Date.parse('2026-11-29T12:00:00Z');
const kept: { bytes?: Uint8Array | undefined } = {};
const opened = (nowMs = now): Promise<SignedTimes> =>
  SignedTimes.open({
    files: {
      read: () => Promise.resolve(kept.bytes),
      replace: (_path, data) => Promise.resolve(void (kept.bytes = data)),
    },
    path: '/state/signed.json',
    clock: { now: () => nowMs },
    tell: () => undefined,
  });

it('remembers over restarts what was signed last, and takes nothing from before it', async () => {
  const first = await opened();
  expect(first.whyNot('a', undefined)).toBeUndefined();
  first.note('a', undefined);
  expect(first.whyNot('a', now - 1000)).toBeUndefined();
  first.note('a', now - 1000);
  await first.close();
  const second = await opened();
  expect([now - 2000, now - 1001, undefined].map((time) => second.whyNot('a', time))).toEqual(
    Array(3).fill('signed before what held last, which was signed at 2026-11-29T11:59:59.000Z'),
  );
  expect([now - 1000, now, now + 300_000].map((time) => second.whyNot('a', time))).toEqual(Array(3).fill(undefined));
  expect(second.whyNot('b', now - 2000)).toBeUndefined();
  await second.close();
});

it('takes nothing from the future, which would keep out what is signed until then', async () => {
  expect((await opened()).whyNot('a', now + 300_001)).toBe('signed in the future, at 2026-11-29T12:05:00.001Z');
});

it('says how to go on where the clock was wrong when something was signed: to sign again would not help', async () => {
  const year = 366 * 24 * 60 * 60_000;
  const ahead = await opened(now + year);
  expect(ahead.whyNot('c', now + year)).toBeUndefined();
  ahead.note('c', now + year);
  await ahead.close();
  expect((await opened()).whyNot('c', now)).toBe(
    'signed before what held last, which was signed at 2027-11-30T12:00:00.000Z: that is in the future. Where the clock is right now, it was wrong then: stop the gateway and remove `/state/signed.json`',
  );
});

it.each(['', '{"signed":1}', '{"signed":1,"times":{"a":"x"}}', '{"times":{}}'])(
  'does not start anew where it is damaged: %j',
  async (text) => {
    kept.bytes = Buffer.from(text);
    await expect(opened()).rejects.toMatchObject({ code: 'DMC_CONFIG_INVALID' });
  },
);
