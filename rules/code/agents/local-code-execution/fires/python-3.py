from autogen import UserProxyAgent

proxy = UserProxyAgent("proxy", code_execution_config={"work_dir": "out", "use_docker": False})
