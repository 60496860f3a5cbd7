from mcp.server.fastmcp import FastMCP

mcp = FastMCP("orders", host="0.0.0.0", port=8000)

mcp.run(transport="streamable-http")
