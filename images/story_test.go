package images

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The commands of the stories, beside testscript's own. Those that are programs, run by exec, are in programs_test.go.

// patience is how long a story waits for what must happen; only a failure takes that long.
const patience = 60 * time.Second

var solitude sync.Mutex

// alone lets no other story that says so run until this one has ended: for addresses that the machine has once.
func alone(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 0, "alone")
	solitude.Lock()
	ts.Defer(solitude.Unlock)
}

var containerID = regexp.MustCompile(`(?m)^[0-9a-f]{64}$`)

// container VARIABLE ARGUMENT... starts `docker run --detach ARGUMENT...`; VARIABLE is its id as `docker ps` prints it.
func container(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "container VARIABLE ARGUMENT...")
	out, err := output(ts, "docker", append([]string{"run", "--detach", "--label", label}, args[1:]...)...)
	if err != nil {
		ts.Fatalf("docker run: %v\n%s", err, out)
	}
	id := containerID.FindString(out) // docker may complain beside it, and go on
	if id == "" {
		ts.Fatalf("docker run printed no id:\n%s", out)
	}
	id = id[:12]
	ts.Setenv(args[0], id)
	ts.Defer(func() {
		if failed := ts.Value("failed").(func() bool); failed() {
			logs, _ := output(ts, "docker", "logs", id)
			ts.Logf("[%s, container %s]\n%s", args[0], id, logs)
		}
		output(ts, "docker", "rm", "--force", "--volumes", id)
	})
}

// network VARIABLE OPTION... creates a bridge; VARIABLE is its id.
func network(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 0, "network VARIABLE OPTION...")
	name := fmt.Sprintf("jvm-entrypoint-test-%d", time.Now().UnixNano())
	out, err := output(ts, "docker", append([]string{"network", "create", "--label", label, name}, args[1:]...)...)
	if err != nil {
		ts.Fatalf("docker network create: %v\n%s", err, out)
	}
	ts.Setenv(args[0], name)
	ts.Defer(func() { output(ts, "docker", "network", "rm", name) })
}

// set VARIABLE COMMAND... keeps what a program prints.
func set(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "set VARIABLE COMMAND...")
	out, err := output(ts, args[1], args[2:]...)
	if err != nil {
		ts.Fatalf("%v\n%s", err, out)
	}
	ts.Setenv(args[0], strings.TrimSpace(out))
}

// waitfor PATTERN COMMAND... runs a program until it succeeds and its output matches, which stdout then checks.
func waitfor(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "waitfor PATTERN COMMAND...")
	pattern := compile(ts, args[0])
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		out, err := output(ts, args[1], args[2:]...)
		if err == nil && pattern.MatchString(out) {
			fmt.Fprint(ts.Stdout(), out)
			return
		}
		if time.Since(start) > patience {
			ts.Fatalf("not within %v: %v\n%s", patience, err, out)
		}
	}
}

// within DURATION COMMAND... fails if the program does or takes longer.
func within(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "within DURATION COMMAND...")
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	start := time.Now()
	out, err := output(ts, args[1], args[2:]...)
	took := time.Since(start)
	fmt.Fprint(ts.Stdout(), out)
	if err != nil || took > limit {
		ts.Fatalf("after %v: %v", took, err)
	}
}

// logged DURATION CONTAINER PATTERN: the container wrote a line that matches within that time of its start.
func logged(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 3, "logged DURATION CONTAINER PATTERN")
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	pattern := compile(ts, args[2])
	out, err := output(ts, "docker", "inspect", "--format", "{{.State.StartedAt}}", args[1])
	ts.Check(err)
	started, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(out))
	ts.Check(err)
	out, err = output(ts, "docker", "logs", "--timestamps", args[1])
	ts.Check(err)
	for line := range strings.Lines(out) {
		stamp, text, _ := strings.Cut(line, " ")
		if !pattern.MatchString(text) {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, stamp)
		ts.Check(err)
		if took := at.Sub(started); took > limit {
			ts.Fatalf("%v after the start: %s", took, text)
		}
		return
	}
	ts.Fatalf("no such line in\n%s", out)
}

func usage(ts *testscript.TestScript, ok bool, form string) {
	if !ok {
		ts.Fatalf("usage: %s", form)
	}
}

func compile(ts *testscript.TestScript, pattern string) *regexp.Regexp {
	compiled, err := regexp.Compile("(?m)" + pattern)
	ts.Check(err)
	return compiled
}

// output is what a program prints on both streams.
func output(ts *testscript.TestScript, name string, args ...string) (string, error) {
	var out bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}
