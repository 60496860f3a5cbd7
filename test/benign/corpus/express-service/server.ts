import express from 'express';
import OpenAI from 'openai';
import passport from 'passport';
import { chat } from './routes/chat';

const app = express();
app.use(express.json({ limit: '32kb' }));
app.use(passport.authenticate('jwt', { session: false }));

const openai = new OpenAI();

app.post('/api/summarise', async (req, res) => {
  const response = await openai.responses.create({
    model: 'gpt-5-mini',
    store: false,
    max_output_tokens: 400,
    instructions: 'Summarise the ticket in three sentences.',
    input: String(req.body.ticket).slice(0, 8000),
  });
  res.json({ summary: response.output_text });
});
app.use('/api/chat', chat);
app.listen(3000);
