import { Pool } from 'pg';

export const pool = new Pool({ connectionString: process.env.NOTES_READ_ONLY_URL, max: 5 });
