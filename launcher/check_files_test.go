package launcher

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// A place is good where java could write there, and else it is told why not: as
// an error where java would not start.
func TestCheckFiles(t *testing.T) {
	root := fstest.MapFS{
		"good/file": {Data: []byte("x")}, "good/others": {Data: []byte("x")}, "closed/file": {Data: []byte("x")}, "closed/others": {}, "full": {Mode: fs.ModeDir | 0o755},
		"closed/pipe": {Mode: fs.ModeNamedPipe | 0o666}, "good/shut": {Mode: fs.ModeNamedPipe}, "odd": {Mode: fs.ModeDir | 0o755},
	}
	access := func(file string, _ uint32) error {
		if file == "/closed" || path.Base(file) == "others" || path.Base(file) == "shut" {
			return syscall.EACCES
		}
		if _, err := fs.Stat(root, host.InRoot(file)); err != nil {
			return syscall.ENOENT
		}
		return nil
	}
	try := map[string]error{"/full": syscall.ENOSPC, "/odd": syscall.EROFS} // which only trying tells
	for _, test := range []struct{ option, want string }{
		{"-Xlog:gc:file=/good/new", ""},
		{"-Xlog:gc:file=/good/file", ""},
		{"-Xlog:gc:file=/good/others", ""}, // it is put aside
		{"-Xlog:gc:file=/good/shut", "error: permission denied"},
		{"-Xlog:gc:file=/good", "error: is a directory"},
		{"-Xlog:gc:file=good", "error: is a directory"},
		{"-Xlog:gc:file=/closed/new", "error: permission denied"},
		{"-Xlog:gc:file=/closed/file", ""},
		{"-Xlog:gc:file=/closed/pipe", ""},
		{"-Xlog:gc:file=/closed/others", "error: permission denied"},
		{"-Xlog:gc:file=/odd/new", "error: read-only file system"},
		{"-Xlog:gc:file=/full/new", "warning: no space left on device"},
		{"-Xlog:gc:file=/dev/stdout", ""},
		{"-Xlog:gc:file=/var/log/web/new", ""}, // is made by then
		{"-Xlog:gc:file=/var/log/web/no/new", "error: no such file or directory"},
		{"-XX:ErrorFile=/nowhere/new", "warning: no such file or directory"},
		{"-XX:HeapDumpPath=/good", ""},
		{"-XX:HeapDumpPath=/var/log/web", ""},
		{"-XX:FlightRecorderOptions=repository=/good/a/b/c", ""},
		{"-XX:FlightRecorderOptions=repository=/var/log/web/a/b", ""},
		{"-XX:FlightRecorderOptions=repository=/odd/a/b/c", "error: read-only file system"},
		{"-XX:FlightRecorderOptions=repository=/good/file", "error: not a directory"},
		{"-XX:FlightRecorderOptions=dumppath=/good", ""},
		{"-XX:FlightRecorderOptions=dumppath=/good/file", "error: not a directory"},
		{"-XX:FlightRecorderOptions=dumppath=/good/new", "error: file does not exist"},
	} {
		sys := System{Outside: host.Outside{Root: root}, WorkingDir: "/", Access: access, TryFile: func(folder string) error { return try[folder] }}
		c := checker{Plan: plan(t, request(t, "JVM_ARGS="+test.option, "JMXMP=off"), container()), sys: sys}
		c.checkFiles()
		got := ""
		if err := errors.Join(c.wrong...); err != nil {
			got = "error: " + err.Error()
		} else if len(c.advice) > 0 {
			got = "warning: " + strings.Join(c.advice, "\n")
		}
		level, why, _ := strings.Cut(test.want, ": ")
		name := jvm.NewOption("", test.option).Name()
		if isRight := strings.HasPrefix(got, level+": JVM_ARGS: "+name+" writes to ") && strings.Contains(got, ": "+why+" ("); got != test.want && !isRight {
			t.Errorf("%s: %q, want %q", test.option, got, test.want)
		}
	}
}
