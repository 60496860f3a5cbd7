from claude_agent_sdk import ClaudeAgentOptions

options = ClaudeAgentOptions(permission_mode="bypassPermissions", max_turns=20)
