import OpenAI from 'openai';
import { Pool } from 'pg';

export const client = new OpenAI();
export const pool = new Pool({ host: 'db.acme.example', user: 'support', password: 'v9Kq-2mT7xLp4R' });
