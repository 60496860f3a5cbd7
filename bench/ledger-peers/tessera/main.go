// Measures Tessera's POSIX log with the same caller pattern as bench/ledger.ts: so many callers, each of which hands in one
// entry and waits until it is durable. Prints one JSON object.
package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	dir := flag.String("dir", "", "folder of the log")
	entries := flag.Int64("entries", 100_000, "entries in all")
	size := flag.Int("bytes", 1024, "bytes of an entry")
	callers := flag.Int("callers", 1024, "callers that wait at the same time")
	batch := flag.Uint("batch", 1024, "entries sequenced at once, at most")
	batchAge := flag.Duration("batch-age", 5*time.Millisecond, "how long a batch waits for more")
	flag.Parse()

	private, _, err := note.GenerateKey(rand.Reader, "bench.example/tessera")
	check(err)
	signer, err := note.NewSigner(private)
	check(err)
	ctx := context.Background()
	driver, err := posix.New(ctx, posix.Config{Path: *dir})
	check(err)
	appender, shutdown, _, err := tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithCheckpointInterval(time.Second).
		WithBatching(*batch, *batchAge).
		WithPushback(uint(2**callers)))
	check(err)

	var next atomic.Int64
	var failed atomic.Int64
	var wait sync.WaitGroup
	started := time.Now()
	for range *callers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			data := make([]byte, *size)
			_, _ = rand.Read(data)
			for number := next.Add(1); number <= *entries; number = next.Add(1) {
				binary.LittleEndian.PutUint64(data, uint64(number))
				if _, err := appender.Add(ctx, tessera.NewEntry(data))(); err != nil {
					failed.Add(1)
				}
			}
		}()
	}
	wait.Wait()
	seconds := time.Since(started).Seconds()
	check(shutdown(ctx))
	check(json.NewEncoder(os.Stdout).Encode(map[string]any{"entries": *entries, "failed": failed.Load(), "seconds": seconds}))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
