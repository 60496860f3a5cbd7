from langchain_community.agent_toolkits import create_sql_agent
from langchain_community.utilities import SQLDatabase
from langchain_openai import ChatOpenAI

db = SQLDatabase.from_uri("postgresql+psycopg://db.acme.example/crm")
agent = create_sql_agent(ChatOpenAI(model="gpt-4o"), db=db)
