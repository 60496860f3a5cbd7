package main

import (
	"os"

	"github.com/openai/openai-go/v2"
	"github.com/openai/openai-go/v2/option"
)

var client = openai.NewClient(option.WithAPIKey(os.Getenv("OPENAI_API_KEY")))
