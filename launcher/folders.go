package launcher

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// ContainerFolder is the folder of one container in a root that containers share.
type ContainerFolder struct {
	Root, Name string
	Err        error     // why it can't be used
	Names      []string  // what is in it from an earlier life
	NotOurs    []string  // of those that would be used again: what is no file of java's own
	Free       jvm.Bytes // on its disk; -1 where that is not known
	Disk       jvm.Bytes // how large that is
	HandedOver bool      // root makes it, for the user that java will be
	Made       []string  // what of its path was made, links resolved, the outermost first
	Stranger   string    // whose it is, where it is neither root's nor that of java's user
}

var (
	errNoFolder = errors.New("something else than a folder is there")
	errNoSpace  = errors.New("no space left on its disk")
	errTooMany  = errors.New("too many files in it")
)

// Path is the whole path.
func (c ContainerFolder) Path() string { return path.Join(c.Root, c.Name) }

// IsWanted tells whether there is to be such a folder at all.
func (c ContainerFolder) IsWanted() bool { return c.Root != "" }

// IsUsable tells whether there can be.
func (c ContainerFolder) IsUsable() bool { return c.IsWanted() && c.Err == nil }

// hasRoom tells whether a folder's disk can take so many bytes and still have a
// tenth free, which is left to others. Where nobody knows it can.
func (c ContainerFolder) hasRoom(need jvm.Bytes) bool {
	return c.Free < 0 || c.Free >= need+c.Disk/10
}

// room is what of a folder's disk is free, for messages.
func (c ContainerFolder) room() string {
	return fmt.Sprintf("%s free of %s", c.Free.WholeMiB(), c.Disk.WholeMiB())
}

// folderName is what a container's folders are called: its id, shortened to
// what docker ps prints, or the host's name where there is no id.
func folderName(id, hostname string) string {
	if id != "" {
		return shortID(id)
	}
	if isID(hostname) {
		return hostname
	}
	return "unknown"
}

// shortID is an id as docker ps prints it.
func shortID(id string) string {
	if host.IsHex(id, 64) {
		return id[:12]
	}
	return id
}

// lookAtFolder finds out whether a container's folder is there or could be
// made, and creates nothing.
func lookAtFolder(root Folder, name string, sys System) ContainerFolder {
	folder := ContainerFolder{Root: string(root), Name: name, Free: -1}
	if !folder.IsWanted() {
		return folder
	}
	where := existing(folder.Path(), sys)
	folder.Err = sys.AsJava(func() (err error) {
		if where == folder.Path() {
			if folder.Names, err = list(where, namesMost, sys); err != nil {
				return err
			}
			folder.NotOurs = notOurs(folder, sys)
			folder.Stranger = stranger(where, sys)
		}
		return sys.Access(where, unix.W_OK|unix.X_OK)
	})
	switch denied := errors.Is(folder.Err, fs.ErrPermission) && sys.RunAs != nil; {
	case denied && where == folder.Path():
		folder.Err = fmt.Errorf("%s may not use it, and root hands over nothing but what it makes now", sys.RunAs)
	case denied:
		folder.HandedOver, folder.Err = true, mayHandOver(where, sys)
	}
	if free, size, err := sys.Disk(where); err == nil {
		folder.Free, folder.Disk = free, size
	}
	if folder.Free == 0 && folder.Err == nil {
		folder.Err = errNoSpace
	}
	return folder
}

// stranger is the number of the user whose folder it is, where that is neither
// root nor java's; else empty.
func stranger(folder string, sys System) string {
	info, err := fs.Lstat(sys.Root, host.InRoot(folder))
	if err != nil {
		return ""
	}
	stat, isKnown := info.Sys().(*syscall.Stat_t)
	if !isKnown || stat.Uid == 0 || stat.Uid == sys.javaUID() {
		return ""
	}
	return strconv.FormatUint(uint64(stat.Uid), 10)
}

// strangersAdvice tells of folders in which somebody else may put links, which
// lead java's logs and dumps wherever its user may write.
func (p Plan) strangersAdvice() []string {
	var lines []string
	for i, folder := range []ContainerFolder{p.Facts.Logs, p.Facts.Dumps} {
		isUsed := slices.ContainsFunc(p.Folders, func(f ContainerFolder) bool { return f.Path() == folder.Path() })
		if isUsed && folder.Stranger != "" {
			lines = append(lines, fmt.Sprintf("%s %s: it belongs to another user, %s, who can lead java's files elsewhere by links (chown it on the host)",
				[]string{"JVM_LOG_ROOT", "JVM_HEAP_DUMP_ROOT"}[i], shown(folder.Path()), folder.Stranger))
		}
	}
	return lines
}

