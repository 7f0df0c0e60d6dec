package launcher

import (
	"errors"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// tryFile tells whether a file can be written in a folder, and leaves nothing
// behind: not even another time of the folder, by which a start knows what the
// previous life left.
func tryFile(folder string) error {
	wrong := func(op string, err error) error { return &fs.PathError{Op: op, Path: folder, Err: err} }
	in, err := unix.Open(folder, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return wrong("open", err)
	}
	defer unix.Close(in)
	file, err := unix.Openat(in, ".", unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EISDIR) { // as on NFS
		file, err = createNameless(in, folder)
	}
	if err != nil {
		return wrong("create", err)
	}
	defer unix.Close(file)
	if _, err := unix.Write(file, make([]byte, 4<<10)); err != nil {
		return wrong("write", err)
	}
	return nil
}

// createNameless creates a file whose name is gone before anything is in it.
func createNameless(in int, folder string) (int, error) {
	var had unix.Stat_t
	if err := unix.Fstat(in, &had); err != nil {
		return -1, err
	}
	name := ".entrypoint-check-" + strconv.Itoa(os.Getpid())
	file, err := unix.Openat(in, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return -1, err
	}
	if err := unix.Unlinkat(in, name, 0); err != nil {
		unix.Close(file)
		return -1, err
	}
	// None but the folder's owner may do so.
	_ = unix.UtimesNanoAt(unix.AT_FDCWD, folder, []unix.Timespec{had.Atim, had.Mtim}, unix.AT_SYMLINK_NOFOLLOW)
	return file, nil
}
