/** What a client is pointed at: the gateway, or the program of a server itself. */
export interface Target {
  /** Of the server; absent for all together. */
  readonly name?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly program?: {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
}

/** A connection as each client offers it; everything comes in the form in which that client gives it. */
export interface Connection {
  /** The definitions of the tools, as far as the client keeps them. */
  list(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Calls as the client's users do; what it throws is its way of telling. */
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** What the model behind the client reads, where that is something else. */
  show?(tool: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): Promise<void>;
}

export type Open = (target: Target) => Promise<Connection>;
