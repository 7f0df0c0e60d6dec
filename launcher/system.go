package launcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// System is all of the outside that a launch touches. Tests put another in.
type System struct {
	host.Outside

	// RunAs is who java will be; nil: whoever we are.
	RunAs *Identity
	// UID is who we are to the kernel: 0 is root.
	UID func() int
	// Become makes the calling goroutine's thread somebody else for good.
	Become func(Identity) error
	// WorkingDir is where relative paths begin; empty where that is not known.
	WorkingDir string
	// Resolve follows every symbolic link of a path.
	Resolve func(path string) (string, error)
	// Access asks the kernel whether this process may do something with a
	// file: unix.R_OK, W_OK, X_OK.
	Access func(path string, mode uint32) error
	// Disk gives the bytes that an unprivileged process may still write there,
	// in new files.
	Disk func(path string) (free, size jvm.Bytes, err error)
	// MakeFolder makes a folder in a root where it is missing, and the root. It
	// gives the paths of what it made, the outermost first, even where it fails.
	MakeFolder func(root, name string) (made []string, err error)
	// MakeFolderFor makes a new folder as root and hands it over to somebody.
	MakeFolderFor func(root, name string, owner Identity) (made []string, err error)
	// MarkStart makes now the time of a folder: what in it is older is no trace of
	// the life that begins.
	MarkStart func(path string)
	// TryFile tells whether a file can be written in a folder, and leaves nothing
	// behind.
	TryFile func(folder string) error
	// RemoveFolder removes an empty folder. It follows no symbolic link.
	RemoveFolder func(path string) error
	// Output runs a command, in our own environment where none is given, and
	// gives what it printed on either stream.
	Output func(ctx context.Context, environ []string, command ...string) (string, error)
	// Listen tells whether one can listen on a TCP address, such as 127.0.0.1:5555
	// or :5555, and stops again.
	Listen func(address string) error
	// WriteExisting writes a file anew that is there; it makes none.
	WriteExisting func(path, text string) error
	// Exec becomes another program. It returns only where that failed.
	Exec func(path string, argv, environ []string) error
}

// Real is the machine that we run on.
func Real() System {
	dir, _ := os.Getwd()
	dialer := net.Dialer{}
	return System{
		Outside: host.Outside{
			Root:     newRootFS(),
			Routes:   host.Netlink{},
			Dial:     dialer.DialContext,
			Hostname: os.Hostname,
			Now:      time.Now,
		},
		UID:           os.Geteuid,
		Become:        become,
		WorkingDir:    dir,
		Resolve:       resolve,
		Access:        access,
		Disk:          disk,
		MakeFolder:    makeFolder,
		MakeFolderFor: makeFolderFor,
		MarkStart:     markStart,
		TryFile:       tryFile,
		RemoveFolder:  removeFolder,
		Output:        output,
		Listen:        listen,
		WriteExisting: writeExisting,
		Exec:          syscall.Exec,
	}
}

// absolute makes a path of the working directory one of the whole system.
func (s System) absolute(file string) string {
	if path.IsAbs(file) {
		return file
	}
	return path.Join(s.WorkingDir, file)
}

// access asks for the effective user, as the coming open would be judged. It
// also tells of a file system that is read-only.
func access(path string, mode uint32) error {
	if err := unix.Faccessat(unix.AT_FDCWD, path, mode, unix.AT_EACCESS); err != nil {
		return &fs.PathError{Op: "access", Path: path, Err: err}
	}
	return nil
}

func disk(path string) (free, size jvm.Bytes, err error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return 0, 0, &fs.PathError{Op: "statfs", Path: path, Err: err}
	}
	unit := jvm.Bytes(stat.Bsize)
	size = jvm.Bytes(stat.Blocks) * unit
	if stat.Files > 0 && stat.Ffree == 0 {
		return 0, size, nil // there is room for no other file
	}
	return jvm.Bytes(stat.Bavail) * unit, size, nil
}

