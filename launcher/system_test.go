package launcher

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
)

// In a root that the host shares, another container may put a link where our
// folder is to be made, even after we looked.
func TestMakeFolderFollowsNoLink(t *testing.T) {
	root, elsewhere := t.TempDir(), t.TempDir()
	for name, target := range map[string]string{"away": elsewhere, "dangling": filepath.Join(elsewhere, "new"), "root": "/"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
		if made, err := makeFolder(root, name); err == nil || len(made) > 0 {
			t.Errorf("%s: made %q, %v", name, made, err)
		}
	}
	if entries, _ := os.ReadDir(elsewhere); len(entries) > 0 {
		t.Errorf("made elsewhere: %v", entries)
	}
	if err := os.WriteFile(filepath.Join(root, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := makeFolder(root, "file"); !errors.Is(err, errNoFolder) {
		t.Errorf("a file: %v", err)
	}
	resolvedRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		t.Fatal(err)
	}
	made := []string{resolvedRoot + "/new", resolvedRoot + "/new/root", resolvedRoot + "/new/root/ours"}
	if err := os.Symlink(root, filepath.Join(elsewhere, "root")); err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]string{made, nil} { // a restarted container finds its own
		if got, err := makeFolder(filepath.Join(elsewhere, "root/new/root"), "ours"); err != nil || !slices.Equal(got, want) {
			t.Errorf("ours: made %q, %v", got, err)
		}
	}
}

func TestWriteExistingMakesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "termination-log")
	if err := writeExisting(path, "why"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(path, []byte("of an earlier life"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writeExisting(path, "why"); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "why" {
		t.Errorf("got %q", text)
	}
}

// What is tried may be another user's, and could write into root's terminal: it gets none.
func TestOutputIsInASessionOfItsOwn(t *testing.T) {
	text, err := output(t.Context(), nil, "cat", "/proc/self/stat")
	if err != nil {
		t.Fatal(err)
	}
	if fields := strings.Fields(text); fields[0] != fields[5] { // process and session, by proc(5)
		t.Errorf("process %s is in session %s", fields[0], fields[5])
	}
}

// A pipe in the place of a file hangs nobody, even where it was a file when it
// was looked at.
func TestPipesDoNotHang(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error, 1)
	go func() {
		file, err := newRootFS().Open(host.InRoot(pipe)) // as behind a look that saw a file
		if err == nil {
			err = file.Close()
		}
		opened <- err
	}()
	select {
	case err := <-opened:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("to open it waits for somebody who writes")
	}
	if file, err := host.OpenFile(newRootFS(), pipe); err == nil {
		t.Errorf("%v counts as a file", file)
	}
}

// Of the files that would be used again, no more than java's own are.
func TestNotOurs(t *testing.T) {
	root := t.TempDir()
	folder := filepath.Join(root, "web")
	in := func(name string) string { return filepath.Join(folder, name) }
	write := func(file string) error { return os.WriteFile(file, nil, 0o644) }
	if err := errors.Join(
		os.Mkdir(folder, 0o755), write(root+"/elsewhere"), write(root+"/linked"),
		write(in("gc_5.log")), write(in("gc_5.log.1")), write(in("gc_50.log")),
		os.Symlink(root+"/elsewhere", in("gc_5.log.0")), os.Link(root+"/linked", in("gc_5.log.2")),
		syscall.Mkfifo(in("recording_3.jfr"), 0o644), os.Mkdir(in("gc_5.log.3"), 0o755),
		os.Symlink(root+"/elsewhere", in("gc_4.log")),
	); err != nil {
		t.Fatal(err)
	}
	want := []string{"gc_5.log.0", "gc_5.log.2", "gc_5.log.3", "recording_3.jfr"}
	sys := Real()
	if os.Getuid() == 0 {
		if err := errors.Join(write(in("gc_5.log.4")), os.Chown(in("gc_5.log.4"), 54321, 54321)); err != nil {
			t.Fatal(err)
		}
		want = slices.Insert(want, 3, "gc_5.log.4")
	}
	got := lookAtFolder(Folder(root), "web", sys).NotOurs
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A link in the place of a folder that was made saves somebody's empty folder.
func TestRemoveFolderFollowsNoLink(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		os.MkdirAll(root+"/made/web", 0o755), os.MkdirAll(root+"/theirs/web", 0o755), os.MkdirAll(root+"/used/web", 0o755),
		os.Symlink(root+"/theirs", root+"/link"),
	); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		folder    string
		isRemoved bool
	}{{"/made/web", true}, {"/made", true}, {"/link/web", false}, {"/link", false}, {"/used", false}} {
		if err := removeFolder(root + test.folder); (err == nil) != test.isRemoved {
			t.Errorf("%s: %v", test.folder, err)
		}
	}
	if _, err := os.Stat(root + "/theirs/web"); err != nil {
		t.Error(err)
	}
}

