package launcher

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"path"
	"strings"

	"jvm-entrypoint/launcher/host"
)

// jar is an opened jar.
type jar struct {
	path string
	*zip.Reader
	io.Closer
	content io.ReaderAt
}

var (
	errNotItsName = errors.New("not what its name says")
	errNoAgent    = errors.New("no Java agent: its manifest has no Premain-Class")
	errNoClass    = errors.New("not a class file")
)

func openJar(file string, sys System) (jar, error) {
	opened, err := host.OpenFile(sys.Root, file)
	if err != nil {
		return jar{}, err
	}
	info, err := opened.Stat()
	if err != nil {
		opened.Close()
		return jar{}, err
	}
	content := opened.(io.ReaderAt) // as every file system has them
	reader, err := zip.NewReader(content, info.Size())
	if err != nil {
		opened.Close()
		return jar{}, errNotItsName
	}
	return jar{file, reader, opened, content}, nil
}

// manifestMost bounds a manifest, in bytes; a signed jar names all its files there.
const manifestMost = 16 << 20

// attribute gives one of the manifest's own, "" where it is not there.
func (j jar) attribute(name string) string {
	file := j.find("META-INF/MANIFEST.MF")
	if file == nil {
		return ""
	}
	opened, err := file.Open()
	if err != nil {
		return ""
	}
	defer opened.Close()
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

func (j jar) find(name string) *zip.File {
	for _, file := range j.File {
		if file.Name == name {
			return file
		}
	}
	return nil
}

// classPath are the files that the manifest puts behind the jar on the class path.
func (j jar) classPath() []string {
	var files []string
	for entry := range strings.FieldsSeq(j.attribute("Class-Path")) {
		at, err := url.Parse(entry)
		if err != nil || at.Host != "" || at.Scheme != "" && at.Scheme != "file" {
			continue
		}
		file := at.Path
		if !path.IsAbs(file) {
			file = path.Join(path.Dir(j.path), file)
		}
		files = append(files, path.Clean(file))
	}
	return files
}

// expandClassPath gives the files and folders of a class path. FOLDER/* are its jars.
func expandClassPath(classPath string, sys System) []string {
	var files []string
	for entry := range strings.SplitSeq(classPath, ":") {
		entry = sys.absolute(entry) // an empty one is the working directory
		if folder, isAll := strings.CutSuffix(entry, "/*"); isAll {
			inside, _ := fs.ReadDir(sys.Root, host.InRoot(folder))
			for _, one := range inside {
				if strings.EqualFold(path.Ext(one.Name()), ".jar") {
					files = append(files, path.Join(folder, one.Name()))
				}
			}
			if len(inside) > 0 {
				continue
			}
		}
		files = append(files, entry)
	}
	return files
}

// classFile opens a class of the jar.
func (j jar) classFile(name string) (io.ReadCloser, error) {
	file := j.find(name)
	if file == nil {
		return nil, fs.ErrNotExist
	}
	return file.Open()
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
func usableAgent(file string, sys System) error {
	j, err := openJar(file, sys)
	if err != nil {
		return err
	}
	defer j.Close()
	if j.attribute("Premain-Class") == "" {
		return errNoAgent
	}
	return nil
}
