package launcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

func (t *Trainer) work() string { return path.Join(t.folder, workFolder) }

// clear removes what an earlier training left, the record first, and makes the
// folders anew: JVM_ARCHIVE, which is root's, and the one that java may write in.
func (t *Trainer) clear() error {
	for _, name := range []string{trainedFile, "classes.jsa", "classes.aot", unpackedFolder, workFolder} {
		if err := os.RemoveAll(path.Join(t.folder, name)); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(t.folder, 0o755); err != nil {
		return err
	}
	folder, err := rootOnly(t.folder, t.Sys)
	if err != nil {
		return &SettingError{Name: "JVM_ARCHIVE", Value: t.folder, Err: fmt.Errorf("%w, so a start would not trust what is in it (name another folder)", err)}
	}
	t.folder = folder
	if id := t.plan.Request.RunAs; id != nil {
		t.Sys.RunAs = id
		_, err := t.Sys.MakeFolderFor(t.folder, workFolder, *id)
		return err
	}
	return os.Mkdir(t.work(), 0o755)
}

// jarModeTools is what Spring Boot puts into a fat jar from 3.3 on, by which the
// jar can unpack itself.
const jarModeTools = "BOOT-INF/lib/spring-boot-jarmode-tools-"

// unpack unpacks a fat jar that can do that itself: its classes load through a
// loader of its own, and java archives none of those.
func (t *Trainer) unpack(ctx context.Context) (*Unpacked, error) {
	program := t.plan.Request.Program
	if program.MainClass != "" || !hasEntry(ctx, program.Jar, jarModeTools, t.Sys) {
		return nil, nil
	}
	from := path.Join(t.work(), unpackedFolder)
	command := []string{program.Java, "-Djarmode=tools", "-jar", program.Jar, "extract", "--destination", from}
	if err := t.run(ctx, "unpack "+shown(program.Jar), command); err != nil {
		return nil, err
	}
	to := path.Join(t.folder, unpackedFolder)
	if err := copyTree(from, to); err != nil {
		return nil, fmt.Errorf("unpack %s: %w", shown(program.Jar), err)
	}
	mark, err := markOf(ctx, program.Jar, t.Sys)
	if err != nil {
		return nil, err
	}
	u := &Unpacked{Of: mark, Jar: path.Join(to, path.Base(program.Jar))}
	return u, t.writeRecord(Trained{Unpacked: u})
}

func hasEntry(ctx context.Context, file, prefix string, sys System) bool {
	j, err := openJar(ctx, file, sys)
	if err != nil {
		return false
	}
	defer j.Close()
	for entry, err := range j.entries() {
		if err == nil && strings.HasPrefix(entry.name, prefix) {
			return true
		}
	}
	return false
}

func (t *Trainer) writeRecord(record Trained) error {
	text, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return err
	}
	return writeNew(path.Join(t.folder, trainedFile), strings.NewReader(string(text)+"\n"))
}

// copyTree copies files and folders. What is in from was written by java's user,
// so no link in it is followed.
func copyTree(from, to string) error {
	in, err := os.OpenRoot(from)
	if err != nil {
		return err
	}
	defer in.Close()
	return fs.WalkDir(in.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch target := path.Join(to, name); {
		case err != nil:
			return err
		case entry.IsDir():
			return errors.Join(os.Mkdir(target, 0o755), os.Chmod(target, 0o755))
		default:
			return copyFile(path.Join(from, name), target)
		}
	})
}

// copyFile makes a file of root's out of one of java's user, which may still be
// open in a process of that user.
func copyFile(from, to string) error {
	fd, err := unix.Open(from, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: from, Err: err}
	}
	in := os.NewFile(uintptr(fd), from)
	defer in.Close()
	if info, err := in.Stat(); err != nil || !info.Mode().IsRegular() {
		return &fs.PathError{Op: "open", Path: from, Err: errNotItsName}
	}
	return writeNew(to, in)
}

// writeNew writes a file that everybody may read, in place of one that is there.
func writeNew(name string, content io.Reader) error {
	part := name + ".new"
	out, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	if err = errors.Join(err, out.Chmod(0o644), out.Close()); err != nil {
		return err
	}
	return os.Rename(part, name)
}
