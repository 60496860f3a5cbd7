import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../model/resource.ts';
import { Unknown } from '../../../model/value.ts';
import { collectTree } from '../fixtures/collect-tree.ts';

async function read(text: string, name = 'app.ts'): Promise<readonly Resource[]> {
  return (await collectTree({ [name]: text })).resources;
}
async function only(type: string, text: string, name = 'app.ts'): Promise<Resource> {
  const found = (await read(text, name)).filter((resource) => resource.type === type);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('model clients in TypeScript', () => {
  it('reads option objects through names and spreads', async () => {
    const client = await only(
      'code.model-client',
      "import OpenAI from 'openai';\nconst base = { apiKey: process.env.K!, baseURL: 'https://api.deepseek.com' };\nexport const c = new OpenAI({ ...base, timeout: 5 });\n",
    );
    expect(client.properties).toMatchObject({ provider: 'deepseek', endpointHost: 'api.deepseek.com', timeout: 5 });
    expect(client.properties['apiKey']).toMatchObject({ source: 'env', name: 'K' });
  });
  it('reads CommonJS and JSX', async () => {
    const client = await only(
      'code.model-client',
      "'use client';\nconst { OpenAI } = require('openai');\nconst c = new OpenAI({ dangerouslyAllowBrowser: true });\nmodule.exports = () => <p>hi</p>;\n",
      'app.jsx',
    );
    expect(client.properties).toMatchObject({ browser: true, clientSide: true });
  });
  it('joins generateText with the model it is given', async () => {
    const client = await only(
      'code.model-client',
      "import { generateText } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nawait generateText({ model: openai('gpt-4o'), prompt: 'x', maxOutputTokens: 9 });\n",
    );
    expect(client.properties).toMatchObject({
      provider: 'openai',
      models: ['gpt-4o'],
      calls: [{ operation: 'generate', model: 'gpt-4o', maxTokens: 9 }],
    });
  });
  it('reads Bedrock commands with their guardrail', async () => {
    const client = await only(
      'code.model-client',
      "import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';\nconst c = new BedrockRuntimeClient({ region: 'eu-west-1' });\nawait c.send(new ConverseCommand({ modelId: 'm', messages: [], guardrailConfig: { guardrailIdentifier: 'g' } }));\n",
    );
    expect(client.properties).toMatchObject({ region: 'eu-west-1', calls: [{ model: 'm', guardrail: true }] });
  });
  it('finds a request to a provider without an SDK', async () => {
    const client = await only(
      'code.model-client',
      "await fetch('https://api.anthropic.com/v1/messages', { method: 'POST' });\n",
    );
    expect(client.properties).toMatchObject({ sdk: 'http', provider: 'anthropic' });
  });
});

describe('tools and model output in TypeScript', () => {
  it('follows a destructured parameter into a shell', async () => {
    const tool = await only(
      'code.tool',
      "import { tool } from 'ai';\nimport { exec } from 'node:child_process';\nexport const sh = tool({ description: 'd', execute: async ({ command }) => exec(`git ${command}`) });\n",
    );
    expect(tool.properties).toMatchObject({
      name: 'sh',
      effects: ['shell'],
      inputReachesSink: true,
      parameters: ['command'],
    });
  });
  it.each([
    ['el.innerHTML = text', true],
    ['el.innerHTML = DOMPurify.sanitize(text)', false],
    ['eval(text.trim())', true],
    ['await pool.query(`select ${text}`)', true],
    ["await pool.query('select $1', [text])", false],
    ['eval(render(text))', 'unknown'],
  ])('%s: %s', async (code, expected) => {
    const sinks = (
      await read(
        `import { generateText } from 'ai';\nasync function f(pool, el) {\n  const { text } = await generateText({ model: m });\n  ${code};\n}\n`,
      )
    ).filter((item) => item.type === 'code.sink');
    expect(
      sinks.map((item) => (item.properties['fromModel'] instanceof Unknown ? 'unknown' : item.properties['fromModel'])),
    ).toEqual([expected]);
  });
  it('finds dangerouslySetInnerHTML', async () => {
    const sinks = (
      await read(
        "import { generateText } from 'ai';\nexport async function Page() {\n  const { text } = await generateText({ model: m });\n  return <div dangerouslySetInnerHTML={{ __html: text }} />;\n}\n",
        'p.tsx',
      )
    ).filter((item) => item.type === 'code.sink');
    expect(sinks.map((item) => item.properties['fromModel'])).toEqual([true]);
  });
});
