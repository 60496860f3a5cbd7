/** What the official conformance suite asks a server for by name (its SERVER_REQUIREMENTS.md and scenario descriptions). */
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  completable,
  createRequestStateCodec,
  fromJsonSchema,
  type InputRequests,
  inputRequired,
  inputResponse,
  LOG_LEVEL_META_KEY,
  McpServer,
  ResourceTemplate,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

// One pixel, and no sample: the smallest files of their kinds.
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';

/** State between rounds: every request of the stateless era may meet another server object. */
const states = createRequestStateCodec<{ round: number }>({ key: 'a key of a fixture, which guards nothing at all' });

const text = (words: string): { content: { type: 'text'; text: string }[] } => ({
  content: [{ type: 'text', text: words }],
});
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
const none = z.object({});
type Form = { type: 'object'; properties: Record<string, { type: 'string' }>; required: string[] };
/** A form; the suite wants more kinds of fields than the SDK's types of one property can say together. */
const form = (properties: Record<string, object>, required = Object.keys(properties)): Form => ({
  type: 'object',
  properties: properties as Record<string, { type: 'string' }>,
  required,
});
const askName = (): ReturnType<typeof inputRequired.elicit> =>
  inputRequired.elicit({ message: 'What is your name?', requestedSchema: form({ name: { type: 'string' } }) });
const askModel = (): ReturnType<typeof inputRequired.createMessage> =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: 'Say something short' } }],
    maxTokens: 50,
  });

/** What changes reach whoever listens; the stateless era tells through the handler, the stateful one through the session. */
export interface Changes {
  tools(): void;
  prompts(): void;
}

export function makeFixture(changes: Changes): McpServer {
  const server = new McpServer(
    { name: 'conformance-fixture', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: (state, ctx) => states.verify(state, ctx) },
    },
  );
  addContentTools(server);
  addTalkingTools(server);
  addAskingTools(server);
  addRoundTrips(server);
  addOtherTools(server, changes);
  addResources(server);
  addPrompts(server);
  return server;
}

function addContentTools(server: McpServer): void {
  const tool = (name: string, content: object[], more: object = {}): void => {
    server.registerTool(name, { description: `Answers with what ${name} says`, inputSchema: none }, () => ({
      content: content as { type: 'text'; text: string }[],
      ...more,
    }));
  };
  const embedded = (uri: string, mimeType: string, words: string): object => ({
    type: 'resource',
    resource: { uri, mimeType, text: words },
  });
  const image = { type: 'image', data: png, mimeType: 'image/png' };
  tool('test_simple_text', [{ type: 'text', text: 'This is a simple text response for testing.' }]);
  tool('test_image_content', [image]);
  tool('test_audio_content', [{ type: 'audio', data: wav, mimeType: 'audio/wav' }]);
  tool('test_embedded_resource', [
    embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ]);
  tool('test_multiple_content_types', [
    { type: 'text', text: 'Multiple content types test:' },
    image,
    embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ]);
  tool('test_error_handling', [{ type: 'text', text: 'This tool intentionally returns an error for testing' }], {
    isError: true,
  });
}

function addTalkingTools(server: McpServer): void {
  server.registerTool(
    'test_tool_with_logging',
    { description: 'Logs three lines', inputSchema: none },
    async (_, { mcpReq }) => {
      for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
        await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } });
        await pause();
      }
      return text('logged');
    },
  );
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports its progress', inputSchema: none },
    async (_, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        if (progressToken !== undefined)
          await mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress, total: 100, message: `${progress} of 100` },
          });
        await pause();
      }
      return text('done');
    },
  );
  server.registerTool(
    'test_logging_tool',
    { description: 'Logs where the request wants logs', inputSchema: none },
    async (_, { mcpReq }) => {
      const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
      if (envelope?.[LOG_LEVEL_META_KEY] !== undefined)
        await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data: 'wanted' } });
      return text('ran');
    },
  );
  server.registerTool(
    'test_reconnection',
    { description: 'Closes its stream before it answers', inputSchema: none },
    async (_, { http }) => {
      http?.closeSSE?.();
      await pause();
      return text('reconnected');
    },
  );
}

const isStateless = ({ mcpReq }: ServerContext): boolean => mcpReq.envelope !== undefined;
const answerIn = ({ mcpReq }: ServerContext): unknown => mcpReq.inputResponses?.['asked'] ?? {};

