/** AI-related packages by registry. A name that ends in `*` matches by its beginning. Adding one is one row. */
export type PackageCategory =
  | 'model-sdk'
  | 'agent-framework'
  | 'mcp'
  | 'vector-store'
  | 'local-model'
  | 'observability'
  | 'gateway';

const python: Readonly<Record<PackageCategory, readonly string[]>> = {
  'model-sdk': [
    'openai',
    'anthropic',
    'google-genai',
    'google-generativeai',
    'google-cloud-aiplatform',
    'vertexai',
    'mistralai',
    'cohere',
    'groq',
    'together',
    'replicate',
    'huggingface-hub',
    'azure-ai-inference',
    'azure-ai-projects',
    'boto3-stubs-bedrock-runtime',
    'aleph-alpha-client',
    'ai21',
    'instructor',
  ],
  'agent-framework': [
    'langchain',
    'langchain-*',
    'langgraph',
    'langgraph-*',
    'llama-index',
    'llama-index-*',
    'crewai',
    'crewai-tools',
    'autogen',
    'pyautogen',
    'autogen-*',
    'ag2',
    'semantic-kernel',
    'smolagents',
    'pydantic-ai',
    'pydantic-ai-slim',
    'strands-agents',
    'strands-agents-tools',
    'claude-agent-sdk',
    'claude-code-sdk',
    'openai-agents',
    'google-adk',
    'agno',
    'haystack-ai',
    'dspy',
    'dspy-ai',
    'agent-framework',
    'browser-use',
  ],
  mcp: ['mcp', 'fastmcp'],
  'vector-store': [
    'pinecone',
    'pinecone-client',
    'chromadb',
    'qdrant-client',
    'weaviate-client',
    'pymilvus',
    'faiss-cpu',
    'faiss-gpu',
    'lancedb',
    'pgvector',
  ],
  'local-model': [
    'transformers',
    'vllm',
    'ollama',
    'llama-cpp-python',
    'sentence-transformers',
    'diffusers',
    'torch',
    'peft',
    'ctransformers',
  ],
  observability: [
    'langsmith',
    'langfuse',
    'arize-phoenix',
    'traceloop-sdk',
    'openllmetry',
    'helicone',
    'wandb',
    'mlflow',
  ],
  gateway: ['litellm', 'portkey-ai'],
};

const npm: Readonly<Record<PackageCategory, readonly string[]>> = {
  'model-sdk': [
    'openai',
    '@anthropic-ai/sdk',
    '@anthropic-ai/bedrock-sdk',
    '@anthropic-ai/vertex-sdk',
    '@google/genai',
    '@google/generative-ai',
    '@google-cloud/vertexai',
    'cohere-ai',
    'groq-sdk',
    '@mistralai/mistralai',
    'together-ai',
    'replicate',
    '@aws-sdk/client-bedrock-runtime',
    '@aws-sdk/client-bedrock-agent-runtime',
    '@azure/openai',
    '@azure/ai-projects',
    '@azure-rest/ai-inference',
    '@huggingface/inference',
  ],
  'agent-framework': [
    'ai',
    '@ai-sdk/*',
    'langchain',
    '@langchain/*',
    'llamaindex',
    '@llamaindex/*',
    '@anthropic-ai/claude-agent-sdk',
    '@anthropic-ai/claude-code',
    '@openai/agents',
    '@openai/agents-*',
    '@mastra/*',
    '@strands-agents/sdk',
    '@google/adk',
    'genkit',
    '@genkit-ai/*',
    '@openai/codex-sdk',
    '@github/copilot-sdk',
    '@copilotkit/*',
  ],
  mcp: ['@modelcontextprotocol/*', 'fastmcp', 'mcp-framework'],
  'vector-store': [
    '@pinecone-database/pinecone',
    'chromadb',
    '@qdrant/js-client-rest',
    'weaviate-client',
    '@zilliz/milvus2-sdk-node',
    '@lancedb/lancedb',
  ],
  'local-model': ['ollama', '@huggingface/transformers', '@xenova/transformers', 'node-llama-cpp'],
  observability: ['langsmith', 'langfuse', '@langfuse/*', '@traceloop/node-server-sdk', 'braintrust'],
  gateway: ['portkey-ai', 'litellm'],
};

