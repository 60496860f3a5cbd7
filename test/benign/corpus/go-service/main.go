package main

import (
	"context"
	"net/http"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/responses"
)

var client = openai.NewClient()

func summarise(w http.ResponseWriter, r *http.Request) {
	resp, err := client.Responses.New(context.Background(), responses.ResponseNewParams{
		Model:           openai.ChatModelGPT4o,
		Store:           openai.Bool(false),
		MaxOutputTokens: openai.Int(400),
		Input:           responses.ResponseNewParamsInputUnion{OfString: openai.String(r.FormValue("text"))},
	})
	if err != nil {
		http.Error(w, "unavailable", http.StatusBadGateway)
		return
	}
	_, _ = w.Write([]byte(resp.OutputText()))
}

func main() {
	mux := http.NewServeMux()
	mux.Handle("POST /summarise", requireUser(http.HandlerFunc(summarise)))
	_ = http.ListenAndServe(":8080", mux)
}
