import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { Ref } from '../../model/value.ts';
import { collectTree } from './fixtures/collect-tree.ts';
import { syntaxLimits } from './syntax/syntax.ts';

const types = async (files: Record<string, string>): Promise<string[]> =>
  (await collectTree(files)).resources.map((resource) => resource.type).sort();

describe('packages', () => {
  it('makes one application of a manifest, which contains what its source uses', async () => {
    const { resources } = await collectTree({
      'apps/bot/package.json': '{"name":"bot","dependencies":{"openai":"^5.0.0","left-pad":"1.0.0"}}',
      'apps/bot/src/a.ts': "import OpenAI from 'openai';\nexport const c = new OpenAI();\n",
    });
    const [application, client] = resources;
    expect(application?.properties).toMatchObject({
      name: 'bot',
      language: 'typescript',
      grade: 'called',
      dependencies: [{ name: 'openai', pinned: false, category: 'model-sdk' }],
    });
    expect(application?.properties['$links']).toEqual([new Ref(client?.id ?? '')]);
  });
  it('takes a lock file above the package as pinning', async () => {
    const { resources } = await collectTree({
      'package-lock.json': '{}',
      'apps/bot/package.json': '{"dependencies":{"ai":"^5.0.0"}}',
    });
    expect(resources[0]?.properties).toMatchObject({ grade: 'declared', dependencies: [{ pinned: true }] });
  });
  it('reads the AI dependencies of every kind of manifest', async () => {
    const { resources } = await collectTree({
      'a/pyproject.toml': '[project]\nname = "a"\ndependencies = ["anthropic>=0.40", "flask"]\n',
      'b/go.mod': 'module b\n\nrequire (\n\tgithub.com/openai/openai-go v1.2.0\n)\n',
      'c/pom.xml':
        '<project><artifactId>c</artifactId><dependencies><dependency><groupId>dev.langchain4j</groupId><artifactId>langchain4j</artifactId><version>1.0.0</version></dependency></dependencies></project>',
      'd/d.csproj': '<Project><ItemGroup><PackageReference Include="OpenAI" Version="2.*" /></ItemGroup></Project>',
      'e/requirements.txt': 'langchain==0.3.1  # agents\n--hash=x\n',
    });
    const found = resources.flatMap((item) => item.properties['dependencies'] as { name: string; pinned: boolean }[]);
    expect(found.map(({ name, pinned }) => [name, pinned])).toEqual([
      ['anthropic', false],
      ['github.com/openai/openai-go', true],
      ['dev.langchain4j:langchain4j', true],
      ['OpenAI', false],
      ['langchain', true],
    ]);
  });
  it('says nothing of a package without AI', async () => {
    expect(await types({ 'package.json': '{"dependencies":{"express":"4.0.0"}}', 'a.js': 'console.log(1)\n' })).toEqual(
      [],
    );
  });
  it('marks tests as examples', async () => {
    const { resources } = await collectTree({ 'tests/test_bot.py': 'from openai import OpenAI\nc = OpenAI()\n' });
    expect(resources.map((item) => item.confidence)).toEqual(['example', 'example']);
  });
});

describe('the other languages', () => {
  it('finds a Go client in a struct field, its call and a shell', async () => {
    const { resources } = await collectTree({
      'a.go':
        'package a\nimport (\n"os/exec"\n"github.com/openai/openai-go/v2"\n)\ntype S struct{ c openai.Client }\nfunc (s *S) F(ctx Ctx) error {\n r, err := s.c.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{Model: openai.ChatModelGPT4o, MaxTokens: openai.Int(9)})\n if err != nil { return err }\n return exec.Command("sh", "-c", r.Choices[0].Message.Content).Run()\n}\n',
    });
    expect(resources.find((item) => item.type === 'code.model-client')?.properties['calls']).toEqual([
      { operation: 'chat.completions', model: 'ChatModelGPT4o', maxTokens: 9 },
    ]);
    expect(resources.find((item) => item.type === 'code.sink')?.properties).toMatchObject({
      kind: 'shell',
      fromModel: true,
    });
  });
  it('reads a Java builder and parameters built apart', async () => {
    const { resources } = await collectTree({
      'A.java':
        'import com.openai.client.OpenAIClient;\nimport com.openai.client.okhttp.OpenAIOkHttpClient;\nclass A {\n OpenAIClient c = OpenAIOkHttpClient.builder().baseUrl("http://gw.example.com").build();\n void f() { var p = P.builder().model("gpt-4o").maxCompletionTokens(9).build(); c.chat().completions().create(p); }\n}\n',
    });
    expect(resources.find((item) => item.type === 'code.model-client')?.properties).toMatchObject({
      scheme: 'http',
      models: ['gpt-4o'],
      calls: [{ operation: 'chat.completions', maxTokens: 9 }],
    });
  });
  it('reads a C# target-typed new and options', async () => {
    const { resources } = await collectTree({
      'A.cs':
        'using OpenAI.Chat;\nclass A {\n ChatClient _c = new("gpt-4o", Environment.GetEnvironmentVariable("K"));\n async Task F(string q) { var o = new ChatCompletionOptions { MaxOutputTokenCount = 9 }; var r = await _c.CompleteChatAsync(q, o); }\n}\n',
    });
    const client = resources.find((item) => item.type === 'code.model-client');
    expect(client?.properties).toMatchObject({
      models: ['gpt-4o'],
      calls: [{ operation: 'chat.completions', maxTokens: 9 }],
    });
    expect(client?.properties['apiKey']).toMatchObject({ source: 'env', name: 'K' });
  });
});

