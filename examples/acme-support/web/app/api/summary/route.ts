import OpenAI from 'openai';

const router = new OpenAI({ baseURL: 'https://openrouter.ai/api/v1', apiKey: process.env.OPENROUTER_API_KEY });

export async function POST(request: Request): Promise<Response> {
  const { ticket } = await request.json();
  const answer = await router.chat.completions.create({
    model: 'deepseek/deepseek-v3.2',
    messages: [{ role: 'user', content: `Summarise this ticket:\n${ticket}` }],
  });
  return Response.json({ summary: answer.choices[0]?.message.content });
}
