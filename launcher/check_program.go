package launcher

import (
	"context"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// checkProgram looks for what java is to run, and whether this Java can.
func (c *checker) checkProgram(ctx context.Context) {
	program := c.Request.Program
	if program.MainClass != "" {
		c.checkMainClass(ctx, program.MainClass)
		return
	}
	j, err := openJar(ctx, program.Jar, c.sys)
	if err != nil {
		c.refuse("BIN_JAR", program.Jar, "%w (java would not start: build it anew)", cause(err))
		return
	}
	defer j.Close()
	main := j.attribute("Main-Class")
	if main == "" {
		c.refuse("BIN_JAR", program.Jar, "its manifest has no Main-Class (build a jar that java -jar can run, or set JVM_MAIN_CLASS)")
		return
	}
	place, beside := classPlace{"BIN_JAR", program.Jar}, j.classPath()
	c.missing(place, "its manifest's Class-Path", beside)
	if !c.findClass(ctx, place, main, append([]string{program.Jar}, beside...)) {
		c.refuse("BIN_JAR", program.Jar, "its Main-Class %s is not in it (build it anew)", shown(main))
	}
	// What Spring Boot's loader runs was compiled for another Java than the loader.
	if start := j.attribute("Start-Class"); start != "" {
		for _, folder := range []string{"BOOT-INF/classes/", "WEB-INF/classes/"} {
			if file, err := j.classFile(folder + classFileName(start)); err == nil {
				c.checkRelease(place, start, io.NopCloser(file))
			}
		}
	}
}

// checkMainClass looks for a class on the class path that java gets. Where more
// than that may hold it, that it is not there is no finding.
func (c *checker) checkMainClass(ctx context.Context, class string) {
	classPath, hasMore := c.Request.Program.ClassPath, false
	for _, o := range c.everything() {
		switch name, value, _ := strings.Cut(strings.Join(o.Words, "="), "="); {
		case slices.Contains([]string{"-cp", "-classpath", "--class-path"}, name):
			classPath = value
		case slices.Contains([]string{"-p", "--module-path", "--patch-module", "--upgrade-module-path"}, name),
			strings.HasPrefix(name, "-Xbootclasspath"), strings.HasPrefix(name, "-javaagent:") && !isDefault(o.Source):
			hasMore = true
		}
	}
	place := classPlace{"JVM_CLASS_PATH", classPath}
	if c.Request.Settings.JVMClassPath == "" {
		place.setting = "BIN_JAR"
	}
	entries := expandClassPath(ctx, classPath, c.sys)
	c.missing(place, "it", entries)
	if isOfJava := slices.ContainsFunc([]string{"java.", "javax.", "jdk.", "sun.", "com.sun."}, func(prefix string) bool { return strings.HasPrefix(class, prefix) }); isOfJava || hasMore {
		return
	}
	if !c.findClass(ctx, place, class, entries) {
		c.refuse("JVM_MAIN_CLASS", class, "not on the class path %s (add its jar or folder)", shown(classPath))
	}
}

// classPlace is the setting by which a class is found, for messages.
type classPlace struct{ setting, value string }

// missing advises of what a class path names and is not there, which java overlooks.
func (c *checker) missing(place classPlace, what string, files []string) {
	isThere := func(file string) bool {
		_, err := fs.Stat(c.sys.Root, host.InRoot(file))
		return err == nil
	}
	missing := slices.DeleteFunc(slices.Clone(files), isThere)
	switch len(missing) {
	case 0:
	case 1:
		c.advise("%s %s: %s names %s, which is not there (java overlooks it)", place.setting, shown(place.value), what, shown(missing[0]))
	default:
		c.advise("%s %s: %s names %d files that are not there, %s the first (java overlooks them)",
			place.setting, shown(place.value), what, len(missing), shown(missing[0]))
	}
}

// findClass tells whether a class is in one of the files, looking at the first
// that has it, as java does; and checks that this Java can load it.
func (c *checker) findClass(ctx context.Context, place classPlace, class string, files []string) bool {
	for _, file := range files {
		opened, err := c.openClass(ctx, file, class)
		if err == nil {
			c.checkRelease(place, class, opened)
			return true
		}
	}
	return false
}

// openClass opens a class in a folder or a jar.
func (c *checker) openClass(ctx context.Context, place, class string) (io.ReadCloser, error) {
	if info, err := fs.Stat(c.sys.Root, host.InRoot(place)); err == nil && info.IsDir() {
		return host.OpenFile(c.sys.Root, path.Join(place, classFileName(class)))
	}
	j, err := openJar(ctx, place, c.sys)
	if err != nil {
		return nil, err
	}
	file, err := j.classFile(classFileName(class))
	if err != nil {
		j.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{file, j}, nil
}

func classFileName(class string) string { return strings.ReplaceAll(class, ".", "/") + ".class" }

// checkRelease refuses a class that a later Java was compiled for, and closes it.
func (c *checker) checkRelease(place classPlace, class string, file io.ReadCloser) {
	defer file.Close()
	feature, err := classFeature(file)
	version := c.Request.Program.Version
	switch {
	case err != nil:
		c.refuse(place.setting, place.value, "%s is %w (build it anew)", shown(class), err)
	case !version.AtLeast(feature):
		c.refuse(place.setting, place.value, "%s is compiled for Java %d, and this is Java %d (run it on %[2]d, or compile it with --release %[3]d)",
			shown(class), feature, version.Feature)
	}
}

// checkAgents looks into the agents that people load by their paths; java does
// not start with one that it can't load. Ours have been looked into, and are
// left out where they can't be.
func (c *checker) checkAgents(ctx context.Context) {
	for _, o := range jvm.Leaves(c.everything()) {
		file, isJava, found := o.Agent()
		if !found {
			continue
		}
		at, err := c.sys.absolute(file), error(nil)
		if isJava {
			err = usableAgent(ctx, at, c.sys)
		} else {
			err = usableLibrary(at, c.sys)
		}
		if err != nil {
			c.refuse(o.Source, "", "%s %s: %w (java would not start)", o.Name(), shown(file), cause(err))
		}
	}
}

// everything are all options that java gets, the files of options that they name whole.
func (p Plan) everything() []jvm.Option {
	var all []jvm.Option
	for _, layer := range p.layers {
		all = append(all, layer.Options...)
	}
	return all
}