describe('hostile input', () => {
  const client = 'from openai import OpenAI\nc = OpenAI()\n';
  it('reports broken syntax and keeps what could be read', async () => {
    const { resources, gaps } = await collectTree({ 'a.py': `${client}def (((:\n` });
    expect(gaps.map((gap) => gap.kind)).toContain('syntax');
    expect(resources.map((item) => item.type)).toContain('code.model-client');
  });
  it.each([
    ['a.py', `${client}x = ${'(\n'.repeat(10_000)}1${')\n'.repeat(10_000)}\n`],
    ['a.ts', `import OpenAI from 'openai';\nconst x = ${'[\n'.repeat(10_000)}${']\n'.repeat(10_000)};\n`],
    [
      'a.go',
      `package a\nimport "github.com/openai/openai-go"\nvar x = ${'-(\n'.repeat(10_000)}1${')\n'.repeat(10_000)}\n`,
    ],
    [
      'A.java',
      `import com.openai.client.OpenAIClient;\nclass A { int x = ${'(\n'.repeat(10_000)}1${')\n'.repeat(10_000)}; }\n`,
    ],
    ['A.cs', `using OpenAI;\nclass A { int x = ${'(\n'.repeat(10_000)}1${')\n'.repeat(10_000)}; }\n`],
  ])('ends on 10,000 nested brackets in %s with a gap', async (name, text) => {
    const { gaps } = await collectTree({ [name]: text });
    expect(gaps.map((gap) => gap.kind)).toContain('too-large');
  });
  it.each(['# x\n', 'x = 1 # y\n', "'''x'''\n", '\n', '  # x\n'])('ends on 200,000 times %j', async (line) => {
    const text = `import openai\n${line.repeat(200_000)}`.slice(0, limits.sourceBytesMax);
    const { gaps } = await collectTree({ 'a.py': text });
    expect(gaps.map((gap) => gap.kind).filter((kind) => kind !== 'too-large')).toEqual([]);
  });
  it('says that bundled source was not read', async () => {
    const { gaps } = await collectTree({ 'a.js': `var a="openai";${'x();'.repeat(6000)}` });
    expect(gaps.map((gap) => gap.reason)).toEqual(['bundled or minified source']);
  });
  it('does not parse source above the limit', async () => {
    const line = '# openai\n';
    const at = line.repeat(Math.floor(limits.sourceBytesMax / line.length));
    expect((await collectTree({ 'a.py': at })).gaps).toEqual([]);
    expect((await collectTree({ 'a.py': `${at}${line}` })).gaps.map((gap) => gap.kind)).toEqual(['too-large']);
  });
  it('resolves self-referring and long chains of names', async () => {
    const chain = Array.from({ length: 3000 }, (_, index) => `v${index + 1} = v${index} or v${index}.x`).join('\n');
    expect(
      await types({
        'a.py': `${client}a = b\nb = a\nx = x.y(x)\nx = x.z(x)\nv0 = c\n${chain}\nv3000.chat.completions.create(model="m", messages=[])\n`,
      }),
    ).toContain('code.model-client');
  });
  it('keeps names like __proto__ and constructor as names', async () => {
    const { resources } = await collectTree({
      'a.ts':
        "import OpenAI from 'openai';\nconst __proto__ = new OpenAI({ __proto__: { apiKey: 'x' }, constructor: 1 });\n__proto__.toString();\n",
    });
    expect(resources.map((item) => item.type)).toContain('code.model-client');
    expect(({} as Record<string, unknown>)['apiKey']).toBeUndefined();
  });
  it('never throws, whatever the text', async () => {
    const pieces = fc.constantFrom(
      'from openai import OpenAI\n',
      'OpenAI(',
      ')',
      'f"{',
      '}"',
      'def f(',
      '@tool\n',
      ':\n ',
      '"',
      "'",
      '`',
      '${',
      '\\',
      '\u0000',
      '\ud83d',
      'await ',
      'class A',
      '=>',
      '{',
      '[',
      '.x',
      '=',
      'exec(',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(pieces, { maxLength: 60 }),
        fc.constantFrom('py', 'ts', 'tsx', 'go', 'java', 'cs'),
        async (parts, extension) => {
          await collectTree({ [`a.${extension}`]: `openai com.openai OpenAI ${parts.join('')}` });
        },
      ),
      { numRuns: 150 },
    );
  });
  it('bounds the work of one parse', () => {
    expect(syntaxLimits.parseStepsMax * 30).toBeGreaterThan(limits.sourceBytesMax);
  });
});

describe('workflows and environment files', () => {
  it('reads triggers, rights and the text an agent is given', async () => {
    const { resources } = await collectTree({
      '.github/workflows/a.yml':
        'on: [issue_comment]\npermissions: write-all\njobs:\n  a:\n    steps:\n      - uses: openai/codex-action@v1\n        with:\n          prompt: "${{ github.event.comment.body }}"\n          openai-api-key: ${{ secrets.K }}\n',
    });
    expect(resources.find((item) => item.type === 'code.workflow')?.properties).toMatchObject({
      agent: 'codex',
      untrustedTrigger: true,
      untrustedInput: true,
      writePermissions: ['all'],
      pinned: false,
      guarded: true,
    });
  });
  it('reads .env and leaves examples alone', async () => {
    const text = `OPENAI_API_KEY=sk-proj-${'Qm7Zt2LkV9bXw4RcYp8NsD1fGh5'}\nPORT=80\n`;
    expect(await types({ '.env': text })).toEqual(['code.application', 'code.secret']);
    expect(await types({ '.env.example': text })).toEqual([]);
  });
});
