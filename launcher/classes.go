package launcher

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"jvm-entrypoint/launcher/host"
)

// What counting classes may cost. A service of ten thousand classes in two
// hundred jars takes some milliseconds; with a quarter of a processor, from a
// cold disk, it may be a hundred times that.
const (
	countTimeout = 500 * time.Millisecond
	filesMost    = 200_000 // those in jars and in folders, and the words of class paths
	jarsMost     = 1_000   // those in a fat jar, too
	depthMost    = 64      // of folders in folders
)

// CountClasses counts the classes that the program may load, by the tables of
// contents of its jars: those of the class path, and the jars in a fat jar. What
// can't be read has none: it is java's to complain of. Where there is more to
// look at than is usual by far, there are at least as many as were counted. For a
// bare start it counts none, and for a trained one that fits it need not.
func (p *Program) CountClasses(ctx context.Context, s Settings, sys System) {
	if s.isOff() {
		return
	}
	if p.Classes = p.Archive.classes(cmp.Or(p.ClassPath, p.Jar)); p.Classes > 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, countTimeout)
	defer cancel()
	c := classCounter{ctx: ctx, timeout: countTimeout, sys: sys, seen: map[string]bool{}}
	p.Classes, p.ClassesErr = c.countAll(*p)
}

// classCounter counts classes until it has seen too much.
type classCounter struct {
	ctx                  context.Context
	timeout              time.Duration // the context's
	sys                  System
	seen                 map[string]bool // jars and folders
	files, jars, classes int
}

// countAll counts those of a program, and tells why there may be more.
func (c *classCounter) countAll(p Program) (int, error) {
	queue := c.unseen(p.entries(c.ctx, c.sys))
	for ; len(queue) > 0; queue = queue[1:] {
		queue = append(queue, c.unseen(c.count(queue[0]))...)
	}
	return c.classes, c.spent()
}

// unseen are those of some files that were not seen yet, and now are.
func (c *classCounter) unseen(files []string) (left []string) {
	for _, file := range files {
		if file = path.Clean(file); !c.seen[file] && c.see(file) {
			c.seen[file] = true
			left = append(left, file)
		}
	}
	return left
}

// spent tells why the counting ends.
func (c *classCounter) spent() error {
	switch {
	case c.ctx.Err() != nil:
		return fmt.Errorf("counting them took more than %s", c.timeout)
	case c.files > filesMost:
		return fmt.Errorf("they are among more than %d files", filesMost)
	case c.jars > jarsMost:
		return fmt.Errorf("they are in more than %d jars", jarsMost)
	}
	return nil
}

// see counts a file, and tells whether it may still be looked at.
func (c *classCounter) see(name string) bool {
	if c.files++; c.spent() != nil {
		return false
	}
	if isClass(name) {
		c.classes++
	}
	return true
}

// count counts those of a jar or below a folder, and gives what the jar's manifest
// puts on the class path, as that of a thin jar.
func (c *classCounter) count(entry string) (beside []string) {
	if info, err := fs.Stat(c.sys.Root, host.InRoot(entry)); err != nil || info.IsDir() {
		c.below(entry, depthMost)
		return nil
	}
	j, err := openJar(c.ctx, entry, c.sys)
	if err != nil {
		return nil
	}
	defer j.Close()
	c.contents(j.zipFile, true)
	return j.classPath()
}

func (c *classCounter) below(folder string, depth int) {
	for entry, err := range inFolder(folder, c.sys) {
		if err != nil || !c.see(entry.Name()) {
			return
		}
		if entry.IsDir() && depth > 0 {
			c.below(path.Join(folder, entry.Name()), depth-1)
		}
	}
}

// contents counts what a jar has in it, and those of the jars that it holds as
// they are: a launcher such as Spring Boot's reads them in place.
func (c *classCounter) contents(jar zipFile, isOuter bool) {
	c.jars++
	for entry, err := range jar.entries() {
		if err != nil || !c.see(entry.name) {
			return
		}
		if isOuter && entry.method == stored && strings.HasSuffix(entry.name, ".jar") {
			if inner, err := jar.inner(entry); err == nil {
				c.contents(inner, false)
			}
		}
	}
}

// inner opens a jar in a jar, in place.
func (z zipFile) inner(e zipEntry) (zipFile, error) {
	content, err := z.packedContent(e)
	if err != nil {
		return zipFile{}, err
	}
	return openZip(content, content.Size())
}

// isClass leaves out what is no class of the program's: descriptions, and the
// variants for other Java versions, of which the JVM loads one.
func isClass(name string) bool {
	return strings.HasSuffix(name, ".class") && !strings.HasSuffix(name, "-info.class") && !strings.HasPrefix(name, "META-INF/versions/")
}
