package launcher

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strconv"

	"golang.org/x/sys/unix"
)

// tryFolder makes what makeFolder would, and a file in it, and removes all of
// it again but for what was there before.
func tryFolder(root, name string) error {
	defer removeNew(missingParents(root))
	isNew, err := makeFolder(root, name)
	if err != nil {
		return err
	}
	in, err := openShared(root, name)
	if err != nil {
		return err
	}
	defer unix.Close(in)
	if isNew {
		defer func() { _ = unix.Rmdir(path.Join(root, name)) }()
	}
	return tryFile(in, path.Join(root, name))
}

// missingParents are those folders of a path that are not there, the path
// first.
func missingParents(folder string) []string {
	var missing []string
	for ; folder != "/"; folder = path.Dir(folder) {
		if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		missing = append(missing, folder)
	}
	return missing
}

func removeNew(folders []string) {
	for _, folder := range folders {
		_ = unix.Rmdir(folder) // empty, or somebody else's by now
	}
}

// openShared opens a folder of a root, which may be no symbolic link.
func openShared(root, name string) (int, error) {
	above, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(above)
	in, err := unix.Openat(above, name, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, &fs.PathError{Op: "open", Path: path.Join(root, name), Err: err}
	}
	return in, nil
}

// tryFile writes a file, whose name is gone before anything is in it.
func tryFile(folder int, where string) error {
	name := ".entrypoint-check-" + strconv.Itoa(os.Getpid())
	wrong := func(op string, err error) error { return &fs.PathError{Op: op, Path: where, Err: err} }
	file, err := unix.Openat(folder, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return wrong("create", err)
	}
	defer unix.Close(file)
	if err := unix.Unlinkat(folder, name, 0); err != nil {
		return wrong("remove", err)
	}
	if _, err := unix.Write(file, make([]byte, 4<<10)); err != nil {
		return wrong("write", err)
	}
	return nil
}
