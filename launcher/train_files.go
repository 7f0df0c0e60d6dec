package launcher

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

func (t *Trainer) work() string { return path.Join(t.folder, workFolder) }

// place is JVM_ARCHIVE without a link in it, which a start would trust. It has to be
// a folder of its own: what was there before is not the next training's.
func (t *Trainer) place(folder string) (string, error) {
	wrong := func(format string, a ...any) (string, error) {
		return folder, &SettingError{Name: "JVM_ARCHIVE", Value: folder, Err: fmt.Errorf(format, a...)}
	}
	there := existing(folder, t.Sys)
	resolved, err := rootOnly(there, t.Sys)
	if err != nil {
		return wrong("%w, so a start would not trust what is in it (name another folder)", err)
	}
	folder = path.Join(resolved, strings.TrimPrefix(folder, there))
	names, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return wrong("%w (name a folder)", cause(err))
	}
	// Killed, a training leaves its folder, and no record yet.
	isTraining := func(e fs.DirEntry) bool { return e.Name() == trainedFile || e.Name() == workFolder }
	if len(names) > 0 && !slices.ContainsFunc(names, isTraining) {
		return wrong("has %s in it, and is no training's (name a folder of its own)", shown(names[0].Name()))
	}
	return folder, nil
}

// clear removes what an earlier training left, the record first.
func (t *Trainer) clear() error {
	for _, name := range []string{trainedFile, "classes.jsa", "classes.aot", unpackedFolder, workFolder} {
		for _, file := range []string{name, name + partSuffix} {
			if err := os.RemoveAll(path.Join(t.folder, file)); err != nil {
				return err
			}
		}
	}
	return nil
}

// makeFolders makes JVM_ARCHIVE, which is root's, and in it the one that java may
// write in.
func (t *Trainer) makeFolders() error {
	if _, err := t.Sys.MakeFolder(path.Dir(t.folder), path.Base(t.folder)); err != nil {
		return err
	}
	if t.Sys.RunAs == nil {
		return os.Mkdir(t.work(), 0o755)
	}
	_, err := t.Sys.MakeFolderFor(t.folder, workFolder, *t.Sys.RunAs)
	return err
}

// A fat jar that can unpack itself has both from Spring Boot 3.3 on. Its other
// launchers find classes outside the jar too, as loader.path says, or in a war.
const (
	jarLauncher  = "org.springframework.boot.loader.launch.JarLauncher"
	jarModeTools = "BOOT-INF/lib/spring-boot-jarmode-tools-"
)

// unpack unpacks a fat jar that can do that itself: its classes load through a
// loader of its own, and java archives none of those.
func (t *Trainer) unpack(ctx context.Context) (*Unpacked, error) {
	program := t.plan.Request.Program
	if program.MainClass != "" {
		return nil, nil
	}
	switch isFat, unpacks := isFatJar(ctx, program.Jar, t.Sys); {
	case isFat && !unpacks:
		t.Log.Warn(fmt.Sprintf("%s holds jars, whose classes java can't archive, and can't unpack itself (Spring Boot's JarLauncher can, from 3.3 on, with its jarmode tools): a start gains little", shown(program.Jar)))
		return nil, nil
	case !isFat:
		return nil, nil
	}
	from := path.Join(t.work(), unpackedFolder)
	command := []string{program.Java, "-Djarmode=tools", "-jar", program.Jar, "extract", "--destination", from}
	if err := t.run(ctx, t.plan, "unpack "+shown(program.Jar), command); err != nil {
		return nil, err
	}
	to := path.Join(t.folder, unpackedFolder)
	if err := t.copyUnpacked(ctx, to); err != nil {
		return nil, fmt.Errorf("unpack %s: %w", shown(program.Jar), err)
	}
	mark, err := markOf(ctx, program.Jar, t.Sys)
	if err != nil {
		return nil, err
	}
	u := &Unpacked{Of: mark, Jar: path.Join(to, path.Base(program.Jar))}
	return u, t.writeRecord(Trained{Unpacked: u})
}

// isFatJar tells whether a jar holds jars, and whether it can unpack itself.
func isFatJar(ctx context.Context, file string, sys System) (isFat, unpacks bool) {
	j, err := openJar(ctx, file, sys)
	if err != nil {
		return false, false
	}
	defer j.Close()
	for entry, err := range j.entries() {
		isFat = isFat || err == nil && entry.method == stored && strings.HasSuffix(entry.name, ".jar")
		unpacks = unpacks || err == nil && strings.HasPrefix(entry.name, jarModeTools)
	}
	return isFat, unpacks && j.attribute("Main-Class") == jarLauncher
}

// dropOtherLoaders leaves out of a list the classes of loaders of the application's
// own. From 18 on java lists them where they come from files, and then ends where it
// can't find one again in the way that it is listed (JDK-8315130).
func dropOtherLoaders(list string) error {
	file, err := os.OpenFile(list, os.O_RDWR|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0) // it is java's user's
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err := isFile(list, info, err); err != nil {
		return err
	}
	const most = 256 << 20
	text, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return err
	}
	var kept bytes.Buffer
	for line := range bytes.Lines(text) {
		if !bytes.Contains(line, []byte(" source: ")) {
			kept.Write(line)
		}
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err = file.WriteAt(kept.Bytes(), 0)
	return err
}

func (t *Trainer) writeRecord(record Trained) error {
	text, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return err
	}
	return writeNew(path.Join(t.folder, trainedFile), strings.NewReader(string(text)+"\n"))
}

// copyUnpacked copies what was unpacked. The folder that it is in is java's user's,
// who may put a link in its place, too: only the training's own can be trusted.
func (t *Trainer) copyUnpacked(ctx context.Context, to string) error {
	work, err := os.OpenRoot(t.work())
	if err != nil {
		return err
	}
	defer work.Close()
	from, err := work.OpenRoot(unpackedFolder)
	if err != nil {
		return err
	}
	defer from.Close()
	return copyTree(ctx, from, to)
}

// copyTree copies files and folders. What is in there was written by java's user,
// who may still be at it: nothing is opened by a way out of it, and no link is taken.
func copyTree(ctx context.Context, in *os.Root, to string) error {
	return fs.WalkDir(in.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch target := path.Join(to, name); {
		case cmp.Or(err, ctx.Err()) != nil:
			return cmp.Or(err, ctx.Err())
		case entry.IsDir():
			return errors.Join(os.Mkdir(target, 0o755), os.Chmod(target, 0o755))
		default:
			return copyFile(in, name, target)
		}
	})
}

// isFile finds fault with what is no regular file, as java's user may put one's name on.
func isFile(name string, info fs.FileInfo, err error) error {
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: errNotItsName}
	}
	return err
}

// copyFile makes a file of root's out of one of java's user.
func copyFile(in *os.Root, name, to string) error {
	info, err := in.Lstat(name)
	if err := isFile(name, info, err); err != nil {
		return err
	}
	file, err := in.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0) // it may be a pipe by now
	if err != nil {
		return err
	}
	defer file.Close()
	info, err = file.Stat()
	if err := isFile(name, info, err); err != nil {
		return err
	}
	return writeNew(to, io.LimitReader(file, info.Size())) // one that grows for ever has an end
}

// partSuffix ends the name of a file that is not whole yet.
const partSuffix = ".new"

// writeNew writes a file that everybody may read, in place of one that is there.
func writeNew(name string, content io.Reader) error {
	part := name + partSuffix
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
