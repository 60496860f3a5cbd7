// Verifiers that others wrote, as one program that exits non-zero when they do not accept: Tessera's fsck, the checksum
// database's tlog and note packages, torchwood's receipt check, and a real witness (litewitness) with a key in memory.
package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"filippo.io/torchwood"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"k8s.io/klog/v2"
	_ "modernc.org/sqlite"
)

var commands = map[string]func(args []string) error{
	"fsck":    runFsck,
	"tlog":    runTlog,
	"receipt": runReceipt,
	"witness": runWitness,
}

func main() {
	klog.InitFlags(nil)
	_ = flag.Set("logtostderr", "false")
	_ = flag.Set("stderrthreshold", "FATAL")
	command, ok := commands[os.Args[1]]
	if !ok {
		fmt.Fprintln(os.Stderr, "unknown command")
		os.Exit(2)
	}
	if err := command(os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// fsck <dir> <vkey>: the whole log. The command of this name exits with 0 whatever it finds; the package tells.
func runFsck(args []string) error {
	verifier, err := note.NewVerifier(args[1])
	if err != nil {
		return err
	}
	hashes := func(bundle []byte) ([][]byte, error) {
		entries := api.EntryBundle{}
		if err := entries.UnmarshalText(bundle); err != nil {
			return nil, err
		}
		leaves := make([][]byte, 0, len(entries.Entries))
		for _, entry := range entries.Entries {
			leaves = append(leaves, rfc6962.DefaultHasher.HashLeaf(entry))
		}
		return leaves, nil
	}
	// A worker ends at its first mismatch, and with all of them gone the check hangs: more workers than a test changes files.
	check := fsck.New(verifier.Name(), verifier, &client.FileFetcher{Root: args[0]}, hashes, fsck.Opts{N: 64})
	return check.Check(context.Background())
}

type tileFiles struct{ dir string }

func (tileFiles) Height() int                     { return torchwood.TileHeight }
func (tileFiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tileFiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if data[i], err = os.ReadFile(filepath.Join(t.dir, torchwood.TilePath(tile))); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// What demarc/ledger proved about a log: hashes in base64.
type proofs struct {
	Inclusion []struct {
		Index, Size int64
		Leaf, Root  []byte
		Hashes      [][]byte
	}
	Consistency []struct {
		Old, Size     int64
		OldRoot, Root []byte
		Hashes        [][]byte
	}
}

func hash(b []byte) (h tlog.Hash) { copy(h[:], b); return }
func hashes(list [][]byte) (all []tlog.Hash) {
	for _, b := range list {
		all = append(all, hash(b))
	}
	return
}

// tlog <dir> <vkey> <proofs.json>: the checkpoint, our proofs, and the ones made here from our tiles.
func runTlog(args []string) error {
	verifier, err := note.NewVerifier(args[1])
	if err != nil {
		return err
	}
	signed, err := os.ReadFile(filepath.Join(args[0], "checkpoint"))
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return err
	}
	checkpoint, err := torchwood.ParseCheckpoint(opened.Text)
	if err != nil {
		return err
	}
	if checkpoint.N == 0 {
		if checkpoint.Hash != hash(rfc6962.DefaultHasher.EmptyRoot()) {
			return errors.New("not the root of the empty tree")
		}
		return nil
	}
	reader := tlog.TileHashReader(checkpoint.Tree, tileFiles{args[0]})
	if root, err := tlog.TreeHash(checkpoint.N, reader); err != nil || root != checkpoint.Hash {
		return fmt.Errorf("root %v, checkpoint %v: %v", root, checkpoint.Hash, err)
	}
	data, err := os.ReadFile(args[2])
	if err != nil {
		return err
	}
	var ours proofs
	if err := json.Unmarshal(data, &ours); err != nil {
		return err
	}
	for _, p := range ours.Inclusion {
		theirs, err := tlog.ProveRecord(p.Size, p.Index, reader)
		if err != nil || fmt.Sprint([]tlog.Hash(theirs)) != fmt.Sprint(hashes(p.Hashes)) {
			return fmt.Errorf("another inclusion proof of %d in %d: %v", p.Index, p.Size, err)
		}
		if err := tlog.CheckRecord(hashes(p.Hashes), p.Size, hash(p.Root), p.Index, hash(p.Leaf)); err != nil {
			return fmt.Errorf("inclusion of %d in %d: %w", p.Index, p.Size, err)
		}
	}
	for _, p := range ours.Consistency {
		theirs, err := tlog.ProveTree(p.Size, p.Old, reader)
		if err != nil || fmt.Sprint([]tlog.Hash(theirs)) != fmt.Sprint(hashes(p.Hashes)) {
			return fmt.Errorf("another consistency proof of %d in %d: %v", p.Old, p.Size, err)
		}
		if err := tlog.CheckTree(hashes(p.Hashes), p.Size, hash(p.Root), p.Old, hash(p.OldRoot)); err != nil {
			return fmt.Errorf("consistency of %d in %d: %w", p.Old, p.Size, err)
		}
	}
	fmt.Printf("size %d: %d inclusion and %d consistency proofs\n", checkpoint.N, len(ours.Inclusion), len(ours.Consistency))
	return nil
}

// receipt <policy> <entry> <receipt>
func runReceipt(args []string) error {
	var files [3][]byte
	for i, path := range args {
		var err error
		if files[i], err = os.ReadFile(path); err != nil {
			return err
		}
	}
	policy, err := torchwood.ParsePolicy(files[0])
	if err != nil {
		return err
	}
	return torchwood.VerifyProof(policy, tlog.RecordHash(files[1]), files[2])
}

// witness <litewitness> <folder> <address> <vkey of the log>: runs litewitness until standard input ends. Its key comes
// from an ssh-agent that lives in this process; the log is entered as witnessctl does.
func runWitness(args []string) error {
	binary, folder, address, vkey := args[0], args[1], args[2], args[3]
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	keyring := agent.NewKeyring()
	if err := keyring.Add(agent.AddedKey{PrivateKey: private}); err != nil {
		return err
	}
	socket := filepath.Join(folder, "agent")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(keyring, conn) }()
		}
	}()
	public, err := ssh.NewPublicKey(private.Public())
	if err != nil {
		return err
	}
	signer, err := torchwood.NewCosignatureSigner("witness.example/w", private)
	if err != nil {
		return err
	}
	db := filepath.Join(folder, "litewitness.db")
	if err := enterLog(db, vkey); err != nil {
		return err
	}
	witness := exec.Command(binary, "-db", db, "-name", "witness.example/w", "-ssh-agent", socket,
		"-key", ssh.FingerprintSHA256(public), "-listen", address)
	witness.Stderr = os.Stderr
	if err := witness.Start(); err != nil {
		return err
	}
	fmt.Println(signer.Verifier().String())
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = witness.Process.Signal(os.Interrupt)
	return witness.Wait()
}

func enterLog(path, vkey string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close()
	origin, _, _ := strings.Cut(vkey, "+")
	root := hash(rfc6962.DefaultHasher.EmptyRoot())
	for _, statement := range []struct {
		text string
		args []any
	}{
		{"CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL)", nil},
		{"CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin))", nil},
		{"INSERT INTO log VALUES (?, 0, ?)", []any{origin, root.String()}},
		{"INSERT INTO key VALUES (?, ?)", []any{origin, vkey}},
	} {
		if _, err := db.Exec(statement.text, statement.args...); err != nil {
			return err
		}
	}
	return nil
}
