package launcher

import (
	"archive/zip"
	"io"
	"io/fs"
	"strings"

	"jvm-entrypoint/launcher/host"
)

// CountClasses counts the classes that the program may load, by the tables of
// contents of its jars: those of the class path, and the jars in a fat jar. What
// can't be read has none: it is java's to complain of, and the plan goes by what
// is usual.
func (p *Program) CountClasses(sys System) {
	p.Classes = 0
	entries := []string{p.Jar}
	if p.ClassPath != "" {
		entries = expandClassPath(p.ClassPath, sys)
	}
	for _, entry := range entries {
		p.Classes += classesIn(entry, sys)
	}
}

// classesIn counts those of a jar or below a folder.
func classesIn(entry string, sys System) int {
	if info, err := fs.Stat(sys.Root, host.InRoot(entry)); err != nil || info.IsDir() {
		return classesBelow(entry, sys)
	}
	j, err := openJar(entry, sys)
	if err != nil {
		return 0
	}
	defer j.Close()
	count := classesOfJar(j.Reader, j.content)
	for _, beside := range j.classPath() { // as the manifest of a thin jar has it
		if other, err := openJar(beside, sys); err == nil {
			count += classesOfJar(other.Reader, other.content)
			other.Close()
		}
	}
	return count
}

// filesMost is how many files of a folder of classes are looked at.
const filesMost = 100_000

func classesBelow(folder string, sys System) int {
	count, seen := 0, 0
	_ = fs.WalkDir(sys.Root, host.InRoot(folder), func(name string, _ fs.DirEntry, err error) error {
		if seen++; err != nil || seen > filesMost {
			return fs.SkipAll
		}
		if isClass(name) {
			count++
		}
		return nil
	})
	return count
}

// classesOfJar counts a jar's classes, and those of the jars that it holds as
// they are: a launcher such as Spring Boot's reads them in place. The content is
// nil for one of the latter.
func classesOfJar(jar *zip.Reader, content io.ReaderAt) int {
	count := 0
	for _, entry := range jar.File {
		switch {
		case isClass(entry.Name):
			count++
		case content != nil && entry.Method == zip.Store && strings.HasSuffix(entry.Name, ".jar"):
			if offset, err := entry.DataOffset(); err == nil {
				size := int64(entry.UncompressedSize64)
				if inner, err := zip.NewReader(io.NewSectionReader(content, offset, size), size); err == nil {
					count += classesOfJar(inner, nil)
				}
			}
		}
	}
	return count
}

// isClass leaves out what is no class of the program's: descriptions, and the
// variants for other Java versions, of which the JVM loads one.
func isClass(name string) bool {
	return strings.HasSuffix(name, ".class") && !strings.HasSuffix(name, "-info.class") && !strings.HasPrefix(name, "META-INF/versions/")
}
