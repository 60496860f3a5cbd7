from mcp.server.fastmcp import FastMCP

mcp = FastMCP("orders", host="127.0.0.1", port=8000)

mcp.run(transport="streamable-http")