// makeFolder follows no symbolic link below root: in a folder that the host
// shares, another container may have put one there.
//
// Whatever the umask, everybody may read the folder: on a host that many
// containers share, whoever ships the logs is another user.
func makeFolder(root, name string) (made []string, err error) {
	defer syscall.Umask(syscall.Umask(0o022))
	for _, folder := range slices.Backward(missingParents(root)) {
		if err := os.Mkdir(folder, 0o755); err == nil {
			made = append(made, resolved(folder))
		} else if !errors.Is(err, fs.ErrExist) { // by another start
			return made, err
		}
	}
	in, err := os.OpenRoot(root)
	if err != nil {
		return made, err
	}
	defer in.Close()
	if err := in.Mkdir(name, 0o755); !errors.Is(err, fs.ErrExist) {
		if err == nil {
			made = append(made, resolved(filepath.Join(root, name)))
		}
		return made, err
	}
	info, err := in.Lstat(name)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "mkdir", Path: filepath.Join(root, name), Err: errNoFolder}
	}
	return made, err
}

// resolved is a folder's path with no symbolic link above it.
func resolved(folder string) string {
	above, err := filepath.EvalSymlinks(filepath.Dir(folder))
	if err != nil {
		return folder
	}
	return filepath.Join(above, filepath.Base(folder))
}

// resolve lets the kernel follow a path's links: 40 at most, where somebody's chain
// of long ones would keep us for minutes.
func resolve(path string) (string, error) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	return os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
}

// missingParents are those folders of a path that are not there, the path first.
func missingParents(folder string) []string {
	var missing []string
	for ; folder != "/"; folder = filepath.Dir(folder) {
		if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		missing = append(missing, folder)
	}
	return missing
}

// markStart would mark a link itself that is there by now, not what it leads to.
func markStart(folder string) {
	now := unix.Timespec{Nsec: unix.UTIME_NOW} // which takes no more than to be allowed to write there
	_ = unix.UtimesNanoAt(unix.AT_FDCWD, folder, []unix.Timespec{now, now}, unix.AT_SYMLINK_NOFOLLOW)
}

// killDelay is how long what was killed may take to end.
const killDelay = time.Second

// output takes no more than a version or a refusal needs.
func output(ctx context.Context, environ []string, command ...string) (string, error) {
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = environ
	text := &head{room: 64 << 10}
	cmd.Stdout, cmd.Stderr = text, text
	err := runUntil(ctx, cmd)
	switch {
	case errors.Is(err, errUnkillable):
		return "", ctx.Err() // the text may still be written
	case errors.Is(err, exec.ErrWaitDelay), errors.Is(err, io.ErrShortBuffer):
		err = ctx.Err() // it ended well: what it left behind is not ours, or it was told to print much
	}
	return string(text.text), err
}

var errUnkillable = errors.New("it can't be killed")

// runUntil runs a command, and ends it with its children where the context ends.
func runUntil(ctx context.Context, cmd *exec.Cmd) error {
	r, err := run(cmd)
	if err != nil {
		return err
	}
	select {
	case <-r.ended:
		return r.err
	case <-ctx.Done():
	}
	if err := r.kill(); err != nil {
		return err
	}
	return cmp.Or(r.err, ctx.Err())
}

// running is a command that runs.
type running struct {
	process *os.Process
	ended   chan struct{}
	err     error // how it ended, once it has
}

// run starts a command in a session of its own, hence without our terminal: as
// another user's process it could write into it what root's shell then runs.
func run(cmd *exec.Cmd) (*running, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.WaitDelay = killDelay // where a child holds the streams
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	r := &running{process: cmd.Process, ended: make(chan struct{})}
	go func() {
		r.err = cmd.Wait()
		close(r.ended)
	}()
	return r, nil
}

// kill ends it with its children, whatever they are at. It never waits for longer
// than that takes, whatever can't be killed.
//
// It is for the goroutine whose thread is the user that the command runs as: root
// may lack KILL.
func (r *running) kill() error {
	_ = syscall.Kill(-r.process.Pid, syscall.SIGKILL)
	select {
	case <-r.ended:
		return nil
	case <-time.After(killDelay):
		return errUnkillable
	}
}

// head keeps the beginning of what is written to it, and fails beyond.
type head struct {
	text []byte
	room int
}

func (h *head) Write(p []byte) (int, error) {
	if len(h.text)+len(p) > h.room {
		return 0, io.ErrShortBuffer
	}
	h.text = append(h.text, p...)
	return len(p), nil
}

func writeExisting(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

func listen(address string) error {
	listener, err := net.Listen("tcp", address)
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		return errno
	case err != nil:
		return err
	}
	return listener.Close()
}
