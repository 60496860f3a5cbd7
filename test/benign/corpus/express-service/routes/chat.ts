import { Router } from 'express';
import OpenAI from 'openai';
import { requireUser } from '../middleware/require-user';

const openai = new OpenAI();
export const chat = Router();
chat.use(requireUser);
chat.post('/', async (req, res) => {
  const completion = await openai.chat.completions.create({
    model: 'gpt-5-mini',
    store: false,
    max_completion_tokens: 500,
    messages: [
      { role: 'system', content: 'You help customers of a bakery.' },
      { role: 'user', content: req.body.message },
    ],
  });
  res.json(completion.choices[0]?.message);
});
