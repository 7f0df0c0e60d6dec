package launcher

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// checkFiles looks at the places of files that people make java write. Those in
// the container's own folders are made by then.
func (c *checker) checkFiles() {
	for _, file := range jvm.Writes(c.everything(), c.Request.Program.Version) {
		if isDefault(file.Source) || c.isOwn(file) {
			continue
		}
		err := c.writable(file)
		switch {
		case err == nil:
		case file.Fatal && !errors.Is(err, unix.ENOSPC) && !errors.Is(err, unix.EDQUOT): // java opens it all the same
			c.refuse(file.Source, "", "%s writes to %s: %w (java would not start)", file.Name(), shown(file.Path), cause(err))
		default:
			c.advise("%s: %s writes to %s: %v (it would not be written)", file.Source, file.Name(), shown(file.Path), cause(err))
		}
	}
}

// isOwn tells whether a file is to be in a folder of the container's, or below
// where java makes what is missing there.
func (c *checker) isOwn(file jvm.Written) bool {
	at := path.Clean(c.sys.absolute(file.Path))
	return slices.ContainsFunc(c.Folders, func(f ContainerFolder) bool {
		isBelow := file.Place == jvm.NewFolder && strings.HasPrefix(at, f.Path()+"/")
		return path.Dir(at) == f.Path() || at == f.Path() && file.Place != jvm.File || isBelow
	})
}

// writable is why java can't write there.
func (c *checker) writable(file jvm.Written) error {
	at := path.Clean(c.sys.absolute(file.Path))
	info, err := fs.Stat(c.sys.Root, host.InRoot(at))
	isThere := err == nil
	switch {
	case isThere && info.IsDir() && file.Place == jvm.File:
		return unix.EISDIR
	case isThere && info.IsDir():
		return c.writableFolder(at)
	case isThere && (file.Place == jvm.Folder || file.Place == jvm.NewFolder):
		return unix.ENOTDIR
	case isThere && !info.Mode().IsRegular(): // such as a process's stdout, whose folder does not matter
		return c.sys.Access(at, unix.W_OK)
	case isThere && c.sys.Access(at, unix.W_OK) == nil: // else -Xlog still puts it aside, which its folder allows
		return nil
	case file.Place == jvm.Folder:
		return err
	}
	at = path.Dir(at)
	for file.Place == jvm.NewFolder && at != "/" {
		if _, err := fs.Stat(c.sys.Root, host.InRoot(at)); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		at = path.Dir(at)
	}
	return c.writableFolder(at)
}

// writableFolder asks before it tries, since asking tells more plainly why not.
// To root, asking allows all.
func (c *checker) writableFolder(folder string) error {
	if err := c.sys.Access(folder, unix.W_OK|unix.X_OK); err != nil {
		return err
	}
	return c.sys.TryFile(folder)
}
