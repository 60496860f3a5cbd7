import type * as TreeSitter from '@vscode/tree-sitter-wasm';

/** The languages application code is read in. */
export const languages = ['python', 'typescript', 'go', 'java', 'csharp'] as const;
export type Language = (typeof languages)[number];

/** A grammar file of `@vscode/tree-sitter-wasm`; TypeScript has one for JSX and one without. */
export type GrammarName = 'python' | 'typescript' | 'tsx' | 'go' | 'java' | 'c-sharp';

/**
 * Where the parser and its grammars come from. Made in `app/wire.ts`, because reading `node_modules` is input and
 * output; nothing is asked of it before a file is worth parsing.
 */
export interface GrammarLoader {
  /** The module `@vscode/tree-sitter-wasm` (CommonJS: `createRequire(import.meta.url)('@vscode/tree-sitter-wasm')`). */
  runtime(): typeof TreeSitter;
  /** Bytes of a file in the package's `wasm` folder: `tree-sitter.wasm`, `tree-sitter-python.wasm`. */
  wasm(file: string): Uint8Array;
}

/** Loads the parser once and each grammar at first use. */
export class Grammars {
  readonly #loader: GrammarLoader;
  #runtime: Promise<typeof TreeSitter> | undefined;
  readonly #parsers = new Map<GrammarName, Promise<TreeSitter.Parser>>();

  constructor(loader: GrammarLoader) {
    this.#loader = loader;
  }

  /** The parser for a grammar. Rejects when the package is damaged. */
  async parser(name: GrammarName): Promise<TreeSitter.Parser> {
    const known = this.#parsers.get(name);
    if (known !== undefined) return known;
    const made = this.#make(name);
    this.#parsers.set(name, made);
    return made;
  }

  async #make(name: GrammarName): Promise<TreeSitter.Parser> {
    this.#runtime ??= this.#start();
    const runtime = await this.#runtime;
    const language = await runtime.Language.load(this.#loader.wasm(`tree-sitter-${name}.wasm`));
    return new runtime.Parser().setLanguage(language);
  }

  async #start(): Promise<typeof TreeSitter> {
    const runtime = this.#loader.runtime();
    // The typings know `locateFile` only; Emscripten takes the bytes as well, which keeps it off the file system.
    const options = { wasmBinary: this.#loader.wasm('tree-sitter.wasm') } as unknown as { locateFile: () => string };
    await runtime.Parser.init(options);
    return runtime;
  }
}
