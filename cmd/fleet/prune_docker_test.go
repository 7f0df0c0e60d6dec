package main

import (
	"archive/tar"
	stdbytes "bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"jvm-entrypoint/fleet/docker"
	"jvm-entrypoint/fleet/prune"
)

// service is what a container of these tests runs: it makes its log folder, as the
// entrypoint does, and stays.
const service = `package main

import (
	"os"
	"time"
)

func main() {
	name, _ := os.Hostname() // its short id
	if os.MkdirAll("/var/log/"+name, 0o755) != nil || os.WriteFile("/var/log/"+name+"/service.log", []byte("started\n"), 0o644) != nil {
		os.Exit(1)
	}
	if len(os.Args) == 1 {
		time.Sleep(time.Hour)
	}
}
`

// dockerHost is a real Docker daemon with containers that log to a folder.
type dockerHost struct {
	t     *testing.T
	root  string
	image string
}

func newDockerHost(t *testing.T) *dockerHost {
	if out, err := exec.Command("docker", "version").CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no Docker daemon answers: %s", out)
		}
		t.Skipf("no Docker daemon answers: %s", out)
	}
	if os.Getenv("DOCKER_HOST") == "" {
		t.Setenv("DOCKER_HOST", "unix:///var/run/docker.sock")
	}
	h := &dockerHost{t: t, root: t.TempDir(), image: fmt.Sprintf("fleet-prune-test:%d", time.Now().UnixNano())}
	h.write("service.go", service)
	build := exec.Command("go", "build", "-o", h.path("service"), h.path("service.go"))
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program, err := os.ReadFile(h.path("service"))
	if err != nil {
		t.Fatal(err)
	}
	var layer stdbytes.Buffer
	archive := tar.NewWriter(&layer)
	_ = archive.WriteHeader(&tar.Header{Name: "service", Mode: 0o755, Size: int64(len(program))})
	_, _ = archive.Write(program)
	_ = archive.Close()
	load := exec.Command("docker", "import", "--change", `ENTRYPOINT ["/service"]`, "-", h.image)
	load.Stdin = &layer
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("docker", "rmi", "-f", h.image).Run() })
	h.write("log/web/messages", "the host's")
	return h
}

func (h *dockerHost) path(name string) string { return filepath.Join(h.root, name) }

func (h *dockerHost) write(name, text string) {
	h.t.Helper()
	if err := os.MkdirAll(filepath.Dir(h.path(name)), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(h.path(name), []byte(text), 0o644); err != nil {
		h.t.Fatal(err)
	}
}

func (h *dockerHost) docker(arguments ...string) string {
	h.t.Helper()
	out, err := exec.Command("docker", arguments...).Output()
	if err != nil {
		h.t.Fatalf("docker %s: %v", strings.Join(arguments, " "), err)
	}
	return strings.TrimSpace(string(out))
}

// make makes a container, which is removed with the test, and gives its id.
func (h *dockerHost) make(how string, arguments ...string) string {
	h.t.Helper()
	more := []string{how, "--network", "none", "-v", h.path("log/web/containers") + ":/var/log", h.image}
	if how == "run" {
		more = append([]string{how, "-d"}, more[1:]...)
	}
	id := h.docker(append(more, arguments...)...)
	h.t.Cleanup(func() { _ = exec.Command("docker", "rm", "-f", id).Run() })
	return id
}

// run is a container whose log folder is there.
func (h *dockerHost) run(arguments ...string) string {
	h.t.Helper()
	id := h.make("run", arguments...)
	h.eventually("a log folder", func() bool { return h.has(id) })
	return id
}

func (h *dockerHost) has(id string) bool {
	_, err := os.Stat(h.path("log/web/containers/" + id[:12] + "/service.log"))
	return err == nil
}

func (h *dockerHost) eventually(what string, is func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("waited in vain for %s", what)
		}
	}
}

func (h *dockerHost) flags(more ...string) []string {
	return append([]string{"prune", "--logs", h.path("log/*/containers/ID"), "--dumps", "off", "--min-age", "0s", "--lock", h.path("lock")}, more...)
}

// prune runs it and gives what it printed.
func (h *dockerHost) prune(want int) (stdout, stderr string) {
	h.t.Helper()
	var out, err strings.Builder
	if code := run(h.flags(), streams{strings.NewReader(""), &out, &err}); code != want {
		h.t.Errorf("exit code %d, want %d: %s%s", code, want, &out, &err)
	}
	return out.String(), err.String()
}

