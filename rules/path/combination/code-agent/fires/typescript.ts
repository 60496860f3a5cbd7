import { generateText, stepCountIs, tool } from 'ai';
import { anthropic } from '@ai-sdk/anthropic';
import pg from 'pg';
import { z } from 'zod';

const pool = new pg.Pool({ connectionString: process.env.CUSTOMERS_URL });

const findCustomer = tool({
  description: 'Find a customer by name',
  inputSchema: z.object({ name: z.string() }),
  execute: async ({ name }) => (await pool.query('SELECT * FROM customers WHERE name = $1', [name])).rows,
});

const readPage = tool({
  description: 'Read a page',
  inputSchema: z.object({ address: z.string() }),
  execute: async ({ address }) => {
    const answer = await fetch(address);
    return answer.text();
  },
});

export async function support(prompt: string) {
  return generateText({ model: anthropic('claude-sonnet-5'), tools: { findCustomer, readPage }, stopWhen: stepCountIs(5), prompt });
}
