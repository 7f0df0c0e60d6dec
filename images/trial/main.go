// Command trial runs the commands that it reads and tells how each ended. It is
// put into a container, so that a thousand starts of a JVM need one container.
//
//	trial <runs >results      JSON lines, a Run each, and a Result each
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Run is a command with what is added to the environment and with a file that
// is there while it runs.
type Run struct {
	Argv     []string
	Env      []string
	File     string // a path, or none
	FileText string
}

// Result is how a command ended: its exit code, -1 for a signal or a time-out,
// and what it printed on both streams.
type Result struct {
	Code   int
	Output string
}

// patience is how long a start may take.
const patience = time.Minute

func main() {
	if err := runAll(); err != nil {
		fmt.Fprintln(os.Stderr, "trial:", err)
		os.Exit(1)
	}
}

func runAll() error {
	runs := json.NewDecoder(bufio.NewReader(os.Stdin))
	results := json.NewEncoder(os.Stdout)
	for runs.More() {
		var r Run
		if err := runs.Decode(&r); err != nil {
			return err
		}
		result, err := r.do()
		if err != nil {
			return err
		}
		if err := results.Encode(result); err != nil {
			return err
		}
	}
	return nil
}

// do runs it in a folder of its own.
func (r Run) do() (Result, error) {
	dir, err := os.MkdirTemp("", "trial-")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(dir)
	if err := os.Mkdir(filepath.Join(dir, "logs"), 0o755); err != nil {
		return Result{}, err
	}
	if r.File != "" {
		if err := os.WriteFile(r.File, []byte(r.FileText), 0o644); err != nil {
			return Result{}, err
		}
		defer os.Remove(r.File)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.Argv[0], r.Argv[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), r.Env...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); cmd.ProcessState == nil { // otherwise its end is in the state
		return Result{}, err
	}
	return Result{cmd.ProcessState.ExitCode(), output.String()}, nil
}
