import { expect, it } from 'vitest';
import { gateway } from './fixtures/test-gateway.ts';

it.each([
  ['tools/list', {}, { tools: [{ name: 'a' }] }],
  ['resources/read', { uri: 'x:' }, { contents: [] }],
  ['server/discover', {}, { supportedVersions: ['2026-07-28'], capabilities: {} }],
])('what is decided for one principal is kept for nobody else: %s', async (method, params, answer) => {
  const made = gateway();
  const common = { resultType: 'complete', ttlMs: 5, ...answer };
  const answered = async (cacheScope: string): Promise<unknown> =>
    (await made.send(method, params, { ...common, cacheScope })).response;
  for (const scope of ['public', 'private'])
    expect(await answered(scope)).toMatchObject({ result: { ...common, cacheScope: 'private' } });
  made.mode = 'shadow';
  expect(await answered('public')).toMatchObject({ result: { cacheScope: 'public' } });
});
