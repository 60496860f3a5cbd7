import OpenAI from 'openai';

export const client = new OpenAI({
  baseURL: 'https://llm-gateway.acme.example/v1',
  apiKey: 'gw_9fK2mQ7xVb4Lt8ZsRw3Y',
});
