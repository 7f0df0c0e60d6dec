package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher"
)

// diskFault is a disk that can't hold what a start would put there. No dump of
// the heap of 64m fits on any of them.
type diskFault struct {
	options string // of a tmpfs
	spoil   func(disk string) error
	holds   bool // the log folder
	noFile  bool // in it, which only a check tries
}

var diskFaults = map[string]diskFault{
	"full":         {options: "size=64k", spoil: fill},
	"no inode":     {options: "size=1m,nr_inodes=1"},
	"read-only":    {options: "size=1g", spoil: protect},
	"quota of 64k": {options: "size=64k", holds: true},
	"quota of 1m":  {options: "size=1m", holds: true},
	"four inodes":  {options: "size=1g,nr_inodes=4", holds: true, noFile: true}, // the root's, and the log folder with those above it
	"one inode":    {options: "size=1g,nr_inodes=2"},                            // which the root takes that is missing, too,
}

// fill leaves no byte.
func fill(disk string) error {
	err := os.WriteFile(filepath.Join(disk, "filler"), make([]byte, 1<<20), 0o600)
	if errors.Is(err, unix.ENOSPC) {
		return nil
	}
	return errors.Join(err, errors.New("a full disk took all"))
}

func protect(disk string) error { return unix.Mount("", disk, "", unix.MS_REMOUNT|unix.MS_RDONLY, "") }

// starter is who starts the container.
type starter struct {
	uid  uint32
	mode string // of the disk's root, which is root's
	env  string
}

var starters = map[string]starter{
	"root":              {mode: "0755"},
	"root for somebody": {mode: "0755", env: "JVM_RUN_AS=54321:54321"},
	"somebody":          {uid: 54321, mode: "0777"},
}

// TestDiskFaults starts on disks that are no good, logs and dumps on the same
// one: the service starts with what can be had, or is refused where it was asked
// for that, and then nothing has changed.
func TestDiskFaults(t *testing.T) {
	needNamespaces(t)
	for fault, disk := range diskFaults {
		for who, by := range starters {
			t.Run(fault+"/"+who, func(t *testing.T) {
				runtime.LockOSThread() // which ends with its mounts
				c := newDiskCase(t, disk, by)
				before := tree(t, c.disk)

				code, stderr := c.start(t, "ENTRYPOINT_STRICT=true")
				if code != launcher.ExitSetting || c.argv() != "" {
					t.Errorf("strict: exit code %d, java got %q\n%s", code, c.argv(), stderr)
				}
				if after := tree(t, c.disk); !slices.Equal(before, after) {
					t.Errorf("strict: %q was there, and %q is", before, after)
				}

				if stdout := c.check(t); strings.Contains(stdout, "warning: JVM_LOG_ROOT ") != (!disk.holds || disk.noFile) {
					t.Errorf("a check found %s", stdout)
				}
				if after := tree(t, c.disk); !slices.Equal(before, after) {
					t.Errorf("check: %q was there, and %q is", before, after)
				}

				code, stderr = c.start(t)
				argv := c.argv()
				if code != 0 || argv == "" {
					t.Fatalf("exit code %d\n%s", code, stderr)
				}
				if strings.Contains(argv, "HeapDumpPath") {
					t.Errorf("a dump is asked for: %s", argv)
				}
				if strings.Contains(argv, "-Dlog.service.output=") != disk.holds {
					t.Errorf("log folder %t, want %t: %s\n%s", !disk.holds, disk.holds, argv, stderr)
				}
				want := slices.Clone(before)
				if disk.holds {
					want = append(want, "logs", "logs/deep", "logs/deep/web")
					slices.Sort(want)
				}
				if after := tree(t, c.disk); !slices.Equal(want, after) {
					t.Errorf("%q is there, want %q", after, want)
				}
			})
		}
	}
}

// diskCase is a container's file system in mounts of its own.
type diskCase struct {
	starter
	work, disk string
}

func newDiskCase(t *testing.T, fault diskFault, by starter) diskCase {
	t.Helper()
	c := diskCase{by, "/mnt/work", "/mnt/work/disk"}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		t.Fatal(err)
	}
	must := func(steps ...func() error) {
		t.Helper()
		for _, step := range steps {
			if err := step(); err != nil {
				t.Fatal(err)
			}
		}
	}
	write := func(name string, text []byte) func() error {
		return func() error { return os.WriteFile(filepath.Join(c.work, name), text, 0o755) }
	}
	must(
		func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") },
		func() error { return unix.Mount("tmpfs", "/mnt", "tmpfs", 0, "mode=0755") },
		func() error { return os.MkdirAll(c.work+"/jdk/bin", 0o755) },
		func() error { return errors.Join(os.Mkdir(c.disk, 0o755), os.Mkdir(c.work+"/record", 0o777)) },
		func() error { return os.Chmod(c.work+"/record", 0o777) },
		write("entrypoint", program), write("jdk/bin/java", program),
		write("jdk/release", []byte("JAVA_VERSION=\"17.0.1\"\n")), write("app.jar", nil),
		func() error { return unix.Mount("tmpfs", c.disk, "tmpfs", 0, fault.options+",mode="+by.mode) },
	)
	if fault.spoil != nil {
		must(func() error { return fault.spoil(c.disk) })
	}
	return c
}

// check gives what a check finds.
func (c diskCase) check(t *testing.T) string {
	t.Helper()
	cmd := c.command(nil, "--check")
	var text bytes.Buffer
	cmd.Stdout = &text
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	if argv := c.argv(); argv != "" && !strings.Contains(argv, "-version") {
		t.Errorf("a check starts java with %s", argv)
	}
	_ = os.Remove(c.work + "/record/argv") // of java's trial
	return text.String()
}

// start gives the exit code of the entrypoint, or of java in its place.
func (c diskCase) start(t *testing.T, environ ...string) (code int, stderr string) {
	t.Helper()
	cmd := c.command(environ)
	var text bytes.Buffer
	cmd.Stderr = &text
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), text.String()
}

// command is the entrypoint in the case's file system, as its starter.
func (c diskCase) command(environ []string, arguments ...string) *exec.Cmd {
	cmd := exec.Command(c.work+"/entrypoint", arguments...)
	cmd.Dir = c.work
	cmd.Env = append([]string{
		"JAVA_HOME=" + c.work + "/jdk", "BIN_JAR=" + c.work + "/app.jar", "TEST_HOST=" + c.work, "RECORD=" + c.work + "/record",
		"JVM_LOG_ROOT=" + c.disk + "/logs/deep", "JVM_HEAP_DUMP_ROOT=" + c.disk + "/dumps", "JVM_HEAP=64m", "JMXMP=off",
		"CONTAINER_ID=web", "HOST_IP=10.0.0.1", "DATADOG_HOST=10.0.0.1", "ENTRYPOINT_HOST_IP_TIMEOUT=0", c.env,
	}, environ...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: c.uid, Gid: c.uid}}
	return cmd
}

// argv is what java got, "" where it was not started.
func (c diskCase) argv() string {
	argv, _ := os.ReadFile(c.work + "/record/argv")
	return string(argv)
}

// tree is all that is on a disk.
func tree(t *testing.T, disk string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(disk, func(path string, _ fs.DirEntry, err error) error {
		if name, _ := filepath.Rel(disk, path); name != "." {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
