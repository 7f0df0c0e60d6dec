package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jvm-entrypoint/fleet/prune"
)

// quiet is a daemon that tells of no removal. It counts how often it is asked.
type quiet struct {
	err   error
	asked int
}

func (q *quiet) Identity(context.Context) (string, error) {
	q.asked++
	return "", q.err
}

func (q *quiet) IDs(context.Context) ([]string, error) {
	return []string{strings.Repeat("a", 64)}, nil
}

func (q *quiet) Removals(context.Context) (<-chan struct{}, <-chan error, error) {
	return make(chan struct{}), make(chan error), nil
}

// A watch hurries where a run ended early, and not for ever because of one folder.
func TestPruneWatchHurries(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		logs string
		err  error
		runs int
	}{
		"all is well":                   {"off", nil, 3},
		"a folder can't be looked into": {file + "/ID", nil, 3},
		"the daemon does not answer":    {"off", errors.New("down"), 150},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				command := pruneCommand{Logs: []string{c.logs}, Dumps: []string{"off"}, KeepBytes: -1, DumpKeepBytes: -1, Every: time.Hour}
				p, daemon := prune.New(), &quiet{err: c.err}
				var err error
				if p.Rules, err = command.rules(); err != nil {
					t.Fatal(err)
				}
				out := &pruneOutput{std: streams{nil, io.Discard, io.Discard}}
				p.Daemon, p.Report = daemon, out.finding
				ctx, cancel := context.WithTimeout(t.Context(), 150*time.Minute-time.Second)
				defer cancel()
				command.watch(ctx, daemon, p, out)
				if daemon.asked != c.runs {
					t.Errorf("%d runs, want %d", daemon.asked, c.runs)
				}
			})
		})
	}
}
