package launcher

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"jvm-entrypoint/launcher/host"
)

// countIn counts the classes of a program in a file system.
func countIn(ctx context.Context, root fs.FS, p Program) Program {
	p.CountClasses(ctx, Settings{}, System{Outside: host.Outside{Root: root}, WorkingDir: "/"})
	return p
}

// A bare start opens no jar.
func TestCountClassesForABareStart(t *testing.T) {
	root := fstest.MapFS{"app/a.jar": {Data: zipOf(t, "A.class", "")}}
	p := Program{Jar: "/app/a.jar"}
	p.CountClasses(t.Context(), Settings{JVMDefaults: Defaults{Off: true}}, System{Outside: host.Outside{Root: root}})
	if p.Classes != 0 {
		t.Errorf("counted %d", p.Classes)
	}
}

// Where a training's files are the same still, so is what it counted, and no jar is
// opened.
func TestCountClassesForATrainedStart(t *testing.T) {
	root := fstest.MapFS{"app/a.jar": {Data: zipOf(t, "A.class", "")}}
	for _, test := range []struct {
		name    string
		archive Archive
		want    int
	}{
		{"as counted", Archive{Trained: Trained{ClassPath: "/app/a.jar", Classes: 7}}, 7},
		{"not counted", Archive{Trained: Trained{ClassPath: "/app/a.jar"}}, 1},
		{"of another class path", Archive{Trained: Trained{ClassPath: "/app/b.jar", Classes: 7}}, 1},
		{"of other files", Archive{Err: errors.New("of another jar"), Trained: Trained{ClassPath: "/app/a.jar", Classes: 7}}, 1},
		{"a new one", Archive{IsNew: true}, 1},
	} {
		if p := countIn(t.Context(), root, Program{Jar: "/app/a.jar", Archive: test.archive}); p.Classes != test.want {
			t.Errorf("%s: %d classes, want %d", test.name, p.Classes, test.want)
		}
	}
}

func manifest(classPath string) string {
	return "Manifest-Version: 1.0\nClass-Path: " + classPath + "\n\n"
}

func TestCountClasses(t *testing.T) {
	file := func(text []byte) *fstest.MapFile { return &fstest.MapFile{Data: text} }
	lib := zipOf(t, "b/B.class", "", "b/C.class", "")
	root := fstest.MapFS{
		"app/fat.jar": file(zipOf(t, "BOOT-INF/classes/A.class", "", "BOOT-INF/lib/b.jar", string(lib), "BOOT-INF/lib/broken.jar", "x",
			"module-info.class", "", "META-INF/versions/17/A.class", "", "readme.txt", "")),
		"app/thin.jar":          file(zipOf(t, "META-INF/MANIFEST.MF", manifest("lib/b.jar ./lib/../lib/b.jar file:/app/lib/b.jar http://h/b.jar lib/gone.jar classes/"), "A.class", "")),
		"app/lib/b.jar":         file(lib),
		"app/lib/c.JAR":         file(zipOf(t, "C.class", "")),
		"app/classes/a/A.class": file(nil),
		"app/classes/a/a.txt":   file(nil),
		"app/chain.jar":         file(zipOf(t, "META-INF/MANIFEST.MF", manifest("thin.jar"), "D.class", "")),
		"app/ring.jar":          file(zipOf(t, "META-INF/MANIFEST.MF", manifest("ring.jar"), "A.class", "")),
	}
	for _, test := range []struct {
		name string
		p    Program
		want int
	}{
		{"a fat jar", Program{Jar: "/app/fat.jar"}, 3},
		{"a thin jar and what is beside it, once", Program{Jar: "/app/thin.jar"}, 4},
		{"one that names one that names others", Program{Jar: "/app/chain.jar"}, 5},
		{"one that names itself", Program{Jar: "/app/ring.jar"}, 1},
		{"a class path", Program{ClassPath: "/app/classes:/app/lib/b.jar"}, 3},
		{"all jars of a folder", Program{ClassPath: "/app/lib/*"}, 3},
		{"the same by several names", Program{ClassPath: "/app/lib/*:app/lib/b.jar:/app//lib/b.jar"}, 3},
		{"what is not there", Program{ClassPath: "/app/gone.jar:/gone/*"}, 0},
		{"no jar", Program{Jar: "/app/classes/a/a.txt"}, 0},
	} {
		if p := countIn(t.Context(), root, test.p); p.Classes != test.want || p.ClassesErr != nil {
			t.Errorf("%s: %d classes, %v, want %d", test.name, p.Classes, p.ClassesErr, test.want)
		}
	}
}

