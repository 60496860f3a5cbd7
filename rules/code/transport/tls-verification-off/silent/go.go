package main

import (
	"net/http"

	"github.com/openai/openai-go/v2"
	"github.com/openai/openai-go/v2/option"
)

var web = &http.Client{}
var client = openai.NewClient(option.WithHTTPClient(web))