/** Questions to the client in the middle of a call; in the stateless era there are none but in results. */
function addAskingTools(server: McpServer): void {
  const elicit = async (
    ctx: ServerContext,
    message: string,
    properties: Record<string, object>,
    told: string,
  ): Promise<ReturnType<typeof text>> => {
    const asked = { message, requestedSchema: form(properties, []) };
    const { inputResponses } = ctx.mcpReq;
    if (isStateless(ctx) && inputResponses === undefined)
      return inputRequired({ inputRequests: { asked: inputRequired.elicit(asked) } }) as unknown as ReturnType<
        typeof text
      >;
    const { action, content } = isStateless(ctx)
      ? (answerIn(ctx) as { action: string; content?: object })
      : await ctx.mcpReq.elicitInput(asked);
    return text(`${told}: action=${action}, content=${JSON.stringify(content ?? {})}`);
  };
  server.registerTool(
    'test_sampling',
    { description: 'Asks the client for a completion', inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, ctx) => {
      const asked = {
        messages: [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }],
        maxTokens: 100,
      };
      const { mcpReq } = ctx;
      if (isStateless(ctx) && mcpReq.inputResponses === undefined)
        return inputRequired({ inputRequests: { asked: inputRequired.createMessage(asked) } });
      const { content } = isStateless(ctx)
        ? (answerIn(ctx) as { content: unknown })
        : await mcpReq.requestSampling(asked);
      return text(`LLM response: ${JSON.stringify(content)}`);
    },
  );
  server.registerTool(
    'test_elicitation',
    { description: 'Asks the user', inputSchema: z.object({ message: z.string() }) },
    ({ message }, ctx) =>
      elicit(ctx, message, { username: { type: 'string' }, email: { type: 'string' } }, 'User response'),
  );
  server.registerTool(
    'test_elicitation_sep1034_defaults',
    { description: 'Asks with defaults', inputSchema: none },
    (_, ctx) => {
      const properties = {
        name: { type: 'string', default: 'John Doe' },
        age: { type: 'integer', default: 30 },
        score: { type: 'number', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
        verified: { type: 'boolean', default: true },
      };
      return elicit(ctx, 'Check these', properties, 'Elicitation completed');
    },
  );
  server.registerTool(
    'test_elicitation_sep1330_enums',
    { description: 'Asks with choices', inputSchema: none },
    (_, ctx) => {
      const plain = ['option1', 'option2', 'option3'];
      const titled = [1, 2, 3].map((n) => ({ const: `value${n}`, title: `Choice ${n}` }));
      const properties = {
        untitledSingle: { type: 'string', enum: plain },
        titledSingle: { type: 'string', oneOf: titled },
        legacyEnum: { type: 'string', enum: ['opt1', 'opt2'], enumNames: ['Option One', 'Option Two'] },
        untitledMulti: { type: 'array', items: { type: 'string', enum: plain } },
        titledMulti: { type: 'array', items: { anyOf: titled } },
      };
      return elicit(ctx, 'Choose', properties, 'Elicitation completed');
    },
  );
}

/** Questions to the client in the stateless era: multi round-trip requests. */
function addRoundTrips(server: McpServer): void {
  const round = (name: string, answer: (ctx: ServerContext) => Promise<object> | object): void => {
    server.registerTool(
      name,
      { description: 'Asks in its result', inputSchema: none },
      async (_, ctx) => (await answer(ctx)) as ReturnType<typeof text>,
    );
  };
  const named = ({ mcpReq }: ServerContext): { name: string } | undefined =>
    acceptedContent(mcpReq.inputResponses, 'user_name', z.object({ name: z.string() }));
  const elicitation = (ctx: ServerContext): object => {
    const answered = named(ctx);
    return answered === undefined ? inputRequired({ inputRequests: { user_name: askName() } }) : text(answered.name);
  };
  round('test_input_required_result_elicitation', elicitation);
  round('test_streaming_elicitation', elicitation);
  const sampling = ({ mcpReq }: ServerContext): object =>
    inputResponse(mcpReq.inputResponses, 'sample').kind === 'sampling'
      ? text('sampled')
      : inputRequired({ inputRequests: { sample: askModel() } });
  round('test_input_required_result_sampling', sampling);
  // A server of the stateful era that asks whatever the client said it can do: to refuse is the gateway's part.
  round('test_missing_capability', async (ctx) => {
    if (isStateless(ctx)) return sampling(ctx);
    await ctx.mcpReq.requestSampling({
      messages: [{ role: 'user', content: { type: 'text', text: 'Say something short' } }],
      maxTokens: 50,
    });
    return text('sampled');
  });
  round('test_input_required_result_list_roots', ({ mcpReq }) =>
    inputResponse(mcpReq.inputResponses, 'roots').kind === 'roots'
      ? text('listed')
      : inputRequired({ inputRequests: { roots: inputRequired.listRoots() } }),
  );
  const withState = async ({ mcpReq }: ServerContext): Promise<object> =>
    mcpReq.requestState() === undefined
      ? inputRequired({ inputRequests: { user_name: askName() }, requestState: await states.mint({ round: 1 }) })
      : text('state-ok');
  round('test_input_required_result_request_state', withState);
  round('test_input_required_result_tampered_state', withState);
  round('test_input_required_result_multiple_inputs', async (ctx) =>
    named(ctx) !== undefined && ctx.mcpReq.requestState() !== undefined
      ? text('all there')
      : inputRequired({
          inputRequests: { user_name: askName(), greeting: askModel(), client_roots: inputRequired.listRoots() },
          requestState: await states.mint({ round: 1 }),
        }),
  );
  round('test_input_required_result_multi_round', async ({ mcpReq }) => {
    const at = mcpReq.requestState<{ round: number }>()?.round ?? 0;
    if (at >= 2) return text('three rounds');
    return inputRequired({
      inputRequests: { [`step${at + 1}`]: askName() },
      requestState: await states.mint({ round: at + 1 }),
    });
  });
  round('test_input_required_result_capabilities', ({ mcpReq }) => {
    const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
    const declared = (envelope?.[CLIENT_CAPABILITIES_META_KEY] ??
      server.server.getClientCapabilities() ??
      {}) as Record<string, unknown>;
    const inputRequests: InputRequests = {
      ...(declared['sampling'] === undefined ? {} : { sample: askModel() }),
      ...(declared['elicitation'] === undefined ? {} : { user_name: askName() }),
      ...(declared['roots'] === undefined ? {} : { roots: inputRequired.listRoots() }),
    };
    return Object.keys(inputRequests).length === 0 ? text('nothing to ask') : inputRequired({ inputRequests });
  });
}

