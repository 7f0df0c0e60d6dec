package launcher

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"

	"jvm-entrypoint/launcher/host"
)

// FileMark tells a file from others. Java itself goes by size and time; the
// content is that of a jar's table of contents, with each entry's checksum: where
// a build gives all files one time, it alone tells an older jar.
//
// Of a folder the mark tells whether anything is in it: its size and time are its
// file system's. Of FOLDER/* it tells which jars java finds there, in which order.
type FileMark struct {
	Path    string `json:"path"` // as it is written
	Size    int64  `json:"size"`
	Time    int64  `json:"time"` // in seconds, all that images keep
	Content string `json:"content,omitempty"`
}

// The contents of folders.
const (
	emptyFolder = "empty folder"
	fullFolder  = "folder"
)

// markOf marks a file; one that is not there too, since java looks for it again.
func markOf(ctx context.Context, file string, sys System) (FileMark, error) {
	mark := FileMark{Path: file}
	file = sys.absolute(file)
	if folder, isAll := strings.CutSuffix(file, allJars); isAll {
		jars, _ := jarsIn(ctx, folder, sys)
		return mark.of(strings.NewReader(strings.Join(jars, ":")), ctx.Err())
	}
	info, err := fs.Stat(sys.Root, host.InRoot(file))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return mark, nil
	case err != nil:
		return mark, err
	case info.IsDir():
		mark.Content = emptyFolder
		for range inFolder(file, sys) { // or what keeps us from looking
			mark.Content = fullFolder
			break
		}
		return mark, nil
	}
	mark.Size, mark.Time = info.Size(), info.ModTime().Unix()
	j, err := openJar(ctx, file, sys)
	if errors.Is(err, errNotItsName) { // which is java's to judge
		return mark, nil
	}
	if err != nil {
		return mark, err
	}
	defer j.Close()
	return mark.of(io.NewSectionReader(j.table, 0, j.table.Size()), nil)
}

// of is a mark with a content.
func (m FileMark) of(content io.Reader, err error) (FileMark, error) {
	sum := sha256.New()
	if _, readErr := io.Copy(sum, content); err == nil {
		err = readErr
	}
	m.Content = hex.EncodeToString(sum.Sum(nil)[:16])
	return m, err
}

// archiveEnds is how much of an archive's beginning and end its mark has: the part
// that java trusts without looking, and what a copy that broke off lacks.
const archiveEnds = 64 << 10

// markArchive marks an archive: not by its time, which java does not look at.
func markArchive(file string, sys System) (FileMark, error) {
	in, err := sys.Root.Open(host.InRoot(file))
	if err != nil {
		return FileMark{}, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return FileMark{}, err
	}
	mark := FileMark{Path: path.Base(file), Size: info.Size()}
	at, is := in.(io.ReaderAt)
	if !is || !info.Mode().IsRegular() {
		return mark, errNotItsName
	}
	return mark.of(io.MultiReader(io.NewSectionReader(at, 0, archiveEnds), io.NewSectionReader(at, max(0, mark.Size-archiveEnds), archiveEnds)), nil)
}

// isStill tells why a file is not the one that was marked.
func (m FileMark) isStill(ctx context.Context, sys System) error {
	now, err := markOf(ctx, m.Path, sys)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", shown(m.Path), cause(err))
	case now != m:
		return fmt.Errorf("%s is another file than it was trained with", shown(m.Path))
	}
	return nil
}

// archiveFiles marks what an archive depends on by what java gets in the end: the
// files that classes come from, and those that they name, which java follows from
// jar to jar.
func (p Plan) archiveFiles(ctx context.Context, sys System) ([]FileMark, error) {
	program := p.Request.Program
	classPath, _ := program.archiveClassPath(p.final)
	queue := slices.Concat(strings.Split(classPath, ":"), program.Archive.Kind.Files(p.final))
	marks, seen := []FileMark{}, map[string]bool{}
	for ; len(queue) > 0; queue = queue[1:] {
		file := queue[0]
		if seen[file] {
			continue
		}
		seen[file] = true
		mark, err := markOf(ctx, file, sys)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", shown(file), cause(err))
		}
		marks = append(marks, mark)
		queue = append(queue, namedBy(ctx, sys.absolute(file), sys)...)
	}
	return marks, nil
}

// namedBy are the files that a jar names, or that FOLDER/* means.
func namedBy(ctx context.Context, file string, sys System) []string {
	if folder, isAll := strings.CutSuffix(file, allJars); isAll {
		jars, _ := jarsIn(ctx, folder, sys)
		return jars
	}
	j, err := openJar(ctx, file, sys)
	if err != nil {
		return nil
	}
	defer j.Close()
	return slices.Concat(j.files("Class-Path"), j.files("Boot-Class-Path")) // the latter an agent's
}

// modules marks java's own classes: builds of one version differ in them.
func (p Program) modules(ctx context.Context, sys System) (FileMark, error) {
	java := p.Java
	if resolved, err := sys.Resolve(java); err == nil {
		java = resolved
	}
	return markOf(ctx, path.Join(path.Dir(path.Dir(java)), "lib/modules"), sys)
}

// rootOnly tells why a file may be another's than root's, else its path without any
// link, by which java has to be told of it. An archive is code: in a folder where
// the service's user can write, a service that was broken into could leave its next
// life something to run.
func rootOnly(file string, sys System) (resolved string, err error) {
	if resolved, err = sys.Resolve(file); err != nil {
		return "", fmt.Errorf("%s: %w", shown(file), cause(err))
	}
	for where := resolved; ; where = path.Dir(where) {
		info, err := fs.Lstat(sys.Root, host.InRoot(where))
		if err != nil {
			return "", fmt.Errorf("%s: %w", shown(where), cause(err))
		}
		stat, known := info.Sys().(*syscall.Stat_t)
		mode := info.Mode()
		switch {
		case !known || stat.Uid != 0:
			return "", fmt.Errorf("%s does not belong to root", shown(where))
		case mode.Perm()&0o022 != 0 && !(mode.IsDir() && mode&fs.ModeSticky != 0):
			return "", fmt.Errorf("%s can be written by others than root", shown(where))
		}
		if where == "/" {
			return resolved, nil
		}
	}
}
