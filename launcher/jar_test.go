package launcher

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"jvm-entrypoint/launcher/host"
)

func TestMainAttribute(t *testing.T) {
	for _, test := range []struct{ name, manifest, want string }{
		{"line feeds", "Manifest-Version: 1.0\nMain-Class: a.B\n\n", "a.B"},
		{"both", "Manifest-Version: 1.0\r\nMain-Class: a.B\r\n\r\n", "a.B"},
		{"carriage returns", "Manifest-Version: 1.0\rMain-Class: a.B\r\r", "a.B"},
		{"without an end", "Main-Class: a.B", "a.B"},
		{"in other letters", "MAIN-class: a.B\n", "a.B"},
		{"that goes on", "Main-Class: a.\r\n B\r\nX: y\r\n", "a.B"},
		{"that goes on twice", "Main-Class: a\n .\n B\n", "a.B"},
		{"that goes on with a space of its own", "Main-Class: a\n  B\n", "a B"},
		{"that goes on behind a carriage return", "Main-Class: a.\r B\rX: y\r", "a.B"},
		{"whose name goes on", "Main-\n Class: a.B\n", "a.B"},
		{"with a colon in it", "Main-Class: file:/a\n", "file:/a"},
		{"without a space", "Main-Class:a.B\n", "a.B"},
		{"the first of two", "Main-Class: a.B\nMain-Class: c.D\n", "a.B"},
		{"of another section", "Manifest-Version: 1.0\n\nName: x\nMain-Class: a.B\n", ""},
		{"of another section, by carriage returns", "Manifest-Version: 1.0\r\rMain-Class: a.B\r", ""},
		{"in the middle of another", "X-Main-Class: a.B\n", ""},
		{"in another's rest", "X: y\n Main-Class: a.B\n", ""},
		{"none", "", ""},
		{"without a value", "Main-Class\nMain-Class:\n", ""},
	} {
		if got := mainAttribute(test.manifest, "Main-Class"); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// No class path of a jar's is longer than is looked at.
func TestClassPathIsBounded(t *testing.T) {
	words := strings.Builder{}
	for i := range classPathMost + 7 {
		fmt.Fprintf(&words, "%d.jar ", i)
	}
	root := fstest.MapFS{"app/a.jar": {Data: zipOf(t, "META-INF/MANIFEST.MF", manifest(words.String()))}}
	j, err := openJar(t.Context(), "/app/a.jar", System{Outside: host.Outside{Root: root}})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if files := j.classPath(); len(files) != classPathMost || files[classPathMost-1] != fmt.Sprintf("/app/%d.jar", classPathMost-1) {
		t.Errorf("%d files, want %d", len(files), classPathMost)
	}
}

// However many names a folder has, and until nobody waits for them any more.
func TestJarsInAreBounded(t *testing.T) {
	for _, test := range []struct {
		names, want int
		isEnded     bool
	}{
		{0, 0, false},
		{listedMost, listedMost, false},
		{listedMost + 300, listedMost, false},
		{1000, 0, true},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		if test.isEnded {
			cancel()
		}
		sys := System{Outside: host.Outside{Root: &jarsFolder{left: test.names}}}
		jars, isFolder := jarsIn(ctx, "/app", sys)
		cancel()
		if len(jars) != test.want || isFolder != (test.names > 0) {
			t.Errorf("%+v: %d jars, %t", test, len(jars), isFolder)
		}
	}
}

// jarsFolder is a file system that is one folder of jars.
type jarsFolder struct {
	fs.ReadDirFile
	left int
}

func (f *jarsFolder) Open(string) (fs.File, error) { return f, nil }
func (*jarsFolder) Close() error                   { return nil }
func (f *jarsFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	n = min(n, f.left)
	if f.left -= n; n == 0 {
		return nil, io.EOF
	}
	return listed("a.jar", n, 0), nil
}

// An attribute is one line of the first section, whatever ends lines there.
func FuzzMainAttribute(f *testing.F) {
	f.Add("Manifest-Version: 1.0\r\nMain-Class: a.\r\n B\r\n\r\nName: x\r\n")
	f.Add("a: b\rMain-Class: c\n d")
	f.Fuzz(func(t *testing.T, manifest string) {
		got := mainAttribute(manifest, "Main-Class")
		if strings.ContainsAny(got, "\r\n") {
			t.Errorf("%q has the end of a line in it", got)
		}
		unix := mainAttribute(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(manifest), "Main-Class")
		if got != unix {
			t.Errorf("%q, with line feeds %q", got, unix)
		}
		if behind := mainAttribute(strings.TrimRight(manifest, "\r\n")+"\n\nX: y\n", "X"); manifest != "" && behind != "" && !strings.Contains(strings.ToUpper(manifest), "X") {
			t.Errorf("%q is of another section", behind)
		}
	})
}
