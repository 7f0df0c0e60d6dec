package jvm

import (
	"slices"
	"strings"
	"testing"
)

// A trial judges options, and does nothing else by them.
func TestTrial(t *testing.T) {
	for _, test := range []struct {
		name    string
		options []Option
		want    []string
	}{
		{"what does nothing by itself", []Option{
			NewOption("", "-Xmx1g"), NewOption("", "-Da=b"), NewOption("", "-XX:+UseG1GC"), NewOption("", "-Xlog:gc"), NewOption("", "-Xlog:gc:stderr"),
			NewOption("", "-XX:HeapDumpPath=/dumps"), NewOption("", "-XX:+HeapDumpOnOutOfMemoryError"), NewOption("", "-XX:+ExitOnOutOfMemoryError"),
			NewOption("", "--add-opens", "java.base/java.lang=ALL-UNNAMED"), NewOption("", "-cp", "/app/*"),
		}, []string{
			"-Xmx1g", "-Da=b", "-XX:+UseG1GC", "-Xlog:gc", "-Xlog:gc:stderr", "-XX:HeapDumpPath=/dumps", "-XX:+HeapDumpOnOutOfMemoryError",
			"-XX:+ExitOnOutOfMemoryError", "--add-opens", "java.base/java.lang=ALL-UNNAMED", "-cp", "/app/*",
		}},
		{"agents and listeners", []Option{
			NewOption("", "-javaagent:a.jar=b"), NewOption("", "-agentlib:jdwp=server=y"), NewOption("", "-agentpath:/a.so"), NewOption("", "-Xrunjdwp:server=y"),
			NewOption("", "-Dcom.sun.management.jmxremote.port=1"), NewOption("", "-Dcom.sun.management.jmxremote"), NewOption("", "-XX:ManagementServer=1"), NewOption("", "-XX:+StartAttachListener"),
		}, nil},
		{"what writes files", []Option{
			NewOption("", "-Xloggc:/gc.log"), NewOption("", "-XX:+UseGCLogFileRotation"), NewOption("", "-XX:StartFlightRecording:filename=a.jfr"), NewOption("", "-XX:FlightRecorderOptions=a=b"),
			NewOption("", "-XX:ErrorFile=/a.log"), NewOption("", "-XX:ArchiveClassesAtExit=a"), NewOption("", "-Xshare:dump"), NewOption("", "-XX:+LogVMOutput"),
			NewOption("", "-XX:AOTCacheOutput=a"), NewOption("", "-XX:AOTMode=record"), NewOption("", "-XX:AOTMode=create"),
		}, nil},
		{"what runs programs, waits, or takes all memory", []Option{
			NewOption("", "-XX:OnError=rm a"), NewOption("", "-XX:OnOutOfMemoryError=rm a"), NewOption("", "-XX:+PauseAtStartup"), NewOption("", "-XX:+AlwaysPreTouch"),
			NewOption("", "-XX:CRaCRestoreFrom=/a"), NewOption("", "-Djava.system.class.loader=com.acme.Loader"),
		}, nil},
		{"a security manager of Java's own, not of the service's", []Option{
			NewOption("", "-Djava.security.manager"), NewOption("", "-Djava.security.manager=allow"), NewOption("", "-Djava.security.manager=com.acme.Manager"),
		}, []string{"-Djava.security.manager", "-Djava.security.manager=allow"}},
		{"a cache that is read", []Option{NewOption("", "-XX:AOTMode=on"), NewOption("", "-XX:AOTCache=/a"), NewOption("", "-XX:SharedArchiveFile=/a")}, []string{"-XX:AOTMode=on", "-XX:AOTCache=/a", "-XX:SharedArchiveFile=/a"}},
		{"an archive that would be made", []Option{NewOption("", "-XX:SharedArchiveFile=/a"), NewOption("", "-XX:+AutoCreateSharedArchive")}, nil},
		{"... or not", []Option{NewOption("", "-XX:SharedArchiveFile=/a"), NewOption("", "-XX:-AutoCreateSharedArchive")}, []string{"-XX:SharedArchiveFile=/a"}},
		{"logs go nowhere, behind the others", []Option{
			NewOption("", "-Xlog:gc*=debug:file=/a.log:time,tags:filecount=9"), NewOption("", `-Xlog:gc:"/a:b.log"`), NewOption("", "-Xmx1g"),
		}, []string{"-Xmx1g", "-Xlog:gc*=debug:file=/dev/null:time,tags:filecount=0", "-Xlog:gc:file=/dev/null::filecount=0"}},
		{"a file whose options all are harmless", []Option{file("@/a", "-Xmx1g", "-Da=b")}, []string{"@/a"}},
		{"... or not", []Option{file("@/a", "-Xmx1g", "-javaagent:a.jar", "-Xlog:gc:/a.log")}, []string{"-Xmx1g", "-Xlog:gc:file=/dev/null::filecount=0"}},
		{"... as one makes an archive", []Option{file("@/a", "-Xmx1g", "-XX:+AutoCreateSharedArchive"), NewOption("", "-XX:SharedArchiveFile=/a")}, []string{"-Xmx1g"}},
	} {
		if got := Trial(test.options, false); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if got, want := Trial(test.options, true), slices.Concat(test.want, quiet); !slices.Equal(got, want) {
			t.Errorf("%s, quiet: %q, want %q", test.name, got, want)
		}
	}
}

