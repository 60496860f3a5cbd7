/** Where pins lie: beside the configuration that names the servers. */
export const lockFileName = 'demarc.mcp-lock.json';
