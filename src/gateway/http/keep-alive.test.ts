import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { AnswerStream } from '../exchange.ts';
import { SseReader } from '../mcp/sse.ts';
import { KeepAlive } from './keep-alive.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Written implements AnswerStream {
  text = '';
  read: () => Promise<void> = async () => undefined;
  write(chunk: string | Uint8Array): Promise<void> {
    this.text += chunk.toString();
    return this.read();
  }
  end(): void {}
  abort(): void {}
}

const silenceMs = limits.gatewayStreamSilenceMs;
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const commentsIn = (text: string): number => text.split(':\n\n').length - 1;

it('gatewayStreamSilenceMs: a silent stream gets a comment within twice the time, and not before it', async () => {
  const keepAlive = new KeepAlive();
  const streams = Array.from({ length: 40 }, () => new Written());
  for (const stream of streams) keepAlive.keep(stream);
  await pass(silenceMs - 1);
  expect(streams.map(({ text }) => text).join('')).toBe('');
  await pass(silenceMs + 1);
  expect(streams.map(({ text }) => commentsIn(text))).toEqual(streams.map(() => 1));
  await pass(10 * silenceMs);
  expect(streams.map(({ text }) => commentsIn(text))).toEqual(streams.map(() => 11));
  expect(new SseReader().push(Buffer.from(streams[0]?.text ?? '')).every(({ comment }) => comment === '')).toBe(true);
  keepAlive.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('a stream that speaks gets none, and one that ended is written to no more', async () => {
  const keepAlive = new KeepAlive();
  const [busy, ended, broken, gone] = [new Written(), new Written(), new Written(), new Written()];
  const kept = keepAlive.keep(busy);
  keepAlive.keep(ended).end();
  keepAlive.keep(broken).abort();
  keepAlive.keep(gone).closed();
  for (let passed = 0; passed < 10 * silenceMs; passed += silenceMs / 2) {
    await kept.write('data: x\n\n');
    await pass(silenceMs / 2);
  }
  expect(commentsIn(busy.text)).toBe(0);
  expect([ended.text, broken.text, gone.text]).toEqual(['', '', '']);
  keepAlive.close();
});

it('a client that does not read gets one comment, however long it waits', async () => {
  const keepAlive = new KeepAlive();
  const slow = new Written();
  let go: () => void = () => undefined;
  slow.read = () => new Promise((resolve) => (go = resolve));
  keepAlive.keep(slow);
  await pass(20 * silenceMs);
  expect(commentsIn(slow.text)).toBe(1);
  go();
  await pass(2 * silenceMs);
  expect(commentsIn(slow.text)).toBe(2);
  keepAlive.close();
});

it('10,000 idle streams have one timer, and never write all at once', async () => {
  const keepAlive = new KeepAlive();
  const streams = Array.from({ length: 10_000 }, () => new Written());
  for (const stream of streams) keepAlive.keep(stream);
  expect(vi.getTimerCount()).toBe(1);
  await pass(silenceMs);
  const written = (): number => streams.filter(({ text }) => text !== '').length;
  const before = written();
  await pass(silenceMs / 15);
  expect(written() - before).toBeLessThanOrEqual(Math.ceil(10_000 / 15));
  keepAlive.close();
});
