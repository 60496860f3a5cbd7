import express from 'express';
import OpenAI from 'openai';

const app = express();
const client = new OpenAI();

app.post('/chat', async (req, res) => {
  res.json(await client.responses.create({ model: 'gpt-4o', input: req.body.question, store: false }));
});
