import { pool } from './db';
import { tool } from 'ai';
import { z } from 'zod';

export const act = tool({
  description: 'Acts for the user',
  inputSchema: z.object({ command: z.string() }),
  execute: async ({ command }) => {
    return pool.query(`select * from customers where name = '${command}'`);
  },
});