// mayHandOver tells why root can't make a folder somewhere for the user that
// java will be.
func mayHandOver(where string, sys System) error {
	if resolved, err := sys.Resolve(where); err != nil {
		return err
	} else if resolved != where {
		return errLink
	}
	if err := sys.AsJava(func() error { return sys.Access(where, unix.X_OK) }); err != nil {
		return fmt.Errorf("%s may not enter %s", sys.RunAs, where)
	}
	return sys.Access(where, unix.W_OK|unix.X_OK)
}

// make makes the folder where it is not there; one that is there begins a new
// life. Where that fails, nothing is left of what it has made.
func (c *ContainerFolder) make(sys System) (err error) {
	if c.HandedOver {
		c.Made, err = sys.MakeFolderFor(c.Root, c.Name, *sys.RunAs)
		if errors.Is(err, fs.ErrExist) { // by another start, or for the other root
			err = sys.AsJava(func() error { return c.awaitUse(sys) })
		}
	} else {
		err = sys.AsJava(func() (err error) {
			c.Made, err = sys.MakeFolder(c.Root, c.Name)
			return err
		})
	}
	if err != nil {
		c.remove(sys)
		return err
	}
	if !slices.Contains(c.Made, c.Path()) {
		return sys.AsJava(func() error { sys.MarkStart(c.Path()); return nil })
	}
	return nil
}

// handingOver is how long another start may take to hand over what it has made.
const handingOver = 100 * time.Millisecond

// awaitUse tells why a folder that is there by now can't be used.
func (c *ContainerFolder) awaitUse(sys System) error {
	for began := time.Now(); ; time.Sleep(handingOver / 20) {
		_, err := list(c.Path(), namesMost, sys)
		if err == nil {
			err = sys.Access(c.Path(), unix.W_OK|unix.X_OK)
		}
		if !errors.Is(err, fs.ErrPermission) || time.Since(began) > handingOver {
			return err
		}
	}
}

// remove removes what was made, each folder where it is empty, by the rights of
// whoever made it.
func (c *ContainerFolder) remove(sys System) {
	if c.HandedOver {
		sys.RunAs = nil
	}
	_ = sys.AsJava(func() error {
		for _, folder := range slices.Backward(c.Made) {
			if err := sys.RemoveFolder(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return nil
	})
	c.Made = nil
}

// existing is the nearest of a path and its parents that is there.
func existing(folder string, sys System) string {
	for folder != "/" {
		if _, err := fs.Lstat(sys.Root, host.InRoot(folder)); !errors.Is(err, fs.ErrNotExist) {
			return folder
		}
		folder = path.Dir(folder)
	}
	return folder
}

// list gives the names in a folder that is no symbolic link and holds no more
// than so many.
func list(folder string, most int, sys System) ([]string, error) {
	info, err := fs.Lstat(sys.Root, host.InRoot(folder))
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errNoFolder
	}
	names, err := namesIn(folder, most+1, sys)
	if err == nil && len(names) > most {
		err = errTooMany
	}
	return names, err
}

// namesIn gives the first names in a folder, of which somebody else may have put
// very many there.
func namesIn(folder string, most int, sys System) ([]string, error) {
	if folder == "" {
		return nil, nil
	}
	var names []string
	for entry, err := range inFolder(folder, sys) {
		if err != nil {
			return nil, err
		}
		if names = append(names, entry.Name()); len(names) == most {
			break
		}
	}
	return names, nil
}

// inFolder gives what is in a folder, until it can't be read. It reads in pieces:
// there may be millions.
func inFolder(folder string, sys System) iter.Seq2[fs.DirEntry, error] {
	const piece = 256
	return func(yield func(fs.DirEntry, error) bool) {
		opened, err := sys.Root.Open(host.InRoot(folder))
		if err != nil {
			yield(nil, err)
			return
		}
		defer opened.Close()
		in, isFolder := opened.(fs.ReadDirFile)
		if !isFolder {
			yield(nil, errNoFolder)
			return
		}
		for {
			entries, err := in.ReadDir(piece)
			for _, entry := range entries {
				if !yield(entry, nil) {
					return
				}
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(nil, err)
			}
			if err != nil || len(entries) == 0 {
				return
			}
		}
	}
}

// namesMost is how many files a container's folder may hold.
const namesMost = 10_000