function addOtherTools(server: McpServer, changes: Changes): void {
  server.registerTool('test_trigger_tool_change', { description: 'Changes the tools', inputSchema: none }, () => {
    changes.tools();
    return text('changed');
  });
  server.registerTool('test_trigger_prompt_change', { description: 'Changes the prompts', inputSchema: none }, () => {
    changes.prompts();
    return text('changed');
  });
  // The SDK's type of a schema does not know the annotation of its own protocol.
  const mirrored: { type: 'string' } = Object.assign({ type: 'string' } as const, { 'x-mcp-header': 'Region' });
  server.registerTool(
    'test_headers',
    {
      description: 'Has an argument that is mirrored in a header',
      inputSchema: fromJsonSchema<{ region?: string }>({
        type: 'object',
        properties: { region: mirrored },
      }),
    },
    ({ region }) => text(`in ${region ?? 'no region'}`),
  );
  const conditional = JSON.parse(
    '{"if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},"then":{"required":["phone"]},"else":{"required":["email"]}}',
  ) as object;
  const address = {
    $anchor: 'addressDef',
    type: 'object',
    properties: { street: { type: 'string' }, city: { type: 'string' } },
  };
  server.registerTool(
    'json_schema_2020_12_tool',
    {
      description: 'Has a schema with most of what JSON Schema 2020-12 knows',
      inputSchema: fromJsonSchema({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        $defs: { address },
        properties: {
          name: { type: 'string' },
          address: { $ref: '#/$defs/address' },
          contactMethod: { type: 'string', enum: ['phone', 'email'] },
          phone: { type: 'string' },
          email: { type: 'string' },
        },
        allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
        ...conditional,
        additionalProperties: false,
      }),
    },
    () => text('ok'),
  );
}

function addResources(server: McpServer): void {
  const resource = (uri: string, mimeType: string, content: { text: string } | { blob: string }): void => {
    server.registerResource(uri.slice('test://'.length), uri, { description: `What ${uri} holds`, mimeType }, () => ({
      contents: [{ uri, mimeType, ...content }],
    }));
  };
  resource('test://static-text', 'text/plain', { text: 'This is the content of the static text resource.' });
  resource('test://static-binary', 'image/png', { blob: png });
  resource('test://watched-resource', 'text/plain', { text: 'Watched resource content' });
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data by id', mimeType: 'application/json' },
    (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
        },
      ],
    }),
  );
}

function addPrompts(server: McpServer): void {
  const user = (content: object): { role: 'user'; content: { type: 'text'; text: string } } => ({
    role: 'user',
    content: content as { type: 'text'; text: string },
  });
  server.registerPrompt('test_simple_prompt', { description: 'Says one thing' }, () => ({
    messages: [user({ type: 'text', text: 'This is a simple prompt for testing.' })],
  }));
  server.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'Says what it was told',
      argsSchema: z.object({
        arg1: completable(z.string(), (value) => ['paris', 'park', 'party'].filter((word) => word.startsWith(value))),
        arg2: z.string(),
      }),
    },
    ({ arg1, arg2 }) => ({
      messages: [user({ type: 'text', text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` })],
    }),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'Holds a resource', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [
        user({
          type: 'resource',
          resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        }),
        user({ type: 'text', text: 'Please process the embedded resource above.' }),
      ],
    }),
  );
  server.registerPrompt('test_prompt_with_image', { description: 'Holds an image' }, () => ({
    messages: [
      user({ type: 'image', data: png, mimeType: 'image/png' }),
      user({ type: 'text', text: 'Please analyze the image above.' }),
    ],
  }));
  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks first' }, (ctx: ServerContext) => {
    const answered = acceptedContent(ctx.mcpReq.inputResponses, 'user_context', z.object({ context: z.string() }));
    if (answered !== undefined) return { messages: [user({ type: 'text', text: answered.context })] };
    return inputRequired({
      inputRequests: {
        user_context: inputRequired.elicit({
          message: 'What context should the prompt use?',
          requestedSchema: form({ context: { type: 'string' } }),
        }),
      },
    });
  });
}
