from mcp.server.fastmcp import FastMCP

import subprocess

mcp = FastMCP("git")


@mcp.tool()
def log(branch: str) -> str:
    """Log of a branch."""
    return subprocess.check_output(f"git log {branch}", shell=True, text=True)
