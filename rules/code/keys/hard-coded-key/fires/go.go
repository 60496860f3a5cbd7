package main

import (
	"github.com/openai/openai-go/v2"
	"github.com/openai/openai-go/v2/option"
)

var client = openai.NewClient(option.WithAPIKey("gw_9fK2mQ7xVb4Lt8ZsRw3Y"))
