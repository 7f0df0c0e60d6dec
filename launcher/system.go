package launcher

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// System is all of the outside that a launch touches. Tests put another in.
type System struct {
	host.Outside

	// WorkingDir is where relative paths begin; empty where that is not known.
	WorkingDir string
	// Resolve follows every symbolic link of a path.
	Resolve func(path string) (string, error)
	// Access asks the kernel whether this process may do something with a
	// file: unix.R_OK, W_OK, X_OK.
	Access func(path string, mode uint32) error
	// Free gives the bytes that an unprivileged process may still write there.
	Free func(path string) (jvm.Bytes, error)
	// MakeFolder makes a folder in a root, and the root where it is missing.
	MakeFolder func(root, name string) error
	// Output runs a command and gives what it printed on either stream.
	Output func(ctx context.Context, command ...string) (string, error)
	// WriteExisting writes to a file that is there; it makes none.
	WriteExisting func(path, text string) error
	// Exec becomes another program. It returns only where that failed.
	Exec func(path string, argv, environ []string) error
	// Now is the time; only differences are used.
	Now func() time.Time
}

// Real is the machine that we run on.
func Real() System {
	dir, _ := os.Getwd()
	dialer := net.Dialer{}
	return System{
		Outside: host.Outside{
			Root:     os.DirFS("/"),
			Routes:   host.Netlink{},
			Dial:     dialer.DialContext,
			Hostname: os.Hostname,
		},
		WorkingDir:    dir,
		Resolve:       filepath.EvalSymlinks,
		Access:        access,
		Free:          free,
		MakeFolder:    makeFolder,
		Output:        output,
		WriteExisting: writeExisting,
		Exec:          syscall.Exec,
		Now:           time.Now,
	}
}

// access asks for the effective user, as the coming open would be judged. It
// also tells of a file system that is read-only.
func access(path string, mode uint32) error {
	if err := unix.Faccessat(unix.AT_FDCWD, path, mode, unix.AT_EACCESS); err != nil {
		return &fs.PathError{Op: "access", Path: path, Err: err}
	}
	return nil
}

func free(path string) (jvm.Bytes, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(path, &stat); err != nil {
		return 0, &fs.PathError{Op: "statfs", Path: path, Err: err}
	}
	return jvm.Bytes(stat.Bavail) * jvm.Bytes(stat.Bsize), nil
}

// makeFolder follows no symbolic link below root: in a folder that the host
// shares, another container may have put one there.
func makeFolder(root, name string) error {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	in, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := in.Mkdir(name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := in.Lstat(name)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: filepath.Join(root, name), Err: errNoFolder}
	}
	return nil
}

func output(ctx context.Context, command ...string) (string, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = &text, &text
	// A wrapper script's children may keep the streams open.
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	return text.String(), err
}

func writeExisting(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}
