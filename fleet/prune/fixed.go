package prune

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// openFolder opens a folder by its path, and follows no link in it, not in a
// pattern's fixed part either. A container may have any of these folders mounted and
// put a link to Docker's own in the place of a name there; and where it does so as
// root, nothing tells its links from the host's.
func openFolder(where string) (*folder, error) {
	f, err := newFolder(unix.AT_FDCWD, "/", "/", unix.O_PATH) // what is only on the way need not be readable
	if err != nil {
		return nil, err
	}
	names := strings.Split(strings.Trim(path.Clean("/"+where), "/"), "/")
	for i, name := range names {
		flags := unix.O_NOFOLLOW
		if i < len(names)-1 {
			flags |= unix.O_PATH
		}
		next, err := newFolder(f.fd(), cmp.Or(name, "."), f.under(name), flags) // none: the root itself
		f.Close()
		if err != nil {
			return nil, err
		}
		f = next
	}
	return f, nil
}

var errFixedLink = errors.New("is a symbolic link, which a container could have made, so it is not followed (write the pattern with what it leads to)")

// fixedCause is why a pattern's fixed part can't be opened. That a link in it is no
// folder would help nobody.
func fixedCause(err error) error {
	if in, ok := errors.AsType[*fs.PathError](err); ok {
		if info, err := os.Lstat(in.Path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return errFixedLink
		}
	}
	return cause(err)
}
