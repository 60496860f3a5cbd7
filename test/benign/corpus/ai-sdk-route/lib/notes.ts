import { tool } from 'ai';
import { z } from 'zod';
import { pool } from './database';

/** Tools over the notes of one person; the person comes from the session, never from the model. */
export const noteTools = (userId: string) => ({
  searchNotes: tool({
    description: 'Finds notes of the person who is signed in',
    inputSchema: z.object({ words: z.string().max(200) }),
    execute: async ({ words }) => {
      const result = await pool.query('SELECT id, title FROM notes WHERE owner = $1 AND body @@ plainto_tsquery($2) LIMIT 10', [
        userId,
        words,
      ]);
      return result.rows;
    },
  }),
});