// file is an option that names a file with options.
func file(name string, words ...string) Option {
	o := NewOption("", name)
	for _, word := range words {
		o.Holds = append(o.Holds, NewOption(strings.TrimPrefix(name, "@"), word))
	}
	return o
}

func TestLogParts(t *testing.T) {
	for _, test := range []struct{ word, what, file, rest string }{
		{"-Xlog:gc:file=/a.log", "gc", "/a.log", ""},
		{"-Xlog:gc:/a.log", "gc", "/a.log", ""},
		{"-Xlog:gc*=debug,safepoint:file=/a.log:time,tags:filecount=1,filesize=9m", "gc*=debug,safepoint", "/a.log", "time,tags:filecount=1,filesize=9m"},
		{"-Xlog:gc:/a.log::filecount=1", "gc", "/a.log", ":filecount=1"},
		{"-Xlog::/a.log", "", "/a.log", ""},
		{`-Xlog:gc:file="/a:b.log":time`, "gc", "/a:b.log", "time"},
		{`-Xlog:gc:"/a:b.log":time`, "gc", "/a:b.log", "time"},
		{`-Xlog:gc:"file=a"`, "gc", "file=a", ""}, // the whole name
		{`-Xlog:gc:"/open`, "gc", "/open", ""},
		{"-Xlog:gc:file=stdout", "gc", "stdout", ""}, // a file
		{"-Xlog:gc:stdout:time", "gc", "", ""},
		{"-Xlog:gc:stderr", "gc", "", ""},
		{"-Xlog:gc:#1:time", "gc", "", ""},
		{"-Xlog:gc:file=#1:time", "gc", "#1", "time"},
		{"-Xlog:gc::time", "gc", "", "time"},
		{"-Xlog:gc", "gc", "", ""},
		{"-Xlog:async:drop", "async", "", ""},
		{"-Xlog:disable", "disable", "", ""},
		{"-Xlog", "-Xlog", "", ""},
		{"-Xloggc:/a.log", "-Xloggc", "", ""},
	} {
		what, file, rest := NewOption("", test.word).logParts()
		if got := [3]string{what, file, rest}; got != [3]string{test.what, test.file, test.rest} {
			t.Errorf("%s: %q", test.word, got)
		}
	}
}

func TestWrites(t *testing.T) {
	for word, want := range map[string]Written{ // none: it writes none, or one that java can do without and we don't look at
		"-Xlog:gc:file=/a_%p.log:time":         {"/a_%p.log", true},
		`-Xlog:gc:"/a:b.log"`:                  {"/a:b.log", true},
		"-Xlog:gc:stdout":                      {},
		"-Xlog:gc:#0":                          {},
		"-Xlog:async:drop":                     {},
		"-XX:HeapDumpPath=/dumps/a.hprof":      {"/dumps/a.hprof", false},
		"-XX:ErrorFile=/a.log":                 {"/a.log", false},
		"-XX:HeapDumpPath=":                    {},
		"-XX:+HeapDumpOnOutOfMemoryError":      {},
		"-Dlog.service.output=/a/service.log":  {},
		"-XX:OnError=cp a b":                   {},
		"-javaagent:/a.jar=/b.log":             {},
		"-XX:FlightRecorderOptions=/not/a=log": {},
	} {
		if got, found := NewOption("", word).Writes(); got != want || found != (want.Path != "") {
			t.Errorf("%s: %+v, %t", word, got, found)
		}
	}
}
