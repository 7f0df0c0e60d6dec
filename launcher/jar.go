package launcher

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net/url"
	"path"
	"strings"

	"jvm-entrypoint/launcher/host"
)

// jar is an opened jar.
type jar struct {
	path string
	zipFile
	io.Closer
}

var (
	errNotItsName = errors.New("not what its name says")
	errNoAgent    = errors.New("no Java agent: its manifest has no Premain-Class")
	errNoClass    = errors.New("not a class file")
)

// openJar opens one whose reading ends with the context.
func openJar(ctx context.Context, file string, sys System) (jar, error) {
	opened, err := host.OpenFile(sys.Root, file)
	if err != nil {
		return jar{}, err
	}
	info, err := opened.Stat()
	if err != nil {
		opened.Close()
		return jar{}, err
	}
	content := untilDone{ctx, opened.(io.ReaderAt)} // as every file system has them
	zip, err := openZip(content, info.Size())
	if err != nil {
		opened.Close()
		return jar{}, err
	}
	return jar{file, zip, opened}, nil
}

// untilDone can be read until its context ends.
type untilDone struct {
	ctx context.Context
	io.ReaderAt
}

func (u untilDone) ReadAt(b []byte, offset int64) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.ReaderAt.ReadAt(b, offset)
}

// manifestMost bounds what is read of a manifest, in bytes. A signed jar names
// all its files in it, but behind the first section.
const manifestMost = 1 << 20

// attribute gives one of the manifest's own, "" where it is not there.
func (j jar) attribute(name string) string {
	file, err := j.find("META-INF/MANIFEST.MF")
	if err != nil {
		return ""
	}
	opened, err := j.open(file)
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(io.LimitReader(opened, manifestMost))
	return mainAttribute(string(text), name)
}

// mainAttribute reads a manifest's first section, whose long lines go on behind
// a line's end and a space.
func mainAttribute(manifest, name string) string {
	plain := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(manifest)
	section, _, _ := strings.Cut(plain, "\n\n")
	for line := range strings.SplitSeq(strings.ReplaceAll(section, "\n ", ""), "\n") {
		if key, value, found := strings.Cut(line, ":"); found && strings.EqualFold(key, name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// classPathMost bounds how many words of a manifest's Class-Path count.
const classPathMost = 10_000

// classPath are the files that the manifest puts behind the jar on the class path.
func (j jar) classPath() []string { return j.files("Class-Path") }

// files are those that an attribute of the manifest names, each once.
func (j jar) files(attribute string) []string {
	var files []string
	words, known := 0, map[string]bool{}
	for entry := range strings.FieldsSeq(j.attribute(attribute)) {
		if words++; words > classPathMost {
			break
		}
		at, err := url.Parse(entry)
		if err != nil || at.Host != "" || at.Scheme != "" && at.Scheme != "file" {
			continue
		}
		file := at.Path
		if !path.IsAbs(file) {
			file = path.Join(path.Dir(j.path), file)
		}
		if file = path.Clean(file); !known[file] {
			known[file] = true
			files = append(files, file)
		}
	}
	return files
}

// entries are the files and folders that the program's classes are in, but for
// those that a jar's manifest adds.
func (p Program) entries(ctx context.Context, sys System) []string {
	if p.ClassPath != "" {
		return expandClassPath(ctx, p.ClassPath, sys)
	}
	return []string{p.Jar}
}

// allJars behind a folder stands for its jars.
const allJars = "/*"

// expandClassPath gives the files and folders of a class path. FOLDER/* are its jars.
func expandClassPath(ctx context.Context, classPath string, sys System) []string {
	var files []string
	for entry := range strings.SplitSeq(classPath, ":") {
		entry = sys.absolute(entry) // an empty one is the working directory
		if folder, isAll := strings.CutSuffix(entry, allJars); isAll {
			if jars, isFolder := jarsIn(ctx, folder, sys); isFolder {
				files = append(files, jars...)
				continue
			}
		}
		files = append(files, entry)
	}
	return files
}

// listedMost bounds how many names of a folder are looked at.
const listedMost = 200_000

// jarsIn are the jars of a folder that has something in it, in the folder's order,
// which is java's.
func jarsIn(ctx context.Context, folder string, sys System) (jars []string, isFolder bool) {
	names := 0
	for one, err := range inFolder(folder, sys) {
		if err != nil {
			break
		}
		if names++; names > listedMost || ctx.Err() != nil {
			break
		}
		if strings.EqualFold(path.Ext(one.Name()), ".jar") {
			jars = append(jars, path.Join(folder, one.Name()))
		}
	}
	return jars, names > 0
}

// classFile opens a class of the jar.
func (j jar) classFile(name string) (io.Reader, error) {
	file, err := j.find(name)
	if err != nil {
		return nil, err
	}
	return j.open(file)
}

// classFeature is the oldest Java release that loads a class file: version 45
// was Java 1's.
func classFeature(file io.Reader) (int, error) {
	var head [8]byte
	if _, err := io.ReadFull(file, head[:]); err != nil || binary.BigEndian.Uint32(head[:]) != 0xCAFEBABE {
		return 0, errNoClass
	}
	return int(binary.BigEndian.Uint16(head[6:])) - 44, nil
}

// usableAgent is why a jar can't be loaded as a Java agent: java would not start.
func usableAgent(ctx context.Context, file string, sys System) error {
	j, err := openJar(ctx, file, sys)
	if err != nil {
		return err
	}
	defer j.Close()
	if j.attribute("Premain-Class") == "" {
		return errNoAgent
	}
	return nil
}
