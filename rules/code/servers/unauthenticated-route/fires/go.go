package main

import (
	"context"
	"net/http"

	"github.com/openai/openai-go/v3"
)

var client = openai.NewClient()

func ask(w http.ResponseWriter, r *http.Request) {
	answer, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model:    openai.ChatModelGPT4o,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(r.FormValue("text"))},
	})
	if err != nil {
		http.Error(w, "unavailable", http.StatusBadGateway)
		return
	}
	_, _ = w.Write([]byte(answer.Choices[0].Message.Content))
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /ask", ask)
	_ = http.ListenAndServe(":8080", mux)
}
