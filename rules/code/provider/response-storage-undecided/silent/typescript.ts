import OpenAI from 'openai';

const client = new OpenAI();
export const answer = await client.responses.create({ model: 'gpt-4o', input: 'hello', store: false });
