package prune

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// folder is an open one, in which things are done by single names. os.Root would
// keep us inside as well, but it follows links that stay inside, and it opens
// whatever has the name by then: a pipe would hang us and a device wake up.
type folder struct {
	*os.File
	entry
}

// entry is what the file system tells of a name.
type entry struct {
	inode
	mount   uint64
	mode    uint32
	changed time.Time // itself: nobody can set that time
	written time.Time // its content: anybody can set it
	bytes   int64     // its part of the disk, of which each of its names has as much
	links   uint32    // how many names it has; a folder counts as one
}

// inode tells files apart while they exist.
type inode struct {
	device [2]uint32
	number uint64
}

func (e entry) is(kind uint32) bool { return e.mode&unix.S_IFMT == kind }

// lastChange is the later of its times. One of its content that is to come was set by
// somebody, who could keep a folder for ever by it.
func (e entry) lastChange(now time.Time) time.Time {
	if e.written.After(now) {
		return e.changed
	}
	return later(e.changed, e.written)
}

// namesAtOnce is how many of a folder's names are in memory.
const namesAtOnce = 512

// enter opens a folder in this one, and nothing else.
func (f *folder) enter(name string) (*folder, error) {
	if name == ".." || name == "." || strings.Contains(name, "/") {
		return nil, &fs.PathError{Op: "open", Path: f.under(name), Err: errors.New("not a name")}
	}
	return newFolder(f.fd(), name, f.under(name), unix.O_NOFOLLOW)
}

func newFolder(in int, name, path string, flags int) (*folder, error) {
	fd, err := again(func() (int, error) {
		return unix.Openat(in, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NONBLOCK|unix.O_CLOEXEC|flags, 0)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	f := &folder{File: os.NewFile(uintptr(fd), path)}
	f.entry, err = status(fd, "", path)
	if err == nil && f.mount == 0 {
		f.mount, err = mountOf(fd)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (f *folder) fd() int { return int(f.Fd()) }

func (f *folder) under(name string) string { return filepath.Join(f.Name(), name) }

// look tells what a name in this folder is now.
func (f *folder) look(name string) (entry, error) {
	return status(f.fd(), name, f.under(name))
}

// status is that of a name in a folder, or of the folder itself for none.
func status(in int, name, path string) (entry, error) {
	flags := unix.AT_SYMLINK_NOFOLLOW | unix.AT_NO_AUTOMOUNT
	if name == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	var s unix.Statx_t
	_, err := again(func() (int, error) {
		return 0, unix.Statx(in, name, flags, unix.STATX_BASIC_STATS|unix.STATX_MNT_ID, &s)
	})
	if err != nil {
		return entry{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	e := entry{
		inode:   inode{[2]uint32{s.Dev_major, s.Dev_minor}, s.Ino},
		mode:    uint32(s.Mode),
		changed: timeOf(s.Ctime),
		written: timeOf(s.Mtime),
		links:   max(1, s.Nlink),
	}
	if e.is(unix.S_IFDIR) { // whose links are its folders
		e.links = 1
	}
	e.bytes = int64(s.Blocks) * 512 / int64(e.links)
	if s.Mask&unix.STATX_MNT_ID != 0 {
		e.mount = s.Mnt_id
	}
	return e, nil
}

// mountOf is for kernels before 5.8, which statx does not tell the mount.
func mountOf(fd int) (uint64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", fd))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var mount uint64
		if n, _ := fmt.Sscanf(line, "mnt_id: %d", &mount); n == 1 {
			return mount, nil
		}
	}
	return 0, errors.New("which mount a folder is in is not known")
}

// each goes through the names that are in a folder, in no order and a few at a time.
func (f *folder) each(ctx context.Context, visit func(name string) error) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		names, err := f.Readdirnames(namesAtOnce)
		for _, name := range names {
			if err := visit(name); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// unlink takes a name away that is no folder's, or that of an empty folder.
func (f *folder) unlink(name string, flags int) error {
	_, err := again(func() (int, error) { return 0, unix.Unlinkat(f.fd(), name, flags) })
	if err != nil {
		return &fs.PathError{Op: "remove", Path: f.under(name), Err: err}
	}
	return nil
}

// again repeats what a signal cut short.
func again(do func() (int, error)) (int, error) {
	for {
		n, err := do()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

func timeOf(t unix.StatxTimestamp) time.Time { return time.Unix(t.Sec, int64(t.Nsec)) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
