/** What a container is to an AI workload. `application`: calls a model, and is neither an agent nor a product below. */
export type AiKind =
  | 'model-server'
  | 'mcp-server'
  | 'vector-store'
  | 'gateway'
  | 'agent'
  | 'notebook'
  | 'database'
  | 'observability'
  | 'application';

/** A self-hosted product, told by its image's path, the words of its command or its custom resource. */
export interface AiProduct {
  readonly product: string;
  readonly kind: AiKind;
  /** Paths of images, matched at the end of the repository at a path boundary. */
  readonly images: readonly string[];
  /** Word sequences of a command; the first word is compared by its base name. */
  readonly commands?: readonly string[];
  /** Custom resources: `<Kind>.<API group>`. */
  readonly customResources?: readonly string[];
  /** Environment variables that decide its security, so that an unread environment file makes them unknown. */
  readonly settings?: readonly string[];
  /** Where its settings may stand besides: then those that are not seen are unknown. */
  readonly configuration?: {
    /** Files and folders of the image it reads at start. */
    readonly paths?: readonly string[];
    /** Options and variables that name a file. */
    readonly flags?: readonly string[];
    readonly variables?: readonly string[];
  };
  /** Values that the vendor's own examples publish: whoever reads the documentation knows them. */
  readonly published?: Readonly<Record<string, readonly string[]>>;
}

const hub = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'];
const modelKeys = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY'];

