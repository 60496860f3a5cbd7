import { keySignals } from './signals/keys.ts';
import { modelHosts } from './signals/hosts.ts';
import type { Language } from './syntax/grammar.ts';

const modules: Readonly<Record<Language, readonly string[]>> = {
  python: [
    'openai',
    'anthropic',
    'google.genai',
    'google.generativeai',
    'google import genai',
    'vertexai',
    'mistralai',
    'from cohere',
    'import cohere',
    'groq',
    'from together',
    'import together',
    'from replicate',
    'import replicate',
    'ollama',
    'huggingface_hub',
    'litellm',
    'azure.ai',
    'vllm',
    'langchain',
    'langgraph',
    'llama_index',
    'crewai',
    'autogen',
    'from ag2',
    'import ag2',
    'semantic_kernel',
    'from agents import',
    'claude_agent_sdk',
    'claude_code_sdk',
    'from strands',
    'import strands',
    'pydantic_ai',
    'google.adk',
    'smolagents',
    'from agno',
    'import agno',
    'from haystack',
    'import haystack',
    'dspy',
    'bedrock',
    'fastmcp',
    'mcp.server',
    'transformers',
    'torch.load',
    'pickle.load',
    'joblib.load',
    'dill.load',
    'load_model',
    'sentence_transformers',
    'diffusers',
  ],
  typescript: [
    'openai',
    '@anthropic-ai/',
    '@google/genai',
    '@google/generative-ai',
    '@google-cloud/vertexai',
    '@mistralai/',
    'cohere-ai',
    'groq-sdk',
    'together-ai',
    "'replicate'",
    '"replicate"',
    'ollama',
    '@huggingface/',
    'client-bedrock-runtime',
    '@azure-rest/ai-inference',
    'langchain',
    "'ai'",
    '"ai"',
    '@ai-sdk/',
    'llamaindex',
    '@mastra/',
    '@strands-agents/',
    '@google/adk',
    '@modelcontextprotocol/',
    'fastmcp',
  ],
  go: [
    'openai-go',
    'go-openai',
    'anthropic-sdk-go',
    'google.golang.org/genai',
    'bedrockruntime',
    'langchaingo',
    'ollama/api',
    'google.golang.org/adk',
    'cloudwego/eino',
    'mcp-go',
    'modelcontextprotocol/go-sdk',
  ],
  java: [
    'com.openai',
    'com.anthropic',
    'com.google.genai',
    'com.azure.ai',
    'bedrockruntime',
    'dev.langchain4j',
    'org.springframework.ai',
    'com.google.adk',
    'io.modelcontextprotocol',
    'org.springaicommunity',
  ],
  csharp: [
    'OpenAI',
    'Azure.AI',
    'Anthropic',
    'Amazon.BedrockRuntime',
    'OllamaSharp',
    'Microsoft.SemanticKernel',
    'Microsoft.Extensions.AI',
    'Microsoft.Agents',
    'ModelContextProtocol',
  ],
};

const anywhere = [
  ...keySignals.map((row) => row.needle),
  ...modelHosts.map((row) => row.suffix).filter((host) => host !== 'amazonaws.com'),
  'bedrock-runtime',
];

/** Data stores: read only in packages that call models. */
export const storeNeedles = [
  'psycopg',
  'asyncpg',
  'sqlalchemy',
  'create_engine',
  'pymysql',
  'sqlite3',
  'pymongo',
  'MongoClient',
  'redis',
  'Redis',
  'pinecone',
  'Pinecone',
  'chromadb',
  'Chroma',
  'qdrant',
  'Qdrant',
  'weaviate',
  'Weaviate',
  'milvus',
  'Milvus',
  'SQLDatabase',
  'opensearch',
  'elasticsearch',
  "'pg'",
  '"pg"',
  'mysql2',
  'sql.Open',
  'pgxpool',
  'DriverManager',
  'NpgsqlConnection',
  'SqlConnection',
  'jdbc:',
  'snowflake',
  'bigquery',
  'neo4j',
  'Neo4j',
];

/** Whether a file names an AI library, host or key at all: plain substring search, before anything is parsed. */
export function mayUseAi(text: string, language: Language): boolean {
  return modules[language].some((needle) => text.includes(needle)) || anywhere.some((needle) => text.includes(needle));
}

/** Whether a file names a database client. */
export function mayUseStore(text: string): boolean {
  return storeNeedles.some((needle) => text.includes(needle));
}

/** Copies of other people's code, and files made by generators, by their path. */
export function isVendored(path: string): boolean {
  if (
    /(?:^|\/)(?:node_modules|bower_components|dist|vendor|third_party|site-packages|\.venv|venv|\.next|__pycache__)\//.test(
      path,
    )
  )
    return true;
  return /\.(?:min|bundle|chunk|umd|pb|generated|g|designer)\.[a-z]+$|_pb2(?:_grpc)?\.py$|\.d\.[cm]?ts$/i.test(path);
}

/** Bundled or minified text: it is not parsed, its facts are those of the source it was made from. */
export function isMinified(text: string): boolean {
  let longest = 0;
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    longest = Math.max(longest, (end === -1 ? text.length : end) - from);
    if (end === -1) break;
    from = end + 1;
  }
  if (longest > 20_000) return true;
  const lines = text.length / Math.max(1, longest);
  return longest > 4_000 && lines < 4;
}

const routeMarks: Partial<Record<Language, RegExp>> = {
  // Django's routes and middleware stand apart from the views.
  python: /^(?:urlpatterns|MIDDLEWARE)\b/m,
  typescript: /@Controller\(/,
  go: /\.Handle(?:Func)?\("/,
};

/** Whether a file without AI in it may give an address to a function that uses AI elsewhere. */
export function mayRoute(text: string, language: Language): boolean {
  return routeMarks[language]?.test(text) ?? false;
}