// Whatever a program consists of, looking at it costs little, and then nothing
// is said of it.
func TestCountClassesEnds(t *testing.T) {
	longPath := strings.Builder{}
	for i := range 200_000 {
		fmt.Fprintf(&longPath, "%d.jar ", i)
	}
	var jars []string
	inner := string(zipOf(t, "A.class", ""))
	for i := range jarsMost + 1 {
		jars = append(jars, fmt.Sprintf("lib/%d.jar", i), inner)
	}
	many := strings.Repeat("a.jar ", 3_000_000)
	for _, test := range []struct {
		name string
		root fs.FS
		want string // why they are not counted; empty where they are
	}{
		{"a huge Class-Path of one jar", fstest.MapFS{
			"app/a.jar": {Data: zipOf(t, "META-INF/MANIFEST.MF", manifest(many), "A.class", "")},
		}, ""},
		{"a huge Class-Path of many", fstest.MapFS{
			"app/a.jar": {Data: zipOf(t, "META-INF/MANIFEST.MF", manifest(longPath.String()), "A.class", "")},
		}, ""},
		{"a jar of many entries", fstest.MapFS{
			"app/a.jar": {Data: zipOfEmpty(filesMost + 1)},
		}, "they are among more than 200000 files"},
		{"a jar that holds many", fstest.MapFS{
			"app/a.jar": {Data: zipOf(t, jars...)},
		}, "they are in more than 1000 jars"},
		{"a folder without an end", endlessFolder{}, "they are among more than 200000 files"},
		{"a folder in a folder without an end", deepFolder{}, ""},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		// As long as it likes, so that nothing but its bounds ends it.
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		c := classCounter{ctx: ctx, timeout: time.Minute, sys: System{Outside: host.Outside{Root: test.root}, WorkingDir: "/"}, seen: map[string]bool{}}
		_, err := c.countAll(Program{Jar: "/app/a.jar"})
		cancel()
		took := time.Since(began)
		runtime.ReadMemStats(&after)
		if why := fmt.Sprint(err); why != cmp.Or(test.want, "<nil>") {
			t.Errorf("%s: %s, want %s", test.name, why, cmp.Or(test.want, "no error"))
		}
		if took > 20*time.Second { // on a busy machine
			t.Errorf("%s took %s", test.name, took)
		}
		if total := after.TotalAlloc - before.TotalAlloc; total > 64<<20 {
			t.Errorf("%s took %d MiB", test.name, total>>20)
		}
	}
}

