import Anthropic from '@anthropic-ai/sdk';
import { Hono } from 'hono';
import { jwt } from 'hono/jwt';

const app = new Hono();
app.use('/api/*', jwt({ secret: process.env.JWT_SECRET! }));
const anthropic = new Anthropic();

app.post('/api/ask', async (c) => {
  const { question } = await c.req.json();
  const message = await anthropic.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 600,
    messages: [{ role: 'user', content: question }],
  });
  return c.json(message.content);
});
export default app;
