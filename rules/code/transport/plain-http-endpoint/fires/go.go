package main

import (
	"github.com/openai/openai-go/v2"
	"github.com/openai/openai-go/v2/option"
)

var client = openai.NewClient(option.WithBaseURL("http://llm.acme.example/v1"))
