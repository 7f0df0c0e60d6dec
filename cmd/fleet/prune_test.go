package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	"jvm-entrypoint/fleet/prune"
)

// hold holds a lock until release, or the script's end.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hold FILE")
	}
	lock, err := prune.Lock(ts.MkAbs(args[0]))
	ts.Check(err)
	holders.Store(ts, lock)
	ts.Defer(func() { lock.Close() })
}

// holders are the scripts' locks.
var holders sync.Map

func release(ts *testscript.TestScript, neg bool, args []string) {
	lock, found := holders.LoadAndDelete(ts)
	if neg || len(args) != 0 || !found {
		ts.Fatalf("usage: release, after hold FILE")
	}
	ts.Check(lock.(*os.File).Close())
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]bytes{"none": -1, "0": 0, "7": 7, "1k": 1 << 10, "512m": 512 << 20, "20g": 20 << 30, "20G": 20 << 30, "3t": 3 << 40} {
		var got bytes
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s is %d (%v)", text, got, err)
		}
	}
	for _, text := range []string{"", "k", "-1", "1.5g", "20q", "20gb", "1 g", "9000000t", "99999999999999999999"} {
		var got bytes
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
	for size, want := range map[bytes]string{0: "0 bytes", 1023: "1023 bytes", 1024: "1.0 KiB", 1536: "1.5 KiB", 20 << 30: "20.0 GiB", 5 << 40: "5.0 TiB", 5 << 50: "5120.0 TiB"} {
		if got := size.String(); got != want {
			t.Errorf("%d is %s", int64(size), got)
		}
	}
}

// Each flag that allows something allows that, and nothing else.
func TestPruneAllowances(t *testing.T) {
	for flag, want := range map[string]string{
		"--kept":          "false false false false",
		"--allow-empty":   "true false false false",
		"--network-root":  "false true false false",
		"--dry-run":       "false false true false",
		"--remote-daemon": "false false false true",
	} {
		var all commands
		if _, err := kong.Must(&all, kong.Vars{"version": ""}).Parse([]string{"prune", flag}); err != nil {
			t.Fatal(err)
		}
		t.Setenv("DOCKER_HOST", "tcp://build-box:2375")
		daemon, err := all.Prune.daemon()
		if err == nil {
			daemon.Close()
		}
		p := all.Prune.pruner()
		if got := fmt.Sprint(p.AllowEmpty, p.NetworkRoots, p.DryRun, err == nil); got != want {
			t.Errorf("%s: %s, want %s", flag, got, want)
		}
	}
}

// docs/prune.md tells of every flag.
func TestPruneDocument(t *testing.T) {
	document, err := os.ReadFile("../../docs/prune.md")
	if err != nil {
		t.Fatal(err)
	}
	var help strings.Builder
	run([]string{"prune", "--help"}, streams{nil, &help, &help})
	flags := regexp.MustCompile(`(?m)^ +(?:-h, )?(--[a-z-]+)`).FindAllStringSubmatch(help.String(), -1)
	if len(flags) < 15 {
		t.Fatalf("%d flags in\n%s", len(flags), &help)
	}
	for _, flag := range flags {
		if name := flag[1]; name != "--help" && name != "--version" && !strings.Contains(string(document), "`"+name) {
			t.Errorf("%s is not in docs/prune.md", name)
		}
	}
}
