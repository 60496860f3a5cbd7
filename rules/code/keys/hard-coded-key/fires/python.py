import anthropic

client = anthropic.Anthropic(api_key="sk-ant-api03-Qm7Zt2LkV9bXw4RcYp8NsD1fGh5JuA3eTo6")
