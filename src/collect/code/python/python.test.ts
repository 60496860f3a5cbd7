import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../model/resource.ts';
import { isProperties, Ref, Unknown } from '../../../model/value.ts';
import { collectTree } from '../fixtures/collect-tree.ts';

async function read(text: string): Promise<readonly Resource[]> {
  return (await collectTree({ 'app.py': text })).resources;
}
async function only(type: string, text: string): Promise<Resource> {
  const found = (await read(text)).filter((resource) => resource.type === type);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('model clients in Python', () => {
  it('reads the arguments of a constructor through constants', async () => {
    const client = await only(
      'code.model-client',
      'import os\nfrom openai import OpenAI as Client\nURL = "http://llm.corp.example/v1"\nc = Client(base_url=URL, api_key=os.environ["KEY"], timeout=30)\n',
    );
    expect(client.properties).toMatchObject({
      sdk: 'openai',
      provider: 'openai-compatible',
      scheme: 'http',
      endpointHost: 'llm.corp.example',
      timeout: 30,
      grade: 'imported',
    });
    expect(client.properties['apiKey']).toMatchObject({ source: 'env', name: 'KEY' });
    expect(client.positions['baseUrl']).toEqual([4, 21]);
  });
  it('attributes a call in another method to the client it was assigned to', async () => {
    const client = await only(
      'code.model-client',
      'import anthropic\nclass A:\n  def ask(self, q):\n    return self.c.messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[])\n  def __init__(self):\n    self.c = anthropic.Anthropic()\n',
    );
    expect(client.properties['calls']).toEqual([{ operation: 'messages', model: 'claude-sonnet-4-5', maxTokens: 9 }]);
    expect(client.properties['grade']).toBe('called');
  });
  it('says unknown where options come from elsewhere', async () => {
    const client = await only('code.model-client', 'from openai import OpenAI\nc = OpenAI(**settings())\n');
    expect(client.properties['baseUrl']).toBeInstanceOf(Unknown);
    expect(client.properties['apiKey']).toBeInstanceOf(Unknown);
  });
  it('does not fire on comments, docstrings or other libraries of the same name', async () => {
    expect(
      await read(
        '"""from openai import OpenAI\nOpenAI(api_key="x")"""\n# OpenAI()\nfrom mylib import OpenAI\nOpenAI()\n',
      ),
    ).toEqual([]);
  });
  it('finds certificate checks switched off in the HTTP client', async () => {
    const client = await only(
      'code.model-client',
      'import httpx\nfrom openai import OpenAI\nh = httpx.Client(verify=False)\nc = OpenAI(http_client=h)\n',
    );
    expect(client.properties['tlsVerify']).toBe(false);
  });
});

describe('tools and agents in Python', () => {
  it('finds what a tool does and that its input reaches a shell', async () => {
    const tool = await only(
      'code.tool',
      'from langchain_core.tools import tool\nimport subprocess\n@tool\ndef run(cmd: str) -> str:\n  """Runs."""\n  return subprocess.run(f"ls {cmd}", shell=True)\n',
    );
    expect(tool.properties).toMatchObject({
      name: 'run',
      description: 'Runs.',
      effects: ['shell'],
      parameters: ['cmd'],
      inputReachesSink: true,
    });
  });
  it('says unknown when the input passes a check first', async () => {
    const tool = await only(
      'code.tool',
      'from langchain_core.tools import tool\nimport os\n@tool\ndef run(cmd: str):\n  if cmd not in ALLOWED:\n    raise ValueError\n  os.system(cmd)\n',
    );
    expect(tool.properties['inputReachesSink']).toBeInstanceOf(Unknown);
  });
  it('links an agent to its tools across files', async () => {
    const { resources } = await collectTree({
      'requirements.txt': 'langgraph==1.0.0\n',
      'agent.py':
        'from langgraph.prebuilt import create_react_agent\nfrom tools import search\na = create_react_agent(model="openai:gpt-4o", tools=[search])\n',
      'tools.py':
        'from langchain_core.tools import tool\nimport requests\n@tool\ndef search(q: str):\n  return requests.get("https://api.example.com/?q=" + q)\n',
    });
    const agent = resources.find((item) => item.type === 'code.agent');
    const tool = resources.find((item) => item.type === 'code.tool');
    expect(agent?.properties['uses']).toEqual([new Ref(tool?.id ?? '')]);
    expect(agent?.properties['effects']).toEqual(['http-out']);
  });
});

describe('model output in Python', () => {
  const call = 'from openai import OpenAI\nc = OpenAI()\ndef f(q):\n  r = c.responses.create(model="m", input=q)\n';
  it.each([
    ['exec(r.output_text)', true],
    ['code = r.output_text.strip()\n  exec(code)', true],
    ['import ast\n  eval(ast.literal_eval(r.output_text))', false],
    ['import subprocess\n  subprocess.run(["ls", r.output_text])', false],
    ['import subprocess\n  subprocess.run(["bash", "-c", r.output_text])', true],
    ['cursor.execute(f"select * from t where a = {r.output_text}")', true],
    ['cursor.execute("select * from t where a = %s", (r.output_text,))', false],
  ])('%s reaches a sink: %s', async (code, expected) => {
    const sinks = (await read(`${call}  ${code}\n`)).filter((item) => item.type === 'code.sink');
    expect(sinks.map((item) => item.properties['fromModel'])).toEqual([expected]);
  });
  it('is unknown after a function that was not followed', async () => {
    const sinks = (await read(`${call}  exec(clean_up(r.output_text))\n`)).filter((item) => item.type === 'code.sink');
    expect(sinks[0]?.properties['fromModel']).toBeInstanceOf(Unknown);
  });
});

it('finds a hard-coded key and leaves placeholders alone', async () => {
  const key = `sk-ant-api03-${'Qm7Zt2LkV9bXw4RcYp8NsD1fGh5JuA3eTo6'}`;
  const secrets = (await read(`KEY = "${key}"\nOTHER = "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"\n`)).filter(
    (item) => item.type === 'code.secret',
  );
  expect(secrets.map((item) => [item.properties['variable'], item.properties['kind']])).toEqual([
    ['KEY', 'anthropic-api-key'],
  ]);
  expect(secrets.every((item) => isProperties(item.properties))).toBe(true);
});
