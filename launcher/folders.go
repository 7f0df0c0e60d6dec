package launcher

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// ContainerFolder is the folder of one container in a root that containers share.
type ContainerFolder struct {
	Root, Name string
	Err        error     // why it can't be used
	Names      []string  // what is in it from an earlier life
	Free       jvm.Bytes // on its disk; -1 where that is not known
	Disk       jvm.Bytes // how large that is
	Above      string    // the nearest folder that was there
	HandedOver bool      // root makes it, for the user that java will be
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

// numbered are files of one kind, one a life: prefix_N.suffix. The number is not
// a time, so that a dry run names what a start would.
type numbered struct {
	prefix, suffix string
	most           int // how many a folder is to hold; 0: no matter
}

// file is the first one that is not there yet; past the most the last one again.
func (n numbered) file(in ContainerFolder) (path string, isAgain bool) {
	taken := make(map[string]bool, len(in.Names))
	for _, name := range in.Names {
		taken[name] = true
		if i := strings.Index(name, n.suffix+"."); i >= 0 { // of which one is a part: gc_1.log.0.current
			taken[name[:i+len(n.suffix)]] = true
		}
	}
	for i := 1; ; i++ {
		name := fmt.Sprintf("%s_%d%s", n.prefix, i, n.suffix)
		if !taken[name] || i == n.most {
			return in.Path() + "/" + name, taken[name]
		}
	}
}

// isOne tells whether a name is one of them.
func (n numbered) isOne(name string) bool {
	number, isOurs := strings.CutPrefix(name, n.prefix+"_")
	number, hasEnd := strings.CutSuffix(number, n.suffix)
	return isOurs && hasEnd && number != "" && strings.Trim(number, "0123456789") == ""
}

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
	folder.Above = where
	folder.Err = sys.AsJava(func() (err error) {
		if where == folder.Path() {
			if folder.Names, err = list(where, sys); err != nil {
				return err
			}
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

// make makes the folder where it is not there. Where it fails it leaves none of
// those above that it has made.
func (c ContainerFolder) make(sys System) (isNew bool, err error) {
	defer func() {
		if err != nil {
			c.removeFrom(path.Dir(c.Path()), sys)
		}
	}()
	if c.HandedOver {
		err = sys.MakeFolderFor(c.Root, c.Name, *sys.RunAs)
		return err == nil, err
	}
	err = sys.AsJava(func() (err error) {
		isNew, err = sys.MakeFolder(c.Root, c.Name)
		return err
	})
	return isNew, err
}

// remove removes the folder and those above it that were not there before, each
// where it is empty.
func (c ContainerFolder) remove(sys System) { c.removeFrom(c.Path(), sys) }

func (c ContainerFolder) removeFrom(folder string, sys System) {
	if c.Above == c.Path() {
		return // all of them were there
	}
	for ; folder != c.Above && folder != "/"; folder = path.Dir(folder) {
		if err := sys.RemoveFolder(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return
		}
	}
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

// list gives the names in a folder that is no symbolic link.
func list(folder string, sys System) ([]string, error) {
	info, err := fs.Lstat(sys.Root, host.InRoot(folder))
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errNoFolder
	}
	names, err := namesIn(folder, namesMost+1, sys)
	if err == nil && len(names) > namesMost {
		err = errTooMany
	}
	if err != nil {
		return nil, err
	}
	return names, nil
}

// namesIn gives the first names in a folder, of which somebody else may have put
// very many there.
func namesIn(folder string, most int, sys System) ([]string, error) {
	if folder == "" {
		return nil, nil
	}
	file, err := sys.Root.Open(host.InRoot(folder))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	in, isFolder := file.(fs.ReadDirFile)
	if !isFolder {
		return nil, errNoFolder
	}
	entries, err := in.ReadDir(most)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, nil
}

// namesMost is how many files a container's folder may hold.
const namesMost = 10_000

// foldersMost is how many containers' folders of a root are looked into.
const foldersMost = 1000

// countDumps counts the heap dumps in all folders of a root, up to a number: what
// is there may be very much. A root is one service's, as it is mounted.
func countDumps(root string, most int, sys System) int {
	found := 0
	folders, _ := namesIn(root, foldersMost, sys) // as far as they can be read
	for _, folder := range folders {
		names, err := list(path.Join(root, folder), sys)
		if err != nil {
			continue
		}
		for _, name := range names {
			if heapDumps.isOne(name) {
				found++
			}
		}
		if found >= most {
			break
		}
	}
	return found
}

// countChunks counts the lives that left chunks of a flight recording.
func countChunks(logs ContainerFolder, sys System) (int, error) {
	var names []string
	err := sys.AsJava(func() (err error) {
		names, err = list(repository(logs), sys)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // java makes it
	}
	return len(names), err
}
