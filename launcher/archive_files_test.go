package launcher

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

func jarWith(t *testing.T, attribute string) *fstest.MapFile {
	return &fstest.MapFile{Data: zipOf(t, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"+attribute+"\n\n")}
}

// An archive depends on every file that java may find classes in, each once, however
// it comes to it.
func TestArchiveFiles(t *testing.T) {
	root := fstest.MapFS{
		"app/a.jar":         jarWith(t, "Class-Path: lib/b.jar lib/gone.jar"),
		"app/lib/b.jar":     jarWith(t, "Class-Path: c.jar ../a.jar"),
		"app/lib/c.jar":     jarWith(t, "X: y"),
		"app/agent.jar":     jarWith(t, "Boot-Class-Path: boot.jar"),
		"app/boot.jar":      jarWith(t, "X: y"),
		"app/classes/A":     {},
		"app/empty":         {Mode: fs.ModeDir},
		"app/native/lib.so": {},
	}
	sys := System{Outside: host.Outside{Root: root}, WorkingDir: "/app"}
	for _, test := range []struct {
		name    string
		program Program
		options string
		want    string
	}{
		{"a jar", Program{Jar: "/app/a.jar"}, "", "/app/a.jar /app/lib/b.jar /app/lib/gone.jar /app/lib/c.jar"},
		{"the class path that counts", Program{MainClass: "A", ClassPath: "/app/lib/b.jar"}, "-cp lib/c.jar:classes:empty", "lib/c.jar classes empty"},
		{"all jars of a folder", Program{MainClass: "A"}, "-cp lib/*", "lib/* /app/lib/b.jar /app/lib/c.jar /app/a.jar /app/lib/gone.jar"},
		{"java's own path, and agents", Program{Jar: "/app/lib/c.jar"}, "-Xbootclasspath/a:/app/boot.jar -javaagent:agent.jar -agentpath:native/lib.so", "/app/lib/c.jar /app/boot.jar agent.jar native/lib.so"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.program.Archive.Kind = jvm.AOTCache
			options, _ := jvm.ParseOptions(strings.Fields(test.options), "JVM_ARGS", jvm.Version{})
			marks, err := Plan{Request: Request{Program: test.program}, final: options}.archiveFiles(t.Context(), sys)
			var got []string
			for _, mark := range marks {
				got = append(got, mark.Path)
			}
			if strings.Join(got, " ") != test.want || err != nil {
				t.Errorf("%s, %v, want %s", strings.Join(got, " "), err, test.want)
			}
		})
	}
}

// What may have become of a file since it was marked.
func TestFileMarkIsStill(t *testing.T) {
	before := fstest.MapFS{
		"app/a.jar":   jarWith(t, "X: 1"),
		"app/a.txt":   {Data: []byte("a")},
		"app/empty":   {Mode: fs.ModeDir},
		"app/full/a":  {},
		"app/l/a.jar": {},
	}
	for _, test := range []struct {
		name, file string
		change     func(fstest.MapFS)
		want       string // part of why it is not; empty: it is
	}{
		{"nothing", "/app/a.jar", func(fstest.MapFS) {}, ""},
		{"a jar's content", "/app/a.jar", func(root fstest.MapFS) { root["app/a.jar"] = jarWith(t, "X: 2") }, "/app/a.jar is another file"},
		{"its absence", "/app/a.jar", func(root fstest.MapFS) { delete(root, "app/a.jar") }, "/app/a.jar is another file"},
		{"its presence", "/app/b.jar", func(root fstest.MapFS) { root["app/b.jar"] = jarWith(t, "X: 1") }, "/app/b.jar is another file"},
		{"another file's size", "/app/a.txt", func(root fstest.MapFS) { root["app/a.txt"] = &fstest.MapFile{Data: []byte("ab")} }, "/app/a.txt is another file"},
		{"a folder's size and time", "/app/empty", func(root fstest.MapFS) {
			root["app/empty"] = &fstest.MapFile{Mode: fs.ModeDir, ModTime: time.Unix(1, 0)}
		}, ""},
		{"what is in a folder", "/app/empty", func(root fstest.MapFS) { root["app/empty/a"] = &fstest.MapFile{} }, "/app/empty is another file"},
		{"what is in it no more", "/app/full", func(root fstest.MapFS) {
			delete(root, "app/full/a")
			root["app/full"] = &fstest.MapFile{Mode: fs.ModeDir}
		}, "/app/full is another file"},
		{"the jars of a folder", "/app/l/*", func(root fstest.MapFS) { root["app/l/b.jar"] = &fstest.MapFile{} }, "/app/l/* is another file"},
		{"what is no jar of a folder", "/app/l/*", func(root fstest.MapFS) { root["app/l/b.txt"] = &fstest.MapFile{} }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			mark, err := markOf(t.Context(), test.file, System{Outside: host.Outside{Root: before}})
			if err != nil {
				t.Fatal(err)
			}
			root := maps.Clone(before)
			test.change(root)
			got := mark.isStill(t.Context(), System{Outside: host.Outside{Root: root}})
			if (got != nil) != (test.want != "") || got != nil && !strings.Contains(got.Error(), test.want) {
				t.Errorf("%v, want %q", got, test.want)
			}
		})
	}
}

// A file that can't be looked at is not called another one.
func TestFileMarkTellsWhyItIsNotKnown(t *testing.T) {
	root := fstest.MapFS{"app/a.jar": jarWith(t, "X: 1")}
	sys := System{Outside: host.Outside{Root: root}}
	mark, err := markOf(t.Context(), "/app/a.jar", sys)
	if err != nil {
		t.Fatal(err)
	}
	sys.Root = closedFS{root}
	if err := mark.isStill(t.Context(), sys); !errors.Is(err, syscall.EACCES) || err.Error() != "/app/a.jar: permission denied" {
		t.Errorf("it is told %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	sys.Root = root
	if err := mark.isStill(ended, sys); !errors.Is(err, context.Canceled) {
		t.Errorf("after its time it is told %v", err)
	}
}

// closedFS is a file system whose files can't be read.
type closedFS struct{ fstest.MapFS }

func (c closedFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EACCES}
}
