package main

import (
	"context"
	"os/exec"

	"github.com/openai/openai-go/v2"
)

func act(ctx context.Context, client openai.Client, params openai.ChatCompletionNewParams, db *sql.DB) error {
	answer, err := client.Chat.Completions.New(ctx, params)
	if err != nil {
		return err
	}
	text := answer.Choices[0].Message.Content
	return exec.Command("sh", "-c", text).Run()
}
