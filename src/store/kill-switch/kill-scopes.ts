/** What is stopped: everything, one run, or one agent. */
export const killScopes = ['all', 'run', 'agent'] as const;
export type KillScope = (typeof killScopes)[number];
