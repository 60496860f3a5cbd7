import { expect, it } from 'vitest';
import { gatewayStateFolder } from './gateway/state-folder.ts';
import { userCacheFolder, userStateFolder } from './user-folders.ts';

const environment = (variables: Readonly<Record<string, string>>): Parameters<typeof userStateFolder>[0] => ({
  variables,
  homeDirectory: '/home/ana',
});

it.each([
  [{}, '/home/ana/.local/state', '/home/ana/.cache'],
  [{ XDG_STATE_HOME: '/state', XDG_CACHE_HOME: '/cache' }, '/state', '/cache'],
  [{ XDG_STATE_HOME: '', XDG_CACHE_HOME: '' }, '/home/ana/.local/state', '/home/ana/.cache'],
  [{ XDG_STATE_HOME: 'state', XDG_CACHE_HOME: './cache' }, '/home/ana/.local/state', '/home/ana/.cache'],
])('%j: %s and %s', (variables, state, cache) => {
  const of = environment(variables);
  expect([userStateFolder(of), userCacheFolder(of)]).toEqual([state, cache]);
  const whole = { ...of, workingDirectory: '/w', platform: 'linux' } as const;
  expect(gatewayStateFolder(whole, undefined)).toBe(`${state}/demarc/gateway`);
});
