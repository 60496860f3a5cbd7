import { type Signal, SignalTable } from './signal.ts';

/** A constructor of a database or vector store client. Adding one is one row. */
export interface StoreSignal extends Signal {
  readonly kind: string;
  readonly vector?: boolean;
  readonly positional?: readonly string[];
}

const python: readonly StoreSignal[] = [
  {
    from: ['psycopg', 'psycopg2', 'asyncpg'],
    names: ['connect', 'create_pool', 'Connection.connect', 'AsyncConnection.connect', 'ConnectionPool'],
    kind: 'postgres',
    positional: ['dsn'],
  },
  { from: ['pymysql', 'mysql.connector', 'MySQLdb'], names: ['connect'], kind: 'mysql', positional: ['host'] },
  { from: ['sqlite3'], names: ['connect'], kind: 'sqlite', positional: ['url'] },
  { from: ['sqlalchemy'], names: ['create_engine', 'create_async_engine'], kind: 'sql', positional: ['url'] },
  {
    from: [
      'langchain_community.utilities',
      'langchain.sql_database',
      'langchain.utilities',
      'langchain_community.utilities.sql_database',
      'langchain',
    ],
    names: ['SQLDatabase.from_uri', 'SQLDatabase'],
    kind: 'sql',
    positional: ['url'],
  },
  {
    from: ['pymongo', 'motor.motor_asyncio'],
    names: ['MongoClient', 'AsyncMongoClient', 'AsyncIOMotorClient'],
    kind: 'mongodb',
    positional: ['host'],
  },
  {
    from: ['redis'],
    names: ['Redis', 'StrictRedis', 'from_url', 'Redis.from_url'],
    kind: 'redis',
    positional: ['host'],
  },
  { from: ['pinecone'], names: ['Pinecone', 'PineconeGRPC'], kind: 'pinecone', vector: true, positional: ['apikey'] },
  { from: ['chromadb'], names: ['HttpClient', 'AsyncHttpClient'], kind: 'chroma', vector: true, positional: ['host'] },
  {
    from: ['qdrant_client'],
    names: ['QdrantClient', 'AsyncQdrantClient'],
    kind: 'qdrant',
    vector: true,
    positional: ['url'],
  },
  {
    from: ['weaviate'],
    names: ['connect_to_custom', 'connect_to_local', 'connect_to_weaviate_cloud', 'Client'],
    kind: 'weaviate',
    vector: true,
    positional: ['url'],
  },
  {
    from: ['pymilvus'],
    names: ['MilvusClient', 'connections.connect'],
    kind: 'milvus',
    vector: true,
    positional: ['uri'],
  },
  { from: ['neo4j'], names: ['GraphDatabase.driver'], kind: 'neo4j', positional: ['uri'] },
  { from: ['snowflake.connector'], names: ['connect'], kind: 'snowflake' },
];

const typescript: readonly StoreSignal[] = [
  { from: ['pg', 'pg.default'], names: ['Pool', 'Client'], kind: 'postgres' },
  { from: ['postgres'], names: ['default'], kind: 'postgres', positional: ['url'] },
  {
    from: ['mysql2', 'mysql2/promise', 'mysql2/promise.default'],
    names: ['createPool', 'createConnection'],
    kind: 'mysql',
    positional: ['url'],
  },
  { from: ['mongodb'], names: ['MongoClient'], kind: 'mongodb', positional: ['url'] },
  { from: ['redis', 'ioredis'], names: ['createClient', 'default', 'Redis'], kind: 'redis', positional: ['url'] },
  { from: ['@pinecone-database/pinecone'], names: ['Pinecone'], kind: 'pinecone', vector: true },
  { from: ['chromadb'], names: ['ChromaClient'], kind: 'chroma', vector: true },
  { from: ['@qdrant/js-client-rest'], names: ['QdrantClient'], kind: 'qdrant', vector: true },
  {
    from: ['weaviate-client.default', 'weaviate-client'],
    names: ['connectToCustom', 'connectToLocal', 'connectToWeaviateCloud'],
    kind: 'weaviate',
    vector: true,
  },
  {
    from: ['@langchain/community/utilities', 'langchain/sql_db', '@langchain/classic/sql_db'],
    names: ['SqlDatabase.fromDataSourceParams'],
    kind: 'sql',
  },
];

const go: readonly StoreSignal[] = [
  { from: ['database/sql'], names: ['Open'], kind: 'sql', positional: ['driver', 'url'] },
  {
    from: ['github.com/jackc/pgx', 'github.com/jackc/pgx/v5/pgxpool'],
    names: ['Connect', 'New'],
    kind: 'postgres',
    positional: ['ctx', 'url'],
  },
  { from: ['github.com/qdrant/go-client/qdrant'], names: ['NewClient'], kind: 'qdrant', vector: true },
];

const java: readonly StoreSignal[] = [
  { from: ['java.sql'], names: ['DriverManager.getConnection'], kind: 'sql', positional: ['url', 'user', 'password'] },
  { from: ['com.mongodb.client'], names: ['MongoClients.create'], kind: 'mongodb', positional: ['url'] },
  {
    from: ['io.qdrant.client'],
    names: ['QdrantGrpcClient.newBuilder'],
    kind: 'qdrant',
    vector: true,
    positional: ['host'],
  },
];

const csharp: readonly StoreSignal[] = [
  {
    from: ['Npgsql'],
    names: ['NpgsqlConnection', 'NpgsqlDataSource.Create'],
    kind: 'postgres',
    positional: ['connectionString'],
  },
  {
    from: ['Microsoft.Data.SqlClient', 'System.Data.SqlClient'],
    names: ['SqlConnection'],
    kind: 'sqlserver',
    positional: ['connectionString'],
  },
  { from: ['Qdrant.Client'], names: ['QdrantClient'], kind: 'qdrant', vector: true, positional: ['host'] },
];

/** Data store clients by language. */
export const storeSignals = {
  python: new SignalTable(python),
  typescript: new SignalTable(typescript),
  go: new SignalTable(go),
  java: new SignalTable(java),
  csharp: new SignalTable(csharp),
};