// It takes no longer than is worth it.
func TestCountClassesTakesNotLong(t *testing.T) {
	began := time.Now()
	p := countIn(t.Context(), slowFolder{}, Program{Jar: "/app/a.jar"})
	if want := "counting them took more than 500ms"; p.Classes == 0 || fmt.Sprint(p.ClassesErr) != want {
		t.Errorf("%d classes, %v, want %s", p.Classes, p.ClassesErr, want)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

// slowFolder is a file system whose every name is a folder of a thousand files on a slow disk.
type slowFolder struct {
	fs.ReadDirFile
	left *int
}

func (slowFolder) Open(string) (fs.File, error) {
	left := 1000
	return slowFolder{left: &left}, nil
}
func (slowFolder) Close() error               { return nil }
func (slowFolder) Stat() (fs.FileInfo, error) { return folderInfo(), nil }
func (f slowFolder) ReadDir(int) ([]fs.DirEntry, error) {
	time.Sleep(10 * time.Millisecond)
	if *f.left--; *f.left < 0 {
		return nil, io.EOF
	}
	return listed("A.class", 1, 0), nil
}

// SIGTERM is heard in the middle of it.
func TestCountClassesEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	root := fstest.MapFS{"app/a.jar": {Data: zipOf(t, "A.class", "")}}
	if p := countIn(ctx, root, Program{Jar: "/app/a.jar"}); p.Classes != 0 || p.ClassesErr == nil {
		t.Errorf("%d classes, %v", p.Classes, p.ClassesErr)
	}
	ctx, cancel = context.WithCancel(t.Context())
	read, file := 0, bytes.NewReader(zipOfEmpty(100_000))
	slow := readerAtFunc(func(b []byte, offset int64) (int, error) {
		if read++; read == 3 {
			cancel()
		}
		return file.ReadAt(b, offset)
	})
	z, err := openZip(untilDone{ctx, slow}, file.Size())
	for _, err = range z.entries() {
	}
	if read != 3 || !errors.Is(err, context.Canceled) {
		t.Errorf("it was read %d times: %v", read, err)
	}
}

type readerAtFunc func([]byte, int64) (int, error)

func (f readerAtFunc) ReadAt(b []byte, offset int64) (int, error) { return f(b, offset) }

// endlessFolder is a file system whose every name is a folder of files without an end.
type endlessFolder struct{ fs.ReadDirFile }

func (endlessFolder) Open(string) (fs.File, error) { return endlessFolder{}, nil }
func (endlessFolder) Close() error                 { return nil }
func (endlessFolder) Stat() (fs.FileInfo, error)   { return folderInfo(), nil }
func (endlessFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	return listed("A.class", max(n, 1), 0), nil
}

// deepFolder is one whose every name is a folder of one folder.
type deepFolder struct{ fs.ReadDirFile }

func (deepFolder) Open(string) (fs.File, error)        { return &deepFolder{}, nil }
func (*deepFolder) Close() error                       { return nil }
func (*deepFolder) Stat() (fs.FileInfo, error)         { return folderInfo(), nil }
func (*deepFolder) ReadDir(int) ([]fs.DirEntry, error) { return listed("a", 1, fs.ModeDir), io.EOF }

func folderInfo() fs.FileInfo {
	info, _ := fstest.MapFS{"a/b": {}}.Stat("a")
	return info
}

func listed(name string, n int, mode fs.FileMode) []fs.DirEntry {
	info, _ := fstest.MapFS{name: {Mode: mode}}.Stat(name)
	list := make([]fs.DirEntry, n)
	for i := range list {
		list[i] = fs.FileInfoToDirEntry(info)
	}
	return list
}

// A service of ten thousand classes, in one jar and in two hundred of a fat jar.
func BenchmarkCountClasses(b *testing.B) {
	classes := func(n int) []string {
		var files []string
		for i := range n {
			files = append(files, fmt.Sprintf("com/acme/service/packages/of/it/Class%05d.class", i), "")
		}
		return files
	}
	var libs []string
	lib := string(zipOf(b, classes(50)...))
	for i := range 200 {
		libs = append(libs, fmt.Sprintf("BOOT-INF/lib/%03d.jar", i), lib)
	}
	for _, jar := range []struct {
		name  string
		files []string
	}{{"one", classes(10_000)}, {"fat", libs}} {
		root := fstest.MapFS{"a.jar": {Data: zipOf(b, jar.files...)}}
		b.Run(jar.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if p := countIn(b.Context(), root, Program{Jar: "/a.jar"}); p.Classes != 10_000 {
					b.Fatal(p.Classes, p.ClassesErr)
				}
			}
		})
	}
}
