import { expect, it } from 'vitest';
import { sayingSo } from './saying-so.ts';

it('says once that something is waited for, and nothing of what is quick', async () => {
  const said: string[] = [];
  const slow = new Promise<string>((resolve) => setTimeout(() => resolve('done'), 60));
  expect(await sayingSo(slow, () => said.push('slow'), 10)).toBe('done');
  await expect(sayingSo(Promise.reject(new Error('no')), () => said.push('quick'), 10)).rejects.toThrow('no');
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(said).toEqual(['slow']);
});
