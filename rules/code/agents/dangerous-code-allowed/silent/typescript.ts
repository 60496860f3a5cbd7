import { query } from '@anthropic-ai/claude-agent-sdk';

export const run = query({ prompt: 'fix the build', options: { permissionMode: 'default', maxTurns: 20 } });