// Whatever a container does, its logs stay until it is removed.
func TestPruneBesideDocker(t *testing.T) {
	h := newDockerHost(t)
	states := map[string]string{"running": h.run(), "exited": h.run("and end"), "paused": h.run(), "created": h.make("create")}
	h.docker("pause", states["paused"])
	h.docker("wait", states["exited"])
	h.write("log/web/containers/"+states["created"][:12]+"/service.log", "of its first start, which failed")
	removed := h.run()
	h.docker("rm", "-f", removed)
	for state, id := range states {
		if is := h.docker("inspect", "-f", "{{.State.Status}}", id); is != state {
			t.Errorf("the one that should be %s is %s", state, is)
		}
	}
	out, _ := h.prune(exitDone)
	if !strings.Contains(out, "removed 1 of 5 folders") || h.has(removed) {
		t.Errorf("the removed one's logs are there, or others' are gone: %s", out)
	}
	for state, id := range states {
		if !h.has(id) {
			t.Errorf("the logs of the %s one are gone", state)
		}
	}
	if _, err := os.Stat(h.path("log/web/messages")); err != nil {
		t.Error(err)
	}
}

// starting is a daemon on which something happens after its first answer.
type starting struct {
	watched
	then  func()
	asked int
}

func (s *starting) IDs(ctx context.Context) ([]string, error) {
	ids, err := s.watched.IDs(ctx)
	if s.asked++; s.asked == 1 {
		s.then()
	}
	return ids, err
}

// A container that starts between listing and deleting keeps its logs.
func TestPruneWhileAContainerStarts(t *testing.T) {
	h := newDockerHost(t)
	removed, other := h.run(), h.run()
	h.docker("rm", "-f", removed)
	daemon, err := docker.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer daemon.Close()
	started := ""
	c := pruneCommand{Logs: []string{h.path("log/*/containers/ID")}, Dumps: []string{"off"}, KeepBytes: -1, Every: time.Hour}
	p := prune.New()
	if p.Rules, err = c.rules(); err != nil {
		t.Fatal(err)
	}
	p.Daemon = &starting{watched: watched{daemon}, then: func() { started = h.run() }}
	p.Report = func(prune.Finding) {}
	sum, err := p.Run(t.Context())
	if err != nil || sum.Removed != 1 || sum.Kept[prune.OfContainer] != 2 || h.has(removed) || !h.has(started) || !h.has(other) {
		t.Errorf("%+v, %v", sum, err)
	}
}

// wire is a socket before a daemon's that lets so many bytes of answers pass.
func wire(t *testing.T, pass int64) {
	t.Helper()
	behind := strings.TrimPrefix(os.Getenv("DOCKER_HOST"), "unix://")
	folder, err := os.MkdirTemp("", "wire") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	socket := filepath.Join(folder, "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	var left atomic.Int64
	left.Store(pass)
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", behind)
			if err != nil {
				near.Close()
				return
			}
			go func() { _, _ = io.Copy(far, near) }()
			go func() {
				defer near.Close()
				defer far.Close()
				one := make([]byte, 1)
				for left.Add(-1) >= 0 {
					if _, err := io.ReadFull(far, one); err != nil {
						return
					}
					if _, err := near.Write(one); err != nil {
						return
					}
				}
			}()
		}
	}()
	t.Setenv("DOCKER_HOST", "unix://"+socket)
}

// Wherever the daemon's answers end, nothing is deleted, and it is told why.
func TestPruneWithADaemonThatBreaksOff(t *testing.T) {
	h := newDockerHost(t)
	h.run()
	removed := h.run()
	h.docker("rm", "-f", removed)
	real := os.Getenv("DOCKER_HOST")
	tried := 0
	for pass := int64(0); ; pass += 97 {
		t.Setenv("DOCKER_HOST", real)
		wire(t, pass)
		var out, stderr strings.Builder
		code := run(h.flags(), streams{strings.NewReader(""), &out, &stderr})
		if code == exitDone {
			break
		}
		tried++
		if code != exitFailed || !strings.HasPrefix(stderr.String(), "fleet: docker: ") || out.Len() > 0 || !h.has(removed) {
			t.Fatalf("cut after %d bytes: exit code %d, the logs are there: %t\n%s%s", pass, code, h.has(removed), &out, &stderr)
		}
	}
	t.Logf("cut in %d places", tried)
	if h.has(removed) || tried < 20 {
		t.Errorf("cut in %d places; the logs are there: %t", tried, h.has(removed))
	}
}

// A watch removes a container's logs when it is told of the removal, and ends well.
func TestPruneWatch(t *testing.T) {
	h := newDockerHost(t)
	first, second := h.run(), h.run()
	var out, stderr strings.Builder
	cmd := exec.Command(fleetBinary(t), h.flags("--watch")...)
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }()
	h.eventually("the lock", func() bool { _, err := os.Stat(h.path("lock")); return err == nil })
	time.Sleep(time.Second) // its first run
	h.docker("rm", "-f", first)
	h.eventually("the logs to go", func() bool { return !h.has(first) })
	if _, said := h.prune(exitFailed); !strings.Contains(said, "another fleet prune is at work") {
		t.Errorf("a second run said %s", said)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !h.has(second) || stderr.Len() > 0 || !strings.Contains(out.String(), "removed 1 of 2 folders") {
		t.Errorf("it ended with %v; the other's logs are there: %t\n%s%s", err, h.has(second), &out, &stderr)
	}
}

func fleetBinary(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "fleet")
	if out, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}
