/** Where the configuration of the gateway is. */
export const configFlag = {
  kind: 'parsed',
  parse: String,
  default: 'demarc.gateway.yaml',
  brief: 'Configuration of the gateway',
  placeholder: 'file',
} as const;
