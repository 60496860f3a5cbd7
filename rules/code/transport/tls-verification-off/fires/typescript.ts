import https from 'node:https';
import OpenAI from 'openai';

const agent = new https.Agent({ rejectUnauthorized: false });
export const client = new OpenAI({ httpAgent: agent });
