package launcher

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// Program is what is run: which java, and what in it.
type Program struct {
	Java       string // its path
	JavaSource string // JAVA_HOME or PATH
	Version    jvm.Version
	VersionErr error    // why the version is not known
	Assumed    bool     // the version is one that a dry run was given
	Modules    []string // those of java, where a file tells them
	NoRecorder bool     // java is one without the flight recorder

	Jar       string // or:
	MainClass string
	ClassPath string
	Classes   int // that are in the jars

	ClassesErr error // why there may be more

	PackedJar string // the one that Jar was unpacked from; empty where it was not
	Archive   Archive
}

// FindProgram finds java, its version where a file tells it, and the jar. It
// runs nothing. Where a version is assumed, java need not be there. Its errors
// are *JavaErrors and *SettingErrors, joined; what it found is there all the same.
func FindProgram(s Settings, assumed jvm.Version, sys System) (Program, error) {
	p := Program{MainClass: string(s.JVMMainClass), ClassPath: string(s.JVMClassPath)}
	javaErr := p.findJava(s, sys)
	switch {
	case assumed.Feature > 0:
		p.Version, p.Assumed = assumed, true
		if javaErr != nil {
			javaErr, p.Java, p.JavaSource = nil, "java", "--java-version"
		}
	case javaErr == nil:
		p.readVersion(s, sys)
		p.NoRecorder = !p.hasRecorder(sys)
	}
	var jarErr error
	if p.ClassPath == "" {
		p.Jar, jarErr = findJar(s, sys)
	}
	if p.MainClass != "" && p.ClassPath == "" {
		p.Jar, p.ClassPath = "", p.Jar
	}
	return p, errors.Join(javaErr, jarErr)
}

// findJava looks where JAVA_HOME says and nowhere else, or along PATH.
func (p *Program) findJava(s Settings, sys System) error {
	if s.JavaHome != "" {
		p.Java, p.JavaSource = sys.absolute(path.Join(s.JavaHome, "bin/java")), "JAVA_HOME"
		if err := executable(p.Java, sys); err != nil {
			return &JavaError{shown(p.Java), err, "JAVA_HOME is " + shown(s.JavaHome)}
		}
		return nil
	}
	var denied error
	for folder := range strings.SplitSeq(s.Platform.Path, ":") {
		if !path.IsAbs(folder) {
			continue
		}
		java := path.Join(folder, "java")
		err := executable(java, sys)
		if err == nil {
			p.Java, p.JavaSource = java, "PATH"
			return nil
		}
		if errors.Is(err, fs.ErrPermission) && denied == nil {
			denied = &JavaError{shown(java), err, "found on PATH"}
		}
	}
	if denied != nil {
		return denied
	}
	return &JavaError{"not found on PATH", fs.ErrNotExist, "install a JRE, or set JAVA_HOME"}
}

func executable(file string, sys System) error {
	info, err := fs.Stat(sys.Root, host.InRoot(file))
	if err != nil {
		return err
	}
	if info.IsDir() {
		return &fs.PathError{Op: "stat", Path: file, Err: fs.ErrPermission}
	}
	return sys.Access(file, unix.X_OK)
}

// readVersion reads the release file beside java, which spares a process. The
// JDK 8 of some distributions has none.
func (p *Program) readVersion(s Settings, sys System) {
	if s.JavaHome != "" && p.readRelease(sys.absolute(s.JavaHome), sys) {
		return
	}
	resolved, err := sys.Resolve(p.Java)
	if err != nil {
		return
	}
	if home := path.Dir(path.Dir(resolved)); !p.readRelease(home, sys) {
		p.readRelease(path.Dir(home), sys) // jre/bin/java on 8
	}
}

// hasRecorder looks for the settings of the flight recorder, which are in every
// Java that has it: some builds of 8 don't, and what jlink makes may not.
func (p *Program) hasRecorder(sys System) bool {
	homes := []string{path.Dir(path.Dir(p.Java))}
	if resolved, err := sys.Resolve(p.Java); err == nil {
		homes = append(homes, path.Dir(path.Dir(resolved)))
	}
	for _, home := range homes {
		for _, folder := range []string{"lib/jfr", "jre/lib/jfr"} { // the latter on 8
			if _, err := fs.Stat(sys.Root, host.InRoot(path.Join(home, folder, "default.jfc"))); err == nil {
				return true
			}
		}
	}
	return false
}

// releaseMost bounds a release file, in bytes. They have one or two thousand.
const releaseMost = 64 << 10

// readRelease tells whether a Java home's release file gave the version.
func (p *Program) readRelease(home string, sys System) bool {
	text, err := host.ReadText(sys.Root, path.Join(home, "release"), releaseMost)
	if err == nil {
		p.Version, err = jvm.ParseRelease(text)
		p.Modules = jvm.ReleaseModules(text)
	}
	return err == nil
}

// versionTimeout bounds java -fullversion, which takes 10 ms.
const versionTimeout = 5 * time.Second

// AskVersion asks java for its version, for where no file tells it. A java that
// can't even be asked can't be run, which is a *JavaError; one that answers
// nonsense may still run.
func (p *Program) AskVersion(ctx context.Context, sys System) error {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	text, err := sys.Output(ctx, nil, p.Java, "-fullversion")
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) && ctx.Err() == nil {
		return &JavaError{shown(p.Java), cause(err), "is it built for this machine?"}
	}
	p.Version, p.VersionErr = jvm.ParseFullVersion(text)
	return nil
}

// findJar finds the one jar that BIN_JAR means.
func findJar(s Settings, sys System) (string, error) {
	wrong := func(format string, a ...any) (string, error) {
		return "", &SettingError{Name: "BIN_JAR", Value: s.BinJar, Err: fmt.Errorf(format, a...)}
	}
	pattern := sys.absolute(s.BinJar)
	matches, err := fs.Glob(sys.Root, host.InRoot(pattern))
	if err != nil {
		return wrong("not a pattern (use /app/bin/*.jar)")
	}
	var jars []string
	for _, match := range matches {
		file := "/" + match
		if file == path.Clean(pattern) || !isSideJar(path.Base(file)) {
			jars = append(jars, file)
		}
	}
	switch len(jars) {
	case 0:
		return wrong("no jar there (copy the fat jar to /app/bin/, or name it here)")
	case 1:
		return readableJar(jars[0], wrong, sys)
	}
	return wrong("matches %d jars, %s and %s among them (leave one, or name it here)",
		len(jars), shown(path.Base(jars[0])), shown(path.Base(jars[1])))
}

func readableJar(jar string, wrong func(string, ...any) (string, error), sys System) (string, error) {
	if info, err := fs.Stat(sys.Root, host.InRoot(jar)); err == nil && info.IsDir() {
		return wrong("%s is a folder (name a jar)", shown(jar))
	}
	if err := sys.Access(jar, unix.R_OK); err != nil {
		return wrong("%s: %w (make it readable for this user)", shown(jar), cause(err))
	}
	return jar, nil
}

// isSideJar tells the jars that builds leave beside the fat one.
func isSideJar(name string) bool {
	stem := strings.TrimSuffix(name, ".jar")
	return strings.HasPrefix(name, "original-") || strings.HasSuffix(stem, "-sources") ||
		strings.HasSuffix(stem, "-javadoc") || strings.HasSuffix(stem, "-plain")
}
