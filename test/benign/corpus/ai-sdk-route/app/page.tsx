'use client';
import { useChat } from '@ai-sdk/react';
import Markdown from 'react-markdown';

export default function Page() {
  const { messages } = useChat();
  return (
    <main>
      {messages.map((message) => (
        <article key={message.id}>
          {message.parts.map((part, index) => (part.type === 'text' ? <Markdown key={index}>{part.text}</Markdown> : null))}
        </article>
      ))}
    </main>
  );
}