/** Image names and settings as the vendors document them; order matters only within one container's command. */
export const aiProducts: readonly AiProduct[] = [
  {
    product: 'vllm',
    kind: 'model-server',
    images: [
      'vllm/vllm-openai',
      'vllm-openai',
      'vllm-openai-rocm',
      'rocm/vllm',
      'vllm-cpu-release-repo',
      'lmcache/vllm-openai',
      'rhaiis/vllm-cuda-rhel9',
      'vllm',
    ],
    commands: ['vllm serve', '-m vllm.entrypoints.openai.api_server', '-m vllm.entrypoints.api_server'],
    settings: ['VLLM_API_KEY', 'VLLM_ALLOW_INSECURE_SERIALIZATION', ...hub],
    // `api-key` in the file of `--config`: https://docs.vllm.ai/en/stable/configuration/serve_args/ (read 2026-11-28)
    configuration: { flags: ['--config'] },
  },
  {
    product: 'ollama',
    kind: 'model-server',
    images: ['ollama/ollama', 'ollama', 'alpine/ollama'],
    commands: ['ollama serve'],
    customResources: ['Model.ollama.ayaka.io'],
    settings: ['OLLAMA_HOST', 'OLLAMA_ORIGINS'],
  },
  {
    product: 'tgi',
    kind: 'model-server',
    images: ['huggingface/text-generation-inference', 'text-generation-inference'],
    commands: ['text-generation-launcher'],
    settings: ['API_KEY', 'TRUST_REMOTE_CODE', 'REVISION', ...hub],
  },
  {
    product: 'tei',
    kind: 'model-server',
    images: ['huggingface/text-embeddings-inference', 'text-embeddings-inference'],
    commands: ['text-embeddings-router'],
    settings: ['API_KEY', ...hub],
  },
  {
    product: 'triton',
    kind: 'model-server',
    images: ['nvidia/tritonserver', 'tritonserver'],
    commands: ['tritonserver'],
    settings: [],
  },
  {
    product: 'llama.cpp',
    kind: 'model-server',
    images: ['ggml-org/llama.cpp', 'ggerganov/llama.cpp', 'llama.cpp', 'llama-server'],
    commands: ['llama-server', '-m llama_cpp.server'],
    settings: ['LLAMA_API_KEY', 'LLAMA_ARG_API_KEY'],
  },
  {
    product: 'localai',
    kind: 'model-server',
    images: ['localai/localai', 'go-skynet/local-ai', 'localai'],
    commands: ['local-ai'],
    settings: ['API_KEY', 'LOCALAI_API_KEY'],
  },
  {
    product: 'sglang',
    kind: 'model-server',
    images: ['lmsysorg/sglang', 'sglang'],
    commands: ['-m sglang.launch_server', 'sglang serve'],
    settings: hub,
  },
  {
    product: 'nim',
    kind: 'model-server',
    images: [],
    customResources: ['NIMService.apps.nvidia.com', 'NIMPipeline.apps.nvidia.com', 'NIMCache.apps.nvidia.com'],
    settings: ['NGC_API_KEY'],
  },
  {
    product: 'kserve',
    kind: 'model-server',
    images: ['kserve/huggingfaceserver', 'huggingfaceserver'],
    customResources: [
      'InferenceService.serving.kserve.io',
      'LLMInferenceService.serving.kserve.io',
      'InferenceGraph.serving.kserve.io',
      'ServingRuntime.serving.kserve.io',
      'ClusterServingRuntime.serving.kserve.io',
    ],
    settings: hub,
  },
  {
    product: 'ray',
    kind: 'model-server',
    images: ['rayproject/ray-llm', 'rayproject/ray-ml', 'rayproject/ray'],
    commands: ['serve run', 'ray start'],
    customResources: ['RayService.ray.io', 'RayCluster.ray.io', 'RayJob.ray.io'],
  },
  {
    product: 'seldon',
    kind: 'model-server',
    images: ['seldonio/mlserver'],
    commands: ['mlserver start'],
    customResources: [
      'SeldonDeployment.machinelearning.seldon.io',
      'Model.mlops.seldon.io',
      'SeldonRuntime.mlops.seldon.io',
    ],
  },
  {
    product: 'kaito',
    kind: 'model-server',
    images: [],
    customResources: ['Workspace.kaito.sh', 'RAGEngine.kaito.sh', 'InferenceSet.kaito.sh'],
  },
  {
    product: 'dynamo',
    kind: 'model-server',
    images: ['nvidia/ai-dynamo/vllm-runtime', 'nvidia/ai-dynamo/sglang-runtime'],
    customResources: ['DynamoGraphDeployment.nvidia.com'],
  },
  {
    product: 'bentoml',
    kind: 'model-server',
    images: [],
    commands: ['bentoml serve'],
    customResources: ['BentoDeployment.serving.yatai.ai'],
  },
  {
    product: 'torchserve',
    kind: 'model-server',
    images: ['pytorch/torchserve', 'pytorch/torchserve-kfs'],
    commands: ['torchserve'],
    settings: ['TS_DISABLE_TOKEN_AUTH'],
  },
  {
    product: 'tensorflow-serving',
    kind: 'model-server',
    images: ['tensorflow/serving'],
    commands: ['tensorflow_model_server'],
  },
  {
    product: 'xinference',
    kind: 'model-server',
    images: ['xprobe/xinference'],
    commands: ['xinference-local', 'xinference-supervisor'],
  },
  {
    product: 'lmdeploy',
    kind: 'model-server',
    images: ['openmmlab/lmdeploy'],
    commands: ['lmdeploy serve'],
    settings: hub,
  },
  { product: 'comfyui', kind: 'model-server', images: ['comfyanonymous/comfyui', 'yanwk/comfyui-boot'] },
  {
    product: 'whisper',
    kind: 'model-server',
    images: ['onerahmet/openai-whisper-asr-webservice', 'speaches-ai/speaches', 'fedirz/faster-whisper-server'],
  },

  {
    product: 'litellm',
    kind: 'gateway',
    published: { LITELLM_MASTER_KEY: ['sk-1234'], LITELLM_SALT_KEY: ['sk-1234'] },
    images: ['berriai/litellm', 'berriai/litellm-database', 'berriai/litellm-non_root', 'litellm/litellm', 'litellm'],
    commands: ['litellm'],
    settings: ['LITELLM_MASTER_KEY', 'LITELLM_SALT_KEY', 'UI_PASSWORD', ...modelKeys],
    // `general_settings.master_key`: https://docs.litellm.ai/docs/proxy/configs (read 2026-11-28)
    configuration: {
      flags: ['--config', '-c'],
      variables: ['CONFIG_FILE_PATH', 'LITELLM_CONFIG_BUCKET_NAME'],
    },
  },
  { product: 'portkey', kind: 'gateway', images: ['portkeyai/gateway'] },
  { product: 'bifrost', kind: 'gateway', images: ['maximhq/bifrost'] },
  {
    product: 'one-api',
    kind: 'gateway',
    images: ['justsong/one-api', 'songquanpeng/one-api', 'calciumion/new-api'],
    settings: ['SESSION_SECRET'],
  },
  {
    product: 'inference-gateway',
    kind: 'gateway',
    images: [],
    customResources: [
      'InferencePool.inference.networking.k8s.io',
      'InferencePool.inference.networking.x-k8s.io',
      'AIGatewayRoute.aigateway.envoyproxy.io',
      'AIServiceBackend.aigateway.envoyproxy.io',
    ],
  },
  {
    product: 'agentgateway',
    kind: 'gateway',
    images: ['agentgateway/agentgateway'],
    customResources: ['AgentgatewayBackend.agentgateway.dev'],
  },
  { product: 'docker-mcp-gateway', kind: 'gateway', images: ['docker/mcp-gateway'], settings: [] },

  {
    product: 'qdrant',
    kind: 'vector-store',
    images: ['qdrant/qdrant', 'qdrant'],
    settings: ['QDRANT__SERVICE__API_KEY', 'QDRANT__SERVICE__JWT_RBAC', 'QDRANT__SERVICE__ENABLE_TLS'],
    // https://qdrant.tech/documentation/ops-configuration/configuration/ (read 2026-11-28)
    configuration: { paths: ['/qdrant/config', '/etc/qdrant'], flags: ['--config-path'] },
    commands: ['qdrant'],
  },
  {
    product: 'weaviate',
    kind: 'vector-store',
    images: ['semitechnologies/weaviate', 'weaviate/weaviate', 'weaviate'],
    settings: [
      'AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED',
      'AUTHENTICATION_APIKEY_ENABLED',
      'AUTHENTICATION_OIDC_ENABLED',
      'AUTHORIZATION_RBAC_ENABLED',
    ],
  },
  {
    product: 'milvus',
    kind: 'vector-store',
    images: ['milvusdb/milvus', 'milvus'],
    commands: ['milvus run'],
    customResources: ['Milvus.milvus.io', 'MilvusCluster.milvus.io'],
    settings: ['COMMON_SECURITY_AUTHORIZATIONENABLED'],
    // https://milvus.io/docs/authenticate.md, https://milvus.io/docs/configure-docker.md (read 2026-11-28)
    configuration: { paths: ['/milvus/configs'] },
  },
  {
    product: 'chroma',
    kind: 'vector-store',
    images: ['chromadb/chroma', 'chroma-core/chroma', 'chroma'],
    commands: ['chroma run'],
    settings: ['CHROMA_SERVER_AUTHN_PROVIDER', 'CHROMA_SERVER_AUTHN_CREDENTIALS', 'CHROMA_SERVER_AUTH_PROVIDER'],
  },
  {
    product: 'pgvector',
    kind: 'vector-store',
    published: { POSTGRES_PASSWORD: ['postgres', 'password', 'example'] },
    images: ['pgvector/pgvector', 'ankane/pgvector', 'tensorchord/pgvecto-rs', 'tensorchord/vchord-postgres'],
    settings: ['POSTGRES_HOST_AUTH_METHOD', 'POSTGRES_PASSWORD', 'POSTGRES_USER'],
  },
  { product: 'vespa', kind: 'vector-store', images: ['vespaengine/vespa'] },
  { product: 'neo4j', kind: 'vector-store', images: ['neo4j'], settings: ['NEO4J_AUTH'] },

  {
    product: 'open-webui',
    kind: 'application',
    published: { WEBUI_SECRET_KEY: ['t0p-s3cr3t'] },
    images: ['open-webui/open-webui', 'open-webui'],
    settings: ['WEBUI_AUTH', 'WEBUI_SECRET_KEY', 'ENABLE_SIGNUP', ...modelKeys],
  },
  {
    product: 'librechat',
    kind: 'application',
    images: ['danny-avila/librechat', 'danny-avila/librechat-dev'],
    settings: ['ALLOW_REGISTRATION', 'JWT_SECRET', 'CREDS_KEY'],
  },
  {
    product: 'anythingllm',
    kind: 'application',
    images: ['mintplexlabs/anythingllm'],
    settings: ['AUTH_TOKEN', 'JWT_SECRET'],
  },
  {
    product: 'lobe-chat',
    kind: 'application',
    images: ['lobehub/lobe-chat', 'lobehub/lobe-chat-database'],
    settings: ['ACCESS_CODE'],
  },
  {
    product: 'n8n',
    kind: 'agent',
    images: ['n8nio/n8n', 'n8n-io/n8n'],
    settings: ['N8N_ENCRYPTION_KEY', 'N8N_BLOCK_ENV_ACCESS_IN_NODE'],
  },
  {
    product: 'flowise',
    kind: 'agent',
    images: ['flowiseai/flowise'],
    settings: ['FLOWISE_USERNAME', 'FLOWISE_PASSWORD', 'FLOWISE_SECRETKEY_OVERWRITE'],
  },
  {
    product: 'langflow',
    kind: 'agent',
    images: ['langflowai/langflow'],
    commands: ['langflow run'],
    settings: ['LANGFLOW_AUTO_LOGIN', 'LANGFLOW_SUPERUSER_PASSWORD', 'LANGFLOW_SECRET_KEY'],
  },
  {
    product: 'dify',
    kind: 'agent',
    images: ['langgenius/dify-api', 'langgenius/dify-sandbox', 'langgenius/dify-plugin-daemon'],
    settings: ['SECRET_KEY'],
  },
  { product: 'openhands', kind: 'agent', images: ['all-hands-ai/openhands', 'openhands/openhands'] },
  {
    product: 'langgraph',
    kind: 'agent',
    images: ['langchain/langgraph-api', 'langchain/langgraphjs-api'],
    commands: ['langgraph up', 'langgraph dev'],
  },
  {
    product: 'kagent',
    kind: 'agent',
    images: ['kagent-dev/kagent/app', 'kagent-dev/kagent/controller'],
    customResources: ['Agent.kagent.dev'],
  },
  {
    product: 'agent-sandbox',
    kind: 'agent',
    images: [],
    customResources: ['Sandbox.agents.x-k8s.io', 'SandboxTemplate.extensions.agents.x-k8s.io'],
  },
  {
    product: 'claude-code',
    kind: 'agent',
    images: ['anthropics/claude-code'],
    commands: ['claude'],
    settings: ['ANTHROPIC_API_KEY'],
  },
  {
    product: 'codex',
    kind: 'agent',
    images: ['openai/codex-universal'],
    commands: ['codex exec'],
    settings: ['OPENAI_API_KEY'],
  },
  { product: 'adk', kind: 'agent', images: [], commands: ['adk web', 'adk api_server'] },

  {
    product: 'toolhive',
    kind: 'mcp-server',
    images: [],
    customResources: [
      'MCPServer.toolhive.stacklok.dev',
      'MCPRemoteProxy.toolhive.stacklok.dev',
      'VirtualMCPServer.toolhive.stacklok.dev',
    ],
  },
  {
    product: 'kmcp',
    kind: 'mcp-server',
    images: [],
    customResources: ['MCPServer.kagent.dev', 'RemoteMCPServer.kagent.dev', 'ToolServer.kagent.dev'],
  },
  {
    product: 'mcp-bridge',
    kind: 'mcp-server',
    images: ['supercorp-ai/supergateway', 'supercorp/supergateway', 'sparfenyuk/mcp-proxy'],
    commands: ['supergateway', 'mcp-proxy', 'mcpo', 'fastmcp run', 'mcp run'],
  },

  {
    product: 'jupyter',
    kind: 'notebook',
    images: [
      'jupyter/base-notebook',
      'jupyter/minimal-notebook',
      'jupyter/scipy-notebook',
      'jupyter/datascience-notebook',
      'jupyter/tensorflow-notebook',
      'jupyter/pytorch-notebook',
      'jupyter/pyspark-notebook',
      'jupyter/all-spark-notebook',
      'kubeflownotebookswg/jupyter-scipy',
      'kubeflownotebookswg/jupyter-pytorch',
    ],
    commands: [
      'jupyter lab',
      'jupyter notebook',
      'jupyter server',
      'jupyter-lab',
      'start-notebook.sh',
      'start-notebook.py',
    ],
    customResources: ['Notebook.kubeflow.org'],
    settings: ['JUPYTER_TOKEN', 'NOTEBOOK_ARGS'],
  },
  {
    product: 'langfuse',
    kind: 'observability',
    published: { NEXTAUTH_SECRET: ['mysecret'], SALT: ['mysalt'], ENCRYPTION_KEY: ['0'.repeat(64)] },
    images: ['langfuse/langfuse', 'langfuse/langfuse-worker'],
    settings: ['SALT', 'ENCRYPTION_KEY', 'NEXTAUTH_SECRET', 'LANGFUSE_INIT_USER_PASSWORD'],
  },
  {
    product: 'mlflow',
    kind: 'observability',
    images: ['mlflow/mlflow'],
    commands: ['mlflow server', 'mlflow ui'],
    settings: ['MLFLOW_FLASK_SERVER_SECRET_KEY', 'MLFLOW_AUTH_CONFIG_PATH'],
  },
  {
    product: 'phoenix',
    kind: 'observability',
    images: ['arizephoenix/phoenix'],
    settings: ['PHOENIX_ENABLE_AUTH', 'PHOENIX_SECRET'],
  },

  {
    product: 'postgres',
    kind: 'database',
    published: { POSTGRES_PASSWORD: ['postgres', 'password', 'example'] },
    images: [
      'postgres',
      'bitnami/postgresql',
      'postgresql',
      'timescale/timescaledb',
      'postgis/postgis',
      'cloudnative-pg/postgresql',
    ],
    settings: ['POSTGRES_HOST_AUTH_METHOD', 'POSTGRES_PASSWORD', 'POSTGRES_USER'],
    customResources: ['Cluster.postgresql.cnpg.io'],
  },
  {
    product: 'mysql',
    kind: 'database',
    images: ['mysql', 'mariadb', 'percona'],
    settings: ['MYSQL_ALLOW_EMPTY_PASSWORD', 'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD', 'MYSQL_ROOT_PASSWORD'],
  },
  {
    product: 'mongodb',
    kind: 'database',
    images: ['mongo', 'mongodb/mongodb-community-server', 'mongodb', 'mongodb/mongodb-atlas-local'],
    settings: [
      'MONGO_INITDB_ROOT_USERNAME',
      'MONGO_INITDB_ROOT_PASSWORD',
      'MONGODB_INITDB_ROOT_USERNAME',
      'MONGODB_ROOT_PASSWORD',
    ],
  },
  {
    product: 'redis',
    kind: 'database',
    images: [
      'redis',
      'redis/redis-stack',
      'redis/redis-stack-server',
      'valkey/valkey',
      'valkey',
      'dragonflydb/dragonfly',
    ],
    settings: ['REDIS_PASSWORD', 'REDIS_ARGS', 'ALLOW_EMPTY_PASSWORD'],
  },
  {
    product: 'elasticsearch',
    kind: 'database',
    images: ['elasticsearch/elasticsearch', 'elasticsearch'],
    settings: ['xpack.security.enabled', 'ELASTIC_PASSWORD'],
  },
  {
    product: 'opensearch',
    kind: 'database',
    images: ['opensearchproject/opensearch'],
    settings: ['DISABLE_SECURITY_PLUGIN', 'plugins.security.disabled', 'OPENSEARCH_INITIAL_ADMIN_PASSWORD'],
  },
  {
    product: 'clickhouse',
    kind: 'database',
    images: ['clickhouse/clickhouse-server', 'clickhouse'],
    settings: ['CLICKHOUSE_PASSWORD', 'CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT'],
  },
  {
    product: 'minio',
    kind: 'database',
    published: { MINIO_ROOT_PASSWORD: ['minioadmin', 'miniosecret'] },
    images: ['minio/minio'],
    settings: ['MINIO_ROOT_USER', 'MINIO_ROOT_PASSWORD'],
  },
];
