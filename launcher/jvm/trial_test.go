package jvm

import (
	"slices"
	"testing"
)

// A trial judges options, and does nothing else by them.
func TestTrial(t *testing.T) {
	const nowhere = "-Xlog:gc:file=/dev/null::filecount=0"
	harmless := []string{
		"-Xmx1g", "-Da=b", "-XX:+UseG1GC", "-Xlog:gc", "-Xlog:gc:stderr", "-Xlog:disable", "-Xshare:auto", "-XX:HeapDumpPath=/dumps",
		"-XX:+HeapDumpOnOutOfMemoryError", "-XX:+ExitOnOutOfMemoryError", "-XX:AOTMode=on", "-XX:AOTCache=/a",
		"-Djava.security.manager", "-Djava.security.manager=default", "-Djava.security.manager=allow", "-Djava.security.manager=disallow",
	}
	for _, test := range []struct {
		name    string
		options []Option
		want    []string
	}{
		{"what does nothing by itself", options(harmless...), harmless},
		{"two words", []Option{NewOption("", "--add-opens", "java.base/java.lang=ALL-UNNAMED")}, []string{"--add-opens", "java.base/java.lang=ALL-UNNAMED"}},
		{"agents and listeners", options(
			"-javaagent:a.jar=b", "-agentlib:jdwp=server=y", "-agentpath:/a.so", "-Xrunjdwp:server=y", "-Dcom.sun.management.jmxremote.port=1",
			"-Dcom.sun.management.jmxremote", "-XX:ManagementServer=1", "-XX:+StartAttachListener", "-Xshareclasses:name=a",
		), nil},
		{"what writes files of the service's", options(
			"-Xloggc:/gc.log", "-Xverbosegclog:/gc.log", "-XX:+UseGCLogFileRotation", "-XX:NumberOfGCLogFiles=3", "-XX:GCLogFileSize=1m", "-Xdump:heap", "-Xtrace:output=a",
			"-XX:StartFlightRecording", "-XX:StartFlightRecording:filename=a.jfr", "-XX:StartFlightRecording=filename=a.jfr", "-XX:FlightRecorderOptions=a=b", "-XX:+FlightRecorder",
			"-XX:ErrorFile=/a.log", "-XX:+UsePerfData", "-XX:-UsePerfData", "-XX:PerfDataSaveFile=a", "-XX:LogFile=a", "-XX:+LogVMOutput", "-XX:+LogCompilation", "-XX:+DumpPerfMapAtExit",
			"-XX:ArchiveClassesAtExit=a", "-Xshare:dump", "-XX:+DumpSharedSpaces", "-XX:+DynamicDumpSharedSpaces", "-XX:DumpLoadedClassList=a", "-XX:+RecordDynamicDumpInfo",
			"-XX:AOTCacheOutput=a", "-XX:AOTConfiguration=a", "-XX:AOTMode=record", "-XX:AOTMode=create", "-XX:CRaCCheckpointTo=a",
		), nil},
		{"what runs programs or the service's classes, waits, or takes all memory", options(
			"-XX:OnError=rm a", "-XX:OnOutOfMemoryError=rm a", "-XX:CRaCRestoreFrom=/a", "-Djava.system.class.loader=com.acme.Loader",
			"-Djava.security.manager=com.acme.Manager", "-Djava.security.manager=Manager",
			"-XX:+PauseAtStartup", "-XX:+PauseAtExit", "-XX:+ShowMessageBoxOnError", "-XX:+AlwaysPreTouch",
		), nil},
		{"an archive that is read", options("-XX:SharedArchiveFile=/a"), []string{"-XX:SharedArchiveFile=/a"}},
		{"... or not made", options("-XX:SharedArchiveFile=/a", "-XX:-AutoCreateSharedArchive"), []string{"-XX:SharedArchiveFile=/a"}},
		{"... or made", options("-XX:SharedArchiveFile=/a", "-XX:+AutoCreateSharedArchive"), nil},
		{
			"logs go nowhere, behind the others",
			options("-Xlog:gc*=debug:file=/a.log:time,tags:filecount=9", `-Xlog:gc:"/a:b.log"`, "-Xmx1g"),
			[]string{"-Xmx1g", "-Xlog:gc*=debug:file=/dev/null:time,tags:filecount=0", nowhere},
		},
		{"a file of harmless options", []Option{file("@/a", "-Xmx1g", "-Da=b")}, []string{"@/a"}},
		{"... or others", []Option{file("@/a", "-Xmx1g", "-javaagent:a.jar", "-Xlog:gc:/a.log")}, []string{"-Xmx1g", nowhere}},
		{"... by which an archive would be made", append(options("-XX:SharedArchiveFile=/a"), file("@/a", "-Xmx1g", "-XX:+AutoCreateSharedArchive")), []string{"-Xmx1g"}},
	} {
		if got := Trial(test.options, false); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		want := slices.Concat(test.want, []string{"-XX:-UsePerfData", "-XX:-AlwaysPreTouch", "-XX:ErrorFile=/dev/null"})
		if got := Trial(test.options, true); !slices.Equal(got, want) {
			t.Errorf("%s, quiet: %q, want %q", test.name, got, want)
		}
	}
}

// options are of one word each.
func options(words ...string) []Option {
	var list []Option
	for _, word := range words {
		list = append(list, NewOption("", word))
	}
	return list
}

// file is an option that names a file with options.
func file(name string, words ...string) Option {
	o := NewOption("", name)
	o.Holds = options(words...)
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
