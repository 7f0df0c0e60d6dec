package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

const (
	faultBudget = 500 * time.Millisecond // ENTRYPOINT_HOST_IP_TIMEOUT where a row has no other
	grace       = 10 * time.Millisecond  // beyond the budget and a start's own cost
	peakLimit   = 30 << 10               // KiB
	lineLimit   = 250                    // bytes
)

// bench starts the shipped binary in an environment of which nothing is the
// machine's.
type bench struct {
	meter, entrypoint string
	environ           []string
}

// measured is what one start gave and cost.
type measured struct {
	Took    time.Duration
	PeakKiB int64
	Plan    plan
	Shown   string // all that anybody can read of it
}

// plan is what the matrices look at of a dry run's JSON.
type plan struct {
	Facts       map[string]fact
	ECSSiblings []struct{ Name string }
	Memory      struct{ Limit int }
	Warnings    []string
}

type fact struct {
	Value          json.RawMessage
	Source, Reason string
}

// text is the value as in JSON, but a text without its quotes; null where it
// is not known.
func (f fact) text() string { return strings.Trim(string(f.Value), `"`) }

// meterSource is a program between the test and what it measures. The kernel
// counts a parent's memory to its child until the child's exec, and a test's
// with the race detector is more than the limit.
const meterSource = `package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"syscall"
	"time"
)

func main() {
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, os.Args[1], os.Args[2:]...)
	cmd.Stderr = os.Stderr
	began := time.Now()
	plan, err := cmd.Output()
	took := time.Since(began)
	if err != nil {
		panic(err)
	}
	peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	json.NewEncoder(os.Stdout).Encode(map[string]any{"Took": took, "PeakKiB": peak, "Plan": json.RawMessage(plan)})
}
`

func newBench(t *testing.T) bench {
	dir := t.TempDir()
	java, err := exec.LookPath("true") // nobody starts it
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		os.MkdirAll(filepath.Join(dir, "jdk/bin"), 0o755),
		os.Symlink(java, filepath.Join(dir, "jdk/bin/java")),
		os.WriteFile(filepath.Join(dir, "jdk/release"), []byte("JAVA_VERSION=\"17.0.1\"\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "app.jar"), []byte("PK\x03\x04"), 0o644),
		os.WriteFile(filepath.Join(dir, "meter.go"), []byte(meterSource), 0o644),
	); err != nil {
		t.Fatal(err)
	}
	return bench{
		meter:      buildStatic(t, filepath.Join(dir, "meter"), filepath.Join(dir, "meter.go")),
		entrypoint: buildStatic(t, filepath.Join(dir, "entrypoint"), "."),
		environ: []string{
			"PATH=/usr/bin:/bin", "JAVA_HOME=" + dir + "/jdk", "BIN_JAR=" + dir + "/app.jar",
			"JVM_LOG_ROOT=" + dir + "/log", "JVM_HEAP_DUMP_ROOT=" + dir + "/dumps", "JMXMP=off",
		},
	}
}

// buildStatic builds as README.md says.
func buildStatic(t *testing.T, to, source string) string {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", to, source)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, output)
	}
	return to
}

// start makes the plan of a start in the calling thread's network.
func (b bench) start(t *testing.T, environ ...string) measured {
	cmd := exec.Command(b.meter, b.entrypoint, "--dry-run=json")
	cmd.Env = slices.Concat(b.environ, environ)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	m := measured{Shown: string(output) + stderr.String()}
	if err := json.Unmarshal(output, &m); err != nil {
		t.Fatalf("%v in %s", err, output)
	}
	return m
}

// cost is what a start takes that asks nobody, on this machine as busy as it
// is now.
func (b bench) cost(t *testing.T) time.Duration {
	var took []time.Duration
	for range 5 {
		took = append(took, b.start(t, "HOST_IP="+address).Took)
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// hold makes starts and checks each, another where it took too long: a busy
// machine can delay anybody, but all else must be right each time.
func (b bench) hold(t *testing.T, budget time.Duration, environ []string, check func(measured)) {
	budget = cmp.Or(budget, faultBudget)
	limit := b.cost(t) + budget + grace
	environ = append(environ, "ENTRYPOINT_HOST_IP_TIMEOUT="+budget.String())
	best := time.Duration(0)
	for try := 0; try < 6 && (try == 0 || best > limit) && !t.Failed(); try++ {
		got := b.start(t, environ...)
		t.Logf("%6.1f ms of %6.1f  %4.1f MB  %s", milliseconds(got.Took), milliseconds(limit),
			float64(got.PeakKiB)/1024, strings.Join(got.Plan.Warnings, " | "))
		check(got)
		got.checkLines(t)
		if got.PeakKiB > peakLimit {
			t.Errorf("%d KiB of memory, want at most %d", got.PeakKiB, peakLimit)
		}
		if try == 0 || got.Took < best {
			best = got.Took
		}
	}
	if best > limit {
		t.Errorf("took %v at best, want at most %v", best, limit)
	}
}

// checkLines holds for every start: what is not known has a reason, and text
// from outside neither forges a line of the log nor fills it.
func (m measured) checkLines(t *testing.T) {
	lines := slices.Clone(m.Plan.Warnings)
	for name, fact := range m.Plan.Facts {
		if fact.text() == "null" && fact.Reason == "" {
			t.Errorf("%s is not known, without a reason", name)
		}
		lines = append(lines, fact.Reason)
	}
	slices.Sort(lines)
	for _, line := range slices.Compact(lines) {
		if len(line) > lineLimit || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("not a line for a log: %q", line)
		}
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
