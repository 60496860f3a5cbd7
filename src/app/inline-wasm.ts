import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 call WebAssembly as any other function. The V8 of Node 20 ends the whole process ("unreachable code" in the deoptimiser) where
 * it made the call a part of hot code, and Cedar's validator is called as often as a server changes its tools.
 */
export function withoutInlineWasm(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--no-turbo-inline-js-wasm-calls');
}
