package prune

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// openFolder opens a pattern's fixed part, and follows no link in it either. A
// container may have any of these folders mounted and put a link to Docker's own in
// the place of a name there; and where it does so as root, nothing tells its links
// from the host's.
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
		if found, err := f.look(name); err == nil && found.is(unix.S_IFLNK) {
			f.Close()
			return nil, &fs.PathError{Op: "open", Path: f.under(name), Err: errFixedLink}
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
