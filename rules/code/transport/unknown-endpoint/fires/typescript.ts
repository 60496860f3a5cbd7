import OpenAI from 'openai';

export const client = new OpenAI({ baseURL: 'https://cheap-tokens.example/v1' });
