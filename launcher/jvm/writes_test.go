package jvm

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

// Of every row of the table a trial leaves out what a check looks at instead.
func TestActs(t *testing.T) {
	nowhere := map[string]Option{} // by the option, and what its file is to be
	for _, word := range []string{
		"-Xlog:gc:file=/nowhere/a", "-Xloggc:/nowhere/a", "-XX:StartFlightRecording=filename=/nowhere/a", "-XX:FlightRecorderOptions=repository=/nowhere/a",
		"-XX:FlightRecorderOptions=dumppath=/nowhere/a", "-XX:HeapDumpPath=/nowhere/a", "-XX:ErrorFile=/nowhere/a", "-XX:LogFile=/nowhere/a",
		"-XX:PerfDataSaveFile=/nowhere/a", "-XX:DumpLoadedClassList=/nowhere/a", "-XX:ArchiveClassesAtExit=/nowhere/a", "-XX:SharedArchiveFile=/nowhere/a",
		"-XX:AOTCacheOutput=/nowhere/a", "-XX:AOTConfiguration=/nowhere/a",
	} {
		nowhere[word] = NewOption("JVM_ARGS", word)
	}
	for _, a := range acts {
		if a.file == nil {
			for pattern := range strings.FieldsSeq(a.options) {
				if word := strings.TrimSuffix(pattern, "*"); len(Trial(options(word), false)) > 0 {
					t.Errorf("%s is tried", word)
				}
			}
			continue
		}
		tried := 0
		for word, o := range nowhere {
			if !a.has(o) || a.file(o) == "" {
				continue
			}
			tried++
			all := []Option{o}
			for flag := range strings.FieldsSeq(a.beside) {
				name, _, hasValue := strings.Cut(flag, "=")
				if got := Writes([]Option{o, switched(name, "-")}, Version{Feature: 26}); len(got) > 0 {
					t.Errorf("%s without %s: %v", word, flag, got)
				}
				if !hasValue {
					flag = switched(name, "+").Words[0]
				}
				all = []Option{o, NewOption("", flag)}
			}
			for _, feature := range []int{8, 9, 26} {
				want := Written{o, "/nowhere/a", a.place, a.ends > 0 && feature >= a.ends}
				if got := Writes(all, Version{Feature: feature}); len(got) != 1 || !isSame(got[0], want) {
					t.Errorf("%s on %d: %v", word, feature, got)
				}
			}
			for _, left := range Trial(all, false) {
				if !a.isTried && left == word || strings.Contains(left, "/nowhere") && word != "-XX:HeapDumpPath=/nowhere/a" {
					t.Errorf("%s is tried by %s", word, left)
				}
			}
		}
		if tried != 1 {
			t.Errorf("%s: %d rows of this test", a.options, tried)
		}
	}
}

func switched(flag, sign string) Option {
	return NewOption("", "-XX:"+sign+strings.TrimPrefix(flag, "-XX:"))
}

func isSame(a, b Written) bool {
	return slices.Equal(a.Words, b.Words) && a.Path == b.Path && a.Place == b.Place && a.Fatal == b.Fatal
}

func TestWrites(t *testing.T) {
	for _, test := range []struct {
		words   string
		feature int
		want    string // with a ! where java ends by it
	}{
		{"-Xlog:gc:file=/a_%p.log:time", 17, "/a_%p.log!"},
		{`-Xlog:gc:"/a:b.log"`, 17, "/a:b.log!"},
		{"-Xlog:gc:stdout -Xlog:gc:#0 -Xlog:async:drop", 17, ""},
		{"-Xlog:gc:/a.log -Xlog:safepoint:/b.log", 17, "/a.log! /b.log!"},
		{"-Xloggc:/a.log", 8, "/a.log"},
		{"-Xloggc:/a.log", 11, "/a.log!"},
		{"-Xloggc:/a.log -Xloggc:/b.log", 8, "/b.log"},
		{"-Xloggc:stdout", 17, ""},
		{"-Xloggc:#1", 17, ""},
		{"-XX:StartFlightRecording", 17, ""},
		{"-XX:StartFlightRecording:maxage=1d,filename=a.jfr", 8, "a.jfr!"},
		{"-XX:StartFlightRecording=filename=a.jfr -XX:StartFlightRecording:filename=b.jfr", 17, "a.jfr! b.jfr!"},
		{`-XX:StartFlightRecording=filename="a,b.jfr",maxage=1d`, 17, "a,b.jfr!"},
		{"-XX:StartFlightRecording=name=filename", 17, ""},
		{"-XX:FlightRecorderOptions=repository=/r,dumppath=/d", 21, "/r! /d!"},
		{"-XX:FlightRecorderOptions:repository=/r -XX:FlightRecorderOptions=stackdepth=64", 17, ""}, // the last counts, without any
		{"-XX:FlightRecorderOptions=/not/a=log", 17, ""},
		{"-XX:HeapDumpPath=/dumps/a.hprof", 17, "/dumps/a.hprof"},
		{"-XX:HeapDumpPath= -XX:+HeapDumpOnOutOfMemoryError", 17, ""},
		{"-XX:+LogVMOutput -XX:-LogVMOutput -XX:LogFile=/a", 17, ""},
		{"-XX:+LogCompilation -XX:LogFile=/a", 17, "/a"},
		{"-XX:SharedArchiveFile=/a", 21, ""},
		{"-XX:AOTMode=create -XX:AOTConfiguration=/a", 26, ""},
		{"-Dlog.service.output=/a/service.log -XX:OnError=cp -javaagent:/a.jar=/b.log", 17, ""},
		{"-XX:ErrorFile=/a", 0, "/a"},
		{"-Xloggc:/a.log", 0, "/a.log!"}, // the newest
	} {
		var got []string
		for _, w := range Writes([]Option{file("@/a", strings.Fields(test.words)...)}, Version{Feature: test.feature}) {
			got = append(got, w.Path+map[bool]string{true: "!"}[w.Fatal])
		}
		if text := strings.Join(got, " "); text != test.want {
			t.Errorf("%s on %d: %s, want %s", test.words, test.feature, cmp.Or(text, "nothing"), cmp.Or(test.want, "nothing"))
		}
	}
}
