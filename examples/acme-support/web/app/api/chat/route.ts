import Anthropic from '@anthropic-ai/sdk';

const anthropic = new Anthropic();

export async function POST(request: Request): Promise<Response> {
  const { message, customerName } = await request.json();
  const answer = await anthropic.messages.create({
    model: 'claude-sonnet-5',
    max_tokens: 1024,
    system: `You are Acme's assistant. The customer is ${customerName}.`,
    messages: [{ role: 'user', content: message }],
  });
  return Response.json(answer.content);
}
