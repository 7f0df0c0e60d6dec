package launcher

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

var (
	errNotOurs = errors.New("what is there is not the folder that was made")
	errLink    = errors.New("a symbolic link leads there, which root does not follow (name the folder itself)")
)

// makeFolderFor goes from folder to folder by file descriptors and follows no
// symbolic link at all: it has root's power, and in a folder that the host shares
// another container may have put a link. Nothing is handed over but the one
// folder that was made just now.
func makeFolderFor(root, name string, owner Identity) (made []string, err error) {
	defer syscall.Umask(syscall.Umask(0o022))
	in, err := openByParts(root, func(in *os.File, part string) (*os.File, error) {
		next, err := openFolder(in, part, unix.O_PATH)
		if !errors.Is(err, fs.ErrNotExist) {
			return next, err
		}
		path := filepath.Join(in.Name(), part)
		if err := unix.Mkdirat(int(in.Fd()), part, 0o755); err == nil {
			made = append(made, path)
		} else if !errors.Is(err, fs.ErrExist) {
			return nil, &fs.PathError{Op: "mkdir", Path: path, Err: err}
		}
		return openFolder(in, part, unix.O_PATH)
	})
	if err != nil {
		return made, err
	}
	defer in.Close()
	path := filepath.Join(in.Name(), name)
	if err := unix.Mkdirat(int(in.Fd()), name, 0o755); err != nil {
		return made, &fs.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return append(made, path), handOver(in, name, owner)
}

// removeFolder removes an empty folder, and follows no symbolic link at all: one
// may be by now where the folder was made.
func removeFolder(folder string) error {
	in, err := openByParts(filepath.Dir(folder), func(in *os.File, part string) (*os.File, error) {
		return openFolder(in, part, unix.O_PATH)
	})
	if err != nil {
		return err
	}
	defer in.Close()
	return unix.Unlinkat(int(in.Fd()), filepath.Base(folder), unix.AT_REMOVEDIR)
}

// openByParts goes from / to a folder, from each to the next by a function.
func openByParts(folder string, next func(in *os.File, part string) (*os.File, error)) (*os.File, error) {
	in, err := os.Open("/")
	for part := range strings.SplitSeq(strings.Trim(filepath.Clean(folder), "/"), "/") {
		if err != nil || part == "" { // the folder is /
			break
		}
		above := in
		in, err = next(above, part)
		above.Close()
	}
	return in, err
}

// openFolder opens a folder in another. It fails where a link is there.
func openFolder(in *os.File, name string, mode int) (*os.File, error) {
	path := filepath.Join(in.Name(), name)
	fd, err := unix.Openat(int(in.Fd()), name, mode|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP) {
		err = errNotOurs
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// handOver gives a folder that we have made to somebody. Between its making and
// its opening, whoever may write to where it is can have put another in its
// place: one of somebody else, or one that is in use.
func handOver(in *os.File, name string, owner Identity) error {
	folder, err := openFolder(in, name, unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer folder.Close()
	var stat unix.Stat_t
	if err := unix.Fstat(int(folder.Fd()), &stat); err != nil {
		return &fs.PathError{Op: "stat", Path: folder.Name(), Err: err}
	}
	if _, err := folder.Readdirnames(1); stat.Uid != uint32(os.Geteuid()) || !errors.Is(err, io.EOF) {
		return &fs.PathError{Op: "chown", Path: folder.Name(), Err: errNotOurs}
	}
	if err := unix.Fchown(int(folder.Fd()), int(owner.UID), int(owner.GID)); err != nil {
		return fmt.Errorf("root can't hand it over: %w (it needs the capability CHOWN)", err)
	}
	return nil
}
