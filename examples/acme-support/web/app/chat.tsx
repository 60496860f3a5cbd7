'use client';
import Anthropic from '@anthropic-ai/sdk';
import { useState } from 'react';

const preview = new Anthropic({
  apiKey: process.env.NEXT_PUBLIC_ANTHROPIC_API_KEY,
  dangerouslyAllowBrowser: true,
});

export function Preview({ prompt }: { prompt: string }) {
  const [html, setHtml] = useState('');
  async function ask() {
    const response = await preview.messages.create({
      model: 'claude-haiku-5',
      max_tokens: 256,
      messages: [{ role: 'user', content: prompt }],
    });
    setHtml(response.content[0].type === 'text' ? response.content[0].text : '');
  }
  return (
    <>
      <button onClick={ask}>Preview</button>
      <div dangerouslySetInnerHTML={{ __html: html }} />
    </>
  );
}
