package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"jvm-entrypoint/fleet/docker/dockertest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fleet": main})
}

// TestScripts runs what docs/fleet.md promises, one file each. In every script:
//
//	daemon FILE      starts a Docker daemon whose containers are in a file, as JSON;
//	                 DOCKER_HOST names it
//	hold FILE        locks a file as a fleet that prunes does, until release
//	exits N COMMAND  runs a command that must end with exit code N
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			// Never the machine's own.
			env.Setenv("DOCKER_HOST", "unix://"+env.WorkDir+"/none.sock")
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"daemon":  daemon,
			"exits":   exits,
			"hold":    hold,
			"release": release,
		},
	})
}

func daemon(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: daemon FILE")
	}
	var containers []dockertest.Container
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &containers))
	stand := &dockertest.Daemon{Name: "box"}
	stand.Set(containers)
	socket := ts.MkAbs(args[0] + ".sock")
	ts.Check(stand.Start(socket))
	ts.Defer(func() { stand.Close() })
	ts.Setenv("DOCKER_HOST", "unix://"+socket)
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	var ended *exec.ExitError
	code := 0
	if errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// The entrypoint has nothing of fleet's in it, nor of the libraries that only
// fleet needs: it would grow by them.
func TestEntrypointIsFreeOfFleet(t *testing.T) {
	dependencies := func(of string) []string {
		out, err := exec.Command("go", "list", "-deps", of).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(string(out))
	}
	foreign := func(name string) bool {
		return strings.HasPrefix(name, "jvm-entrypoint/fleet") ||
			slices.ContainsFunc([]string{"moby", "docker", "/kong", "opentelemetry", "/service/"}, func(part string) bool { return strings.Contains(name, part) })
	}
	if slices.ContainsFunc(dependencies("jvm-entrypoint/cmd/entrypoint"), foreign) {
		t.Errorf("the entrypoint depends on %q", slices.DeleteFunc(dependencies("jvm-entrypoint/cmd/entrypoint"), func(name string) bool { return !foreign(name) }))
	}
	if !slices.ContainsFunc(dependencies("jvm-entrypoint/cmd/fleet"), foreign) {
		t.Error("fleet depends on nothing of its own: the test looks for the wrong names")
	}
	for _, name := range dependencies("jvm-entrypoint/cmd/fleet") {
		if strings.HasPrefix(name, "jvm-entrypoint/launcher") {
			t.Errorf("fleet depends on %s", name)
		}
	}
}
