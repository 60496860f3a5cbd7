import express from 'express';
import { exec } from 'node:child_process';
import { generateText, stepCountIs, tool } from 'ai';
import { anthropic } from '@ai-sdk/anthropic';
import { requiresAuth } from 'express-openid-connect';
import { z } from 'zod';

const app = express();
const restart = tool({
  description: 'Restart a service',
  inputSchema: z.object({ service: z.enum(['web', 'mail']) }),
  execute: async ({ service }) => exec(`systemctl restart ${service}`).pid,
});

app.post('/chat', requiresAuth(), async (request, response) => {
  const answer = await generateText({
    model: anthropic('claude-sonnet-5'),
    tools: { restart },
    stopWhen: stepCountIs(5),
    prompt: request.body.message,
  });
  response.json({ answer: answer.text });
});
