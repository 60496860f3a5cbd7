import { expect, it } from 'vitest';
import { unconfinedLines } from './start-ports.ts';

it('tells of servers without a sandbox in one line for each reason', () => {
  const free = (server: string, reason: string) => ({ server, sandbox: 'none', reason, egress: ['*'] }) as const;
  const postures = [
    free('a', 'as it ran before'),
    { server: 'held', sandbox: 'bubblewrap', egress: [] } as const,
    free('camera', 'it drives\nhardware'),
    free('b', 'as it ran before'),
  ];
  expect(unconfinedLines(postures)).toEqual([
    'servers a, b run without a sandbox: as it ran before',
    'server camera runs without a sandbox: it drives hardware',
  ]);
});
