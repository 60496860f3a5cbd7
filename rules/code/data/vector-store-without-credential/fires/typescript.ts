import OpenAI from 'openai';
import { QdrantClient } from '@qdrant/js-client-rest';

export const client = new OpenAI();
export const store = new QdrantClient({ url: 'https://vectors.acme.example:6333' });
