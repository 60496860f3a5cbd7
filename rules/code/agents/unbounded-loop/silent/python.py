from claude_agent_sdk import ClaudeAgentOptions

options = ClaudeAgentOptions(permission_mode="default", allowed_tools=["Read"], max_turns=20)
