package prune

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// linksMost is how many symbolic links may lead to a folder, as in the kernel.
const linksMost = 40

// openFolder opens a pattern's fixed part. A container may have any part of it
// mounted, and put a link to Docker's own folders in the place of a name there. So
// links are followed only where nobody but root and us can have made them.
func openFolder(typed string) (*folder, error) {
	where := typed
	for range linksMost {
		f, link, err := openUpTo(where, typed)
		if err != nil || link == "" {
			return f, err
		}
		where = link
	}
	return nil, &fs.PathError{Op: "open", Path: typed, Err: unix.ELOOP}
}

// openUpTo opens a folder name by name, up to the first link: then it gives the path
// that is meant by it. The folder is called what was typed.
func openUpTo(where, typed string) (f *folder, instead string, err error) {
	rest := strings.Split(strings.Trim(path.Clean("/"+where), "/"), "/")
	if rest[0] == "" {
		f, err = newFolder(unix.AT_FDCWD, "/", "/", 0)
		return f, "", err
	}
	if f, err = newFolder(unix.AT_FDCWD, "/", "/", unix.O_PATH); err != nil {
		return nil, "", err
	}
	for i, name := range rest {
		found, err := f.look(name)
		if err == nil && found.is(unix.S_IFLNK) {
			instead, err = f.follow(name, found)
			f.Close()
			return nil, path.Join(append([]string{instead}, rest[i+1:]...)...), err
		}
		flags, called := unix.O_NOFOLLOW, typed
		if i < len(rest)-1 {
			flags, called = flags|unix.O_PATH, f.under(name) // what is only on the way need not be readable
		}
		next, err := newFolder(f.fd(), name, called, flags)
		f.Close()
		if err != nil {
			return nil, "", err
		}
		f = next
	}
	return f, "", nil
}

// follow gives the path that a link in this folder leads to, which has none above it.
func (f *folder) follow(name string, link entry) (string, error) {
	if !f.ours() || !link.ours() {
		return "", &fs.PathError{Op: "open", Path: f.under(name), Err: errors.New("is a symbolic link that others than root may have made, so it is not followed (write the pattern with what it leads to)")}
	}
	target := make([]byte, unix.PathMax)
	n, err := again(func() (int, error) { return unix.Readlinkat(f.fd(), name, target) })
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: f.under(name), Err: err}
	}
	to := string(target[:n])
	if !path.IsAbs(to) {
		to = path.Join(f.Name(), to)
	}
	return to, nil
}

// ours tells whether nobody but root and us can have made it, or what is in it.
func (e entry) ours() bool {
	owner := e.owner == 0 || int(e.owner) == os.Geteuid()
	return owner && (e.is(unix.S_IFLNK) || e.mode&0o022 == 0)
}
