import { query } from '@anthropic-ai/claude-agent-sdk';

export const run = query({ prompt: 'fix the build', options: { allowDangerouslySkipPermissions: true, maxTurns: 20 } });
