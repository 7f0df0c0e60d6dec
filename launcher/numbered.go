package launcher

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"

	"jvm-entrypoint/launcher/host"
)

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

// isReused tells whether a name is of the last file, or of a part of it.
func (n numbered) isReused(name string) bool {
	last := fmt.Sprintf("%s_%d%s", n.prefix, n.most, n.suffix)
	return n.most > 0 && (name == last || strings.HasPrefix(name, last+"."))
}

// inTheWay is what java must not write over where the last file would be used
// again; empty where nothing is.
func (n numbered) inTheWay(in ContainerFolder) string {
	i := slices.IndexFunc(in.NotOurs, n.isReused)
	if _, isAgain := n.file(in); !isAgain || i < 0 {
		return ""
	}
	return path.Join(in.Path(), in.NotOurs[i])
}

// isOne tells whether a name is one of them.
func (n numbered) isOne(name string) bool {
	number, isOurs := strings.CutPrefix(name, n.prefix+"_")
	number, hasEnd := strings.CutSuffix(number, n.suffix)
	return isOurs && hasEnd && number != "" && strings.Trim(number, "0123456789") == ""
}

// notOurs are the names of files that would be used again and that java must not
// write to: whoever else may write in the folder can have put a link there, which
// leads to another file of java's user, or a pipe, which would stop it.
func notOurs(folder ContainerFolder, sys System) []string {
	return slices.DeleteFunc(slices.Clone(folder.Names), func(name string) bool {
		isReused := gcLogs.isReused(name) || recordings.isReused(name)
		return !isReused || isOwnFile(path.Join(folder.Path(), name), sys)
	})
}

// isOwnFile tells whether a file is a regular one of the user that java will be,
// and has no other name.
func isOwnFile(file string, sys System) bool {
	info, err := fs.Lstat(sys.Root, host.InRoot(file))
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	stat, isKnown := info.Sys().(*syscall.Stat_t)
	return isKnown && stat.Nlink == 1 && stat.Uid == sys.javaUID()
}
