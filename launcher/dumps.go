package launcher

import (
	"errors"
	"io/fs"
	"path"

	"jvm-entrypoint/launcher/host"
)

// What is looked at of other containers' folders in a root.
const (
	foldersMost    = 1000
	otherNamesMost = 20_000
)

// countDumps counts the heap dumps in a container's own folder, then in those
// beside it, up to a number: a root is one service's, as it is mounted, and what is
// there may be very much.
func countDumps(dumps ContainerFolder, most int, sys System) int {
	found := dumpsAmong(dumps.Path(), dumps.Names, most, sys)
	folders, _ := namesIn(dumps.Root, foldersMost, sys) // as far as they can be read
	left := otherNamesMost
	for _, folder := range folders {
		if found >= most || left <= 0 {
			break
		}
		if folder == dumps.Name {
			continue
		}
		names, _ := list(path.Join(dumps.Root, folder), left, sys)
		left -= len(names)
		found += dumpsAmong(path.Join(dumps.Root, folder), names, most-found, sys)
	}
	return found
}

// dumpsAmong counts the files of a folder that are heap dumps, up to a number. An
// empty one takes no room, and is easily made.
func dumpsAmong(folder string, names []string, most int, sys System) int {
	found := 0
	for _, name := range names {
		if found >= most || !heapDumps.isOne(name) {
			continue
		}
		info, err := fs.Lstat(sys.Root, host.InRoot(path.Join(folder, name)))
		if err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			found++
		}
	}
	return found
}

// countChunks counts the lives that left chunks of a flight recording.
func countChunks(logs ContainerFolder, sys System) (int, error) {
	names, err := list(repository(logs), namesMost, sys)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // java makes it
	}
	return len(names), err
}
