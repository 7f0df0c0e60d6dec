package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher"
)

// silentJava is a java that never tells its version, and lets itself and its
// child be ended by SIGKILL alone.
const silentJava = `#!/bin/sh
trap '' HUP INT TERM
case "$*" in *-fullversion | *-version) ;; *) exec env >"$RECORD/started" ;; esac
sleep 600 &
echo $$ >"$RECORD/new"
mv "$RECORD/new" "$RECORD/asked"
while :; do sleep 1; done
`

// caller is who asks java.
type caller struct {
	env        string
	lacksKill  bool
	needsRoots bool
}

var callers = map[string]caller{
	"who we are":                     {},
	"root for somebody":              {env: "JVM_RUN_AS=54321:54321", needsRoots: true},
	"root without KILL for somebody": {env: "JVM_RUN_AS=54321:54321", needsRoots: true, lacksKill: true},
}

// SIGTERM ends us at once while we wait for what java never says, and java with us.
func TestTerminatedWhileJavaIsSilent(t *testing.T) {
	for name, arguments := range map[string][]string{"its version": nil, "a trial": {"--check"}} {
		for who, by := range callers {
			t.Run(name+"/"+who, func(t *testing.T) {
				c := newSilentCase(t, by, silentJava)
				c.start(t, arguments...)
				java := c.asked(t)
				signalled := time.Now()
				if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
				if code := c.wait(t, 10*time.Second); code != launcher.ExitTerminated {
					t.Errorf("exit code %d, want %d\n%s", code, launcher.ExitTerminated, &c.output)
				}
				if took := time.Since(signalled); took > 3*time.Second {
					t.Errorf("ended after %v", took)
				}
				c.leavesNothing(t, java)
			})
		}
	}
}

// A java that does not tell its version in time is started without.
func TestSilentJavaDelaysNoStart(t *testing.T) {
	for who, by := range callers {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			c := newSilentCase(t, by, silentJava)
			c.start(t)
			java := c.asked(t)
			if code := c.wait(t, 15*time.Second); code != 0 || !strings.Contains(c.output.String(), "java's version is not known") {
				t.Errorf("exit code %d\n%s", code, &c.output)
			}
			if _, err := os.Stat(c.work + "/record/started"); err != nil {
				t.Error(err)
			}
			goneSoon(t, java)
		})
	}
}

// Where memory is short the kernel takes the trial before the service.
func TestTrialIsTakenFirst(t *testing.T) {
	for who, by := range callers {
		t.Run(who, func(t *testing.T) {
			c := newSilentCase(t, by, "#!/bin/sh\nread -r score </proc/self/oom_score_adj\necho \"adjusted by $score\"\nexit 1\n")
			if err := os.WriteFile(c.work+"/jdk/release", []byte("JAVA_VERSION=\"17.0.1\"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			c.start(t, "--check")
			code := c.wait(t, 10*time.Second)
			if want := "error: java would not start: adjusted by 1000\n"; code != launcher.ExitSetting || !strings.Contains(c.output.String(), want) {
				t.Errorf("exit code %d, no %q in\n%s", code, want, &c.output)
			}
		})
	}
}

// silentCase is an entrypoint with a java of the test's.
type silentCase struct {
	caller
	work   string
	cmd    *exec.Cmd
	output bytes.Buffer
}

func newSilentCase(t *testing.T, by caller, java string) *silentCase {
	t.Helper()
	if by.needsRoots {
		needRoot(t)
	}
	c := &silentCase{caller: by, work: t.TempDir()}
	err := errors.Join(
		os.MkdirAll(c.work+"/jdk/bin", 0o755), os.Mkdir(c.work+"/record", 0o777),
		os.WriteFile(c.work+"/jdk/bin/java", []byte(java), 0o755), os.WriteFile(c.work+"/app.jar", nil, 0o644),
	)
	// Everybody may come there, whatever the umask.
	for folder := c.work; err == nil && folder != filepath.Clean(os.TempDir()) && folder != "/"; folder = filepath.Dir(folder) {
		err = os.Chmod(folder, 0o755)
	}
	if err := errors.Join(err, os.Chmod(c.work+"/record", 0o777)); err != nil {
		t.Fatal(err)
	}
	return c
}

// needRoot skips where nobody can be become; in CI nothing may be skipped.
func needRoot(t *testing.T) {
	t.Helper()
	switch {
	case os.Getuid() == 0:
	case os.Getenv("CI") == "true":
		t.Fatal("CI must run this as root")
	default:
		t.Skip("needs root")
	}
}

func (c *silentCase) start(t *testing.T, arguments ...string) {
	t.Helper()
	entrypoint, err := exec.LookPath("entrypoint")
	if err != nil {
		t.Fatal(err)
	}
	c.cmd = exec.Command(entrypoint, arguments...)
	c.cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "JAVA_HOME=" + c.work + "/jdk", "BIN_JAR=" + c.work + "/app.jar",
		"TEST_HOST=" + c.work, "RECORD=" + c.work + "/record", "JVM_LOG_ROOT=" + c.work + "/log", "JVM_HEAP_DUMP_ROOT=off",
		"JMXMP=off", "HOST_IP=127.0.0.1", "ENTRYPOINT_HOST_IP_TIMEOUT=0", c.env,
	}
	c.cmd.Stdout, c.cmd.Stderr = &c.output, &c.output
	c.cmd.WaitDelay = time.Second // where something that is left holds the output
	started := make(chan error)
	go func() {
		if c.lacksKill {
			runtime.LockOSThread() // never unlocked: no other thread lacks it
			if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_KILL, 0, 0, 0); err != nil {
				started <- err
				return
			}
		}
		started <- c.cmd.Start()
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.cmd.Process.Kill() }) // where the test ended early
}

// asked waits until java is asked, and gives its process group.
func (c *silentCase) asked(t *testing.T) (group int) {
	t.Helper()
	for range 1000 {
		if text, err := os.ReadFile(c.work + "/record/asked"); err == nil {
			group, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = syscall.Kill(-group, syscall.SIGKILL) }) // where we did not
			return group
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("java was not asked")
	return 0
}

// wait gives the exit code.
func (c *silentCase) wait(t *testing.T, most time.Duration) int {
	t.Helper()
	late := time.AfterFunc(most, func() {
		t.Errorf("was still there after %v", most)
		_ = c.cmd.Process.Kill()
	})
	defer late.Stop()
	if err := c.cmd.Wait(); c.cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return c.cmd.ProcessState.ExitCode()
}

func (c *silentCase) leavesNothing(t *testing.T, group int) {
	t.Helper()
	for _, name := range []string{"record/started", "log"} {
		if _, err := os.Stat(filepath.Join(c.work, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is there (%v)", name, err)
		}
	}
	goneSoon(t, group)
}

// goneSoon fails where a process group is still there once its end could be seen.
func goneSoon(t *testing.T, group int) {
	t.Helper()
	var left []string
	for range 100 {
		if left = alive(group); len(left) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("is left of java: %q", left)
}

// alive are the processes of a group, but for those that wait to be reaped.
func alive(group int) []string {
	var list []string
	processes, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range processes {
		text, _ := os.ReadFile(name)
		who, behind, _ := bytes.Cut(text, []byte(") ")) // its number and name
		var state string
		var parent, of int
		if _, err := fmt.Sscan(string(behind), &state, &parent, &of); err == nil && of == group && state != "Z" {
			list = append(list, string(who)+") "+state)
		}
	}
	return list
}