const go: Readonly<Record<PackageCategory, readonly string[]>> = {
  'model-sdk': [
    'github.com/openai/openai-go*',
    'github.com/anthropics/anthropic-sdk-go',
    'github.com/sashabaranov/go-openai',
    'google.golang.org/genai',
    'github.com/aws/aws-sdk-go-v2/service/bedrockruntime',
    'github.com/cohere-ai/cohere-go*',
  ],
  'agent-framework': [
    'github.com/tmc/langchaingo',
    'google.golang.org/adk',
    'github.com/cloudwego/eino*',
    'github.com/firebase/genkit/go',
  ],
  mcp: ['github.com/mark3labs/mcp-go', 'github.com/modelcontextprotocol/go-sdk'],
  'vector-store': [
    'github.com/qdrant/go-client',
    'github.com/pinecone-io/go-pinecone*',
    'github.com/weaviate/weaviate-go-client*',
  ],
  'local-model': ['github.com/ollama/ollama'],
  observability: [],
  gateway: [],
};

const maven: Readonly<Record<PackageCategory, readonly string[]>> = {
  'model-sdk': [
    'com.openai:openai-java*',
    'com.anthropic:anthropic-java*',
    'com.google.genai:google-genai',
    'com.google.cloud:google-cloud-vertexai',
    'com.azure:azure-ai-openai',
    'com.azure:azure-ai-inference',
    'software.amazon.awssdk:bedrockruntime',
  ],
  'agent-framework': [
    'dev.langchain4j:*',
    'org.springframework.ai:*',
    'com.google.adk:google-adk*',
    'com.microsoft.semantic-kernel:*',
  ],
  mcp: ['io.modelcontextprotocol.sdk:*', 'org.springaicommunity:mcp*'],
  'vector-store': ['io.qdrant:client', 'io.pinecone:pinecone-client', 'io.milvus:milvus-sdk-java'],
  'local-model': ['ai.djl:*'],
  observability: [],
  gateway: [],
};

const nuget: Readonly<Record<PackageCategory, readonly string[]>> = {
  'model-sdk': [
    'OpenAI',
    'Azure.AI.OpenAI',
    'Azure.AI.Inference',
    'Azure.AI.Projects',
    'Anthropic',
    'Anthropic.SDK',
    'AWSSDK.BedrockRuntime',
    'Mscc.GenerativeAI',
    'Google.GenAI',
  ],
  'agent-framework': ['Microsoft.SemanticKernel*', 'Microsoft.Extensions.AI*', 'Microsoft.Agents.AI*', 'AutoGen*'],
  mcp: ['ModelContextProtocol*'],
  'vector-store': ['Qdrant.Client', 'Pinecone.Client'],
  'local-model': ['OllamaSharp', 'LLamaSharp', 'Microsoft.ML.OnnxRuntimeGenAI'],
  observability: [],
  gateway: [],
};

export type Registry = 'python' | 'npm' | 'go' | 'maven' | 'nuget';
const registries = { python, npm, go, maven, nuget } satisfies Record<Registry, unknown>;

/** The category of an AI package; undefined for any other. */
export function categoryOf(registry: Registry, name: string): PackageCategory | undefined {
  const table = registries[registry];
  const plain = registry === 'python' ? name.toLowerCase().replace(/[_.]+/g, '-') : name;
  for (const [category, names] of Object.entries(table)) {
    const hit = names.some((row) => (row.endsWith('*') ? plain.startsWith(row.slice(0, -1)) : plain === row));
    if (hit) return category as PackageCategory;
  }
  return undefined;
}
