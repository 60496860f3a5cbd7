import OpenAI from 'openai';

const client = new OpenAI();

export async function act(task: string, pool: Pool, view: HTMLElement) {
  const answer = await client.responses.create({ model: 'gpt-4o', input: task, store: false });
  const text = answer.output_text;
  return eval(text);
}
