import OpenAI from 'openai';

export const client = new OpenAI({ baseURL: 'http://llm.acme.example/v1' });
