import express from 'express';
import OpenAI from 'openai';
import { requireAuth } from './identity';

const app = express();
const client = new OpenAI();

app.post('/chat', requireAuth, async (req, res) => {
  res.json(await client.responses.create({ model: 'gpt-4o', input: req.body.question, store: false }));
});