// A check leaves a folder as it was, and its time.
func TestTryFile(t *testing.T) {
	folder := t.TempDir()
	then := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(folder, then, then); err != nil {
		t.Fatal(err)
	}
	if err := tryFile(folder); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	file, err := createNameless(int(in.Fd()), folder)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.NewFile(uintptr(file), "nameless").Close(); err != nil {
		t.Fatal(err)
	}
	info, err := in.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if names, err := in.Readdirnames(-1); err != nil || len(names) > 0 || !info.ModTime().Equal(then) {
		t.Errorf("%v; left %q, with the time %v instead of %v", err, names, info.ModTime(), then)
	}
	for _, wrong := range []string{folder + "/none", "/proc"} {
		if err := tryFile(wrong); err == nil {
			t.Errorf("%s can be written in", wrong)
		}
	}
}

// What somebody else put into our folder delays no start.
func TestFullFolder(t *testing.T) {
	root := t.TempDir()
	for i := range namesMost + 1 {
		if i == namesMost {
			if f := lookAtFolder(Folder(filepath.Dir(root)), filepath.Base(root), Real()); f.Err != nil || len(f.Names) != namesMost {
				t.Fatalf("with %d files: %v", len(f.Names), f.Err)
			}
		}
		if err := os.WriteFile(filepath.Join(root, strconv.Itoa(i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if f := lookAtFolder(Folder(filepath.Dir(root)), filepath.Base(root), Real()); !errors.Is(f.Err, errTooMany) {
		t.Errorf("with one more: %v", f.Err)
	}
}

// A command that was told to print much has done nothing wrong by that.
func TestOutputIsBounded(t *testing.T) {
	text, err := output(t.Context(), nil, "sh", "-c", "head -c 200000 /dev/zero || true")
	if len(text) > 64<<10 || err != nil {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

// A wrapper script may leave something behind that holds its streams.
func TestOutputWaitsForNoChild(t *testing.T) {
	began := time.Now()
	text, err := output(t.Context(), nil, "sh", "-c", "sleep 60 & echo $!")
	child, wrong := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || wrong != nil {
		t.Fatalf("got %q, %v", text, err)
	}
	if took := time.Since(began); took > 10*killDelay {
		t.Errorf("took %v", took)
	}
	if err := syscall.Kill(child, syscall.SIGKILL); err != nil {
		t.Error(err)
	}
}

// What can't be killed, here as it is somebody else's and the thread lacks KILL,
// is not waited for.
func TestOutputWaitsForNothingThatItCannotKill(t *testing.T) {
	if ready := os.Getenv("TEST_READY"); ready != "" {
		becomeUnkillable(t, ready)
	}
	needRoot(t)
	ready := filepath.Join(t.TempDir(), "ready")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	returned := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked
		header, held := capabilities()
		err := unix.Capget(header, &held[0])
		held[0].Effective &^= 1 << unix.CAP_KILL
		if err := errors.Join(err, unix.Capset(header, &held[0])); err != nil {
			returned <- err
			return
		}
		_, err = output(ctx, []string{"TEST_READY=" + ready}, os.Args[0], "-test.run=^"+t.Name()+"$")
		returned <- err
	}()
	unkillable := 0
	for end := time.Now().Add(20 * time.Second); unkillable == 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		text, _ := os.ReadFile(ready)
		unkillable, _ = strconv.Atoi(string(text))
	}
	cancel()
	select {
	case err := <-returned:
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	case <-time.After(10 * killDelay):
		t.Error("it is waited for")
	}
	if unkillable == 0 {
		t.Fatal("nothing was started")
	}
	if err := syscall.Kill(unkillable, syscall.SIGKILL); err != nil {
		t.Errorf("it was not there any more: %v", err)
	}
}

// becomeUnkillable makes the process somebody's, and tells its number then.
func becomeUnkillable(t *testing.T, ready string) {
	file, err := os.Create(ready)
	if err == nil {
		err = syscall.Setuid(int(somebody.UID))
	}
	if err == nil {
		_, err = file.WriteString(strconv.Itoa(os.Getpid()))
	}
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
}
