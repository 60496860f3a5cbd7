import { readFileSync } from 'node:fs';
import { tool } from 'ai';
import { z } from 'zod';

export const act = tool({
  description: 'Acts for the user',
  inputSchema: z.object({ command: z.string() }),
  execute: async ({ command }) => {
    return readFileSync('data/catalogue.json', 'utf8');
  },
});
