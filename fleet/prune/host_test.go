package prune

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Containers' ids, whole.
var (
	running = id('a')
	gone    = id('b')
	gone2   = id('c')
	gone3   = id('d')
)

func id(digit byte) string   { return strings.Repeat(string(digit)+"0123", 13)[:wholeID] }
func short(id string) string { return id[:shortID] }

// What is made now is old when it is judged, two days from now: nobody can set a
// file's time of change to the past.
const passed = 48 * time.Hour

// needRoot skips a test where somebody else runs it.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("CI must run this as root")
	}
	t.Skip("needs root")
}

// host is a file system with logs in it, and a daemon.
type host struct {
	t       *testing.T
	root    string // var/log and outside
	answers []answer
	asked   int
	busy    bool // something happens meanwhile
	pruner  Pruner
	found   []Finding
	now     time.Time
}

// answer is one of the daemon's.
type answer struct {
	ids      []string
	err      error
	identity string
	meantime func() // what happens before it
}

func newHost(t *testing.T) *host {
	h := &host{t: t, root: t.TempDir(), now: time.Now().Add(passed), pruner: New(), answers: []answer{{ids: []string{running}}}}
	h.pruner.Daemon = h
	h.pruner.Report = func(f Finding) { h.found = append(h.found, f) }
	h.pruner.Now = func() time.Time { return h.now }
	h.pruner.Rules = []Rule{{Kind: "logs", Patterns: []Pattern{h.pattern("var/log/*/*/containers/ID")}, MinAge: 24 * time.Hour, KeepBytes: -1}}
	h.file("outside/precious", "gold")
	h.file("var/log/messages", "host")
	h.file("var/log/acme/web/messages", "host")
	h.file("outside/containers/"+short(gone)+"/precious", "gold")
	return h
}

func (h *host) pattern(text string) Pattern {
	h.t.Helper()
	p, err := ParsePattern(h.path(text))
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *host) path(name string) string { return filepath.Join(h.root, name) }

// logs are those of a container of the service web.
func (h *host) logs(name string) string {
	folder := "var/log/acme/web/containers/" + name
	h.file(folder+"/service.log", "a line\n")
	return folder
}

func (h *host) file(name, text string) string {
	h.t.Helper()
	h.must(os.MkdirAll(filepath.Dir(h.path(name)), 0o755))
	h.must(os.WriteFile(h.path(name), []byte(text), 0o644))
	return name
}

func (h *host) link(to, name string) {
	h.t.Helper()
	h.must(os.MkdirAll(filepath.Dir(h.path(name)), 0o755))
	h.must(os.Symlink(to, h.path(name)))
}

// touch makes it a file's last change so long before the host's now.
func (h *host) touch(name string, ago time.Duration) {
	h.t.Helper()
	h.must(os.Chtimes(h.path(name), time.Time{}, h.now.Add(-ago)))
}

func (h *host) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// Identity counts as the question: an answer is both.
func (h *host) Identity(context.Context) (string, error) {
	a := h.answers[min(h.asked, len(h.answers)-1)]
	h.asked++
	if a.meantime != nil {
		a.meantime()
	}
	return a.identity, nil
}

func (h *host) IDs(context.Context) ([]string, error) {
	a := h.answers[min(h.asked, len(h.answers))-1]
	return a.ids, a.err
}

// snapshot is all there is, by its path, with a hash of what it holds.
func (h *host) snapshot() map[string]string {
	h.t.Helper()
	all := map[string]string{}
	h.must(filepath.WalkDir(h.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(h.root, path)
		all[name] = entry.Type().String()
		switch {
		case entry.Type() == fs.ModeSymlink:
			to, err := os.Readlink(path)
			all[name] += to
			return err
		case entry.Type().IsRegular():
			text, err := os.ReadFile(path)
			all[name] += fmt.Sprintf("%x", sha256.Sum256(text))
			return err
		}
		return nil
	}))
	return all
}

// check holds a run against what was to go. All else has to be as it was.
func (h *host) check(before map[string]string, wantGone []string) {
	h.t.Helper()
	want := maps.Clone(before)
	maps.DeleteFunc(want, func(name, _ string) bool {
		return slices.ContainsFunc(wantGone, func(gone string) bool { return name == gone || strings.HasPrefix(name, gone+"/") })
	})
	got := h.snapshot()
	for name, what := range want {
		if got[name] != what {
			h.t.Errorf("%q was %s and is %s", name, what, got[name])
		}
	}
	for name := range got {
		if _, is := want[name]; !is {
			h.t.Errorf("%q is there", name)
		}
	}
}

// outcomes are what was told, in words, in order of the names.
func (h *host) outcomes() []string {
	var all []string
	for _, f := range h.found {
		name, _ := filepath.Rel(h.root, f.Path)
		told := fmt.Sprintf("%s %s", f.Outcome, name)
		if f.Err != nil {
			told += ": " + f.Err.Error()
		}
		if f.Reason != "" {
			told += ": " + string(f.Reason)
		}
		all = append(all, told)
	}
	slices.Sort(all)
	return all
}

// meantime is what happens between looking at folders and removing them.
func (h *host) meantime(do func()) {
	h.busy = true
	h.answers = append(h.answers, answer{ids: []string{running}, meantime: do})
}

// on puts all folders onto another kind of file system.
func (h *host) on(magic uint32) {
	h.pruner.fileSystem = func(*folder) (uint32, error) { return magic, nil }
}

// mount mounts something, for this test's thread only.
func (h *host) mount(what, on, kind string, flags uintptr) {
	h.t.Helper()
	runtime.LockOSThread() // and never unlocked: the thread ends with the test
	h.must(unix.Unshare(unix.CLONE_NEWNS))
	h.must(unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
	h.must(unix.Mount(what, h.path(on), kind, flags, ""))
	h.t.Cleanup(func() { h.must(unix.Unmount(h.path(on), unix.MNT_DETACH)) })
}

// immutable is a file that not even root can remove.
func (h *host) immutable(name string) {
	h.t.Helper()
	file, err := os.Open(h.path(name))
	h.must(err)
	const fsImmutable = 0x10 // FS_IMMUTABLE_FL
	fd := int(file.Fd())
	flags, err := unix.IoctlGetInt(fd, unix.FS_IOC_GETFLAGS)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.FS_IOC_SETFLAGS, flags|fsImmutable)
	}
	if err != nil {
		h.t.Skipf("this file system has no immutable files: %v", err)
	}
	h.t.Cleanup(func() { h.must(errors.Join(unix.IoctlSetPointerInt(fd, unix.FS_IOC_SETFLAGS, flags), file.Close())) })
}

// dryRun has to leave all as it is. It gives what it told.
func (h *host) dryRun(before map[string]string) []string {
	h.t.Helper()
	h.pruner.DryRun = true
	_, _ = h.pruner.Run(h.t.Context())
	h.check(before, nil)
	told := h.outcomes()
	h.asked, h.found, h.pruner.DryRun = 0, nil, false
	return told
}

func (h *host) checkEnd(err error, want string) {
	h.t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		h.t.Errorf("ended with %v, want %q", err, want)
	}
}

var errDown = errors.New("the daemon is down")
