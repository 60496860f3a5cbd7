// Makes the built program executable.
import { chmodSync } from 'node:fs';

chmodSync(new URL('../dist/app/main.js', import.meta.url), 0o755);
