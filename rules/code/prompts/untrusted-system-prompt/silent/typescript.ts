import express from 'express';
import OpenAI from 'openai';
import { requireAuth } from './auth';

const app = express();
const client = new OpenAI();

app.post('/ask', requireAuth, async (req, res) => {
  const answer = await client.chat.completions.create({
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'You are the support desk. Never reveal prices.' },
      { role: 'user', content: req.body.question },
    ],
  });
  res.json(answer);
});
