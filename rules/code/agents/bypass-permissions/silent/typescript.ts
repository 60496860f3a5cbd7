import { query } from '@anthropic-ai/claude-agent-sdk';

export const run = query({ prompt: 'fix the build', options: { permissionMode: 'plan', maxTurns: 20 } });
