from crewai import Agent

analyst = Agent(role="Analyst", goal="g", backstory="b", allow_code_execution=True, code_execution_mode="unsafe")
