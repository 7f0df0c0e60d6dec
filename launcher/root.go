package launcher

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// allOfFS is what os.DirFS offers.
type allOfFS interface {
	fs.StatFS
	fs.ReadDirFS
	fs.ReadLinkFS
}

// rootFS is the file system at /. To open a pipe there does not wait for whoever
// writes to it, as it would with os.Open: somebody may have put it in the place of
// a file that was looked at before.
type rootFS struct{ allOfFS }

func newRootFS() rootFS { return rootFS{os.DirFS("/").(allOfFS)} }

// Open opens a file for reading.
func (rootFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	path := "/" + name
	for {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
		switch {
		case errors.Is(err, unix.EINTR): // as slow file systems may answer
		case err != nil:
			return nil, &fs.PathError{Op: "open", Path: path, Err: err}
		default:
			// Go's poller, which could wait for it, is not for files.
			return os.NewFile(uintptr(fd), path), unix.SetNonblock(fd, false)
		}
	}
}
