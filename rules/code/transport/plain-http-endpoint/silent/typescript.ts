import OpenAI from 'openai';

export const client = new OpenAI({ baseURL: 'https://llm.acme.example/v1' });
