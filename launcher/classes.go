package launcher

import (
	"archive/zip"
	"io"
	"io/fs"
	"path"
	"strings"

	"jvm-entrypoint/launcher/host"
)

// CountClasses counts the classes that the program may load, by the tables of
// contents of its jars: those of the class path, and the jars in a fat jar. What
// can't be read has none: it is java's to complain of, and the plan goes by what
// is usual.
func (p *Program) CountClasses(sys System) {
	p.Classes = 0
	for _, entry := range p.classPath(sys) {
		p.Classes += classesIn(entry, sys)
	}
}

// classPath lists jars and folders, in the place of DIR/* the jars that it stands for.
func (p *Program) classPath(sys System) []string {
	if p.ClassPath == "" {
		return []string{p.Jar}
	}
	var list []string
	for entry := range strings.SplitSeq(p.ClassPath, ":") {
		entry = sys.absolute(entry)
		folder, isAll := strings.CutSuffix(entry, "/*")
		if !isAll {
			list = append(list, entry)
			continue
		}
		found, err := fs.ReadDir(sys.Root, host.InRoot(folder))
		if err != nil {
			continue
		}
		for _, one := range found {
			if strings.EqualFold(path.Ext(one.Name()), ".jar") {
				list = append(list, path.Join(folder, one.Name()))
			}
		}
	}
	return list
}

// classesIn counts those of a jar or below a folder.
func classesIn(entry string, sys System) int {
	if info, err := fs.Stat(sys.Root, host.InRoot(entry)); err != nil || info.IsDir() {
		return classesBelow(entry, sys)
	}
	file, err := host.OpenFile(sys.Root, entry)
	if err != nil {
		return 0
	}
	defer file.Close()
	info, err := file.Stat()
	content, isRandom := file.(io.ReaderAt)
	if err != nil || !isRandom {
		return 0
	}
	return classesOfJar(content, info.Size(), true)
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
// they are: a launcher such as Spring Boot's reads them in place.
func classesOfJar(content io.ReaderAt, size int64, isOuter bool) int {
	jar, err := zip.NewReader(content, size)
	if err != nil {
		return 0
	}
	count := 0
	for _, entry := range jar.File {
		switch {
		case isClass(entry.Name):
			count++
		case isOuter && entry.Method == zip.Store && strings.HasSuffix(entry.Name, ".jar"):
			if offset, err := entry.DataOffset(); err == nil {
				inner := int64(entry.UncompressedSize64)
				count += classesOfJar(io.NewSectionReader(content, offset, inner), inner, false)
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
