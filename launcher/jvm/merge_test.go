package jvm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

func layer(source, line string) jvm.Layer {
	words, err := jvm.Split(line)
	if err != nil {
		panic(err)
	}
	options, wrong := jvm.ParseOptions(words, source, jvm.Version{Feature: 25})
	if len(wrong) > 0 {
		panic(wrong)
	}
	return jvm.Layer{Options: options, Foreign: strings.HasSuffix(source, "_OPTIONS")}
}

func TestMerge(t *testing.T) {
	for _, test := range []struct {
		name                 string
		lower, higher        string
		want                 string // the command line
		replaced             string // by the first option of higher
		higherName, wantDrop string
	}{
		{name: "nothing in common", lower: "-Da=1", higher: "-Db=2", want: "-Da=1 -Db=2"},
		{name: "the same property", lower: "-Da=1 -Db=1", higher: "-Da=2", want: "-Db=1 -Da=2", replaced: "-Da=1"},
		{name: "a property's name is whole", lower: "-Da=1", higher: "-Dab=2 -Da.b=3", want: "-Da=1 -Dab=2 -Da.b=3"},
		{name: "a property without a value", lower: "-Da", higher: "-Da=2", want: "-Da=2", replaced: "-Da"},
		{name: "the same flag, negated", lower: "-XX:+ExitOnOutOfMemoryError", higher: "-XX:-ExitOnOutOfMemoryError", want: "-XX:-ExitOnOutOfMemoryError", replaced: "-XX:+ExitOnOutOfMemoryError"},
		{name: "the same flag, another value", lower: "-XX:HeapDumpPath=/a", higher: "-XX:HeapDumpPath=/b", want: "-XX:HeapDumpPath=/b", replaced: "-XX:HeapDumpPath=/a"},
		{name: "the heap family", lower: "-Xms512m -Xmx512m", higher: "-Xmx200m", want: "-Xmx200m", replaced: "-Xms512m -Xmx512m"},
		{name: "the heap by a share", lower: "-Xms512m -Xmx512m", higher: "-XX:MaxRAMPercentage=50.0", want: "-XX:MaxRAMPercentage=50.0", replaced: "-Xms512m -Xmx512m"},
		{name: "the heap by its old spelling", lower: "-Xmx512m", higher: "-mx1g", want: "-mx1g", replaced: "-Xmx512m"},
		{name: "the young generation is not the heap", lower: "-Xmx512m", higher: "-Xmn64m", want: "-Xmx512m -Xmn64m"},
		{name: "collectors", lower: "-XX:+UseG1GC -XX:MaxGCPauseMillis=50", higher: "-XX:+UseSerialGC", want: "-XX:MaxGCPauseMillis=50 -XX:+UseSerialGC", replaced: "-XX:+UseG1GC"},
		{name: "a collector in disguise", lower: "-Xmx1g -XX:+UseSerialGC", higher: "-XX:+AggressiveHeap", want: "-XX:+AggressiveHeap", replaced: "-Xmx1g -XX:+UseSerialGC"},
		{name: "another collector switched off says nothing of ours", lower: "-XX:+UseSerialGC", higher: "-XX:-UseG1GC", want: "-XX:+UseSerialGC -XX:-UseG1GC"},
		{name: "an unlock flag stays before what it unlocks", lower: "-XX:+UnlockExperimentalVMOptions -XX:+UseEpsilonGC", higher: "-XX:+UnlockExperimentalVMOptions -Da=1", want: "-XX:+UnlockExperimentalVMOptions -XX:+UseEpsilonGC -XX:+UnlockExperimentalVMOptions -Da=1"},
		{name: "what adds up", lower: "--add-opens a/b=c -Xlog:gc -javaagent:/a.jar", higher: "--add-opens a/d=c -Xlog:safepoint -javaagent:/b.jar", want: "--add-opens a/b=c -Xlog:gc -javaagent:/a.jar --add-opens a/d=c -Xlog:safepoint -javaagent:/b.jar"},
		{name: "the same agent", lower: "-javaagent:/a.jar=port=1", higher: "-javaagent:/a.jar=port=2", want: "-javaagent:/a.jar=port=2", replaced: "-javaagent:/a.jar=port=1"},
		{name: "the debugger, both spellings", lower: "-agentlib:jdwp=a", higher: "-Xrunjdwp:b", want: "-Xrunjdwp:b", replaced: "-agentlib:jdwp=a"},
		{name: "one layer's own repeats are its own", lower: "-Dx=1", higher: "-Da=1 -Da=2 -XX:+UseG1GC -XX:+UseSerialGC", want: "-Dx=1 -Da=1 -Da=2 -XX:+UseG1GC -XX:+UseSerialGC"},
		{name: "no agent of ours while classes are archived", lower: "-javaagent:/a.jar -Da=1", higher: "-XX:ArchiveClassesAtExit=/x.jsa", want: "-Da=1 -XX:ArchiveClassesAtExit=/x.jsa", replaced: "-javaagent:/a.jar"},
		{name: "the machine's memory", lower: "-Xmx1g", higher: "-XX:MaxRAM=2g", want: "-XX:MaxRAM=2g", replaced: "-Xmx1g"},
		{name: "an old collector by its own spelling", lower: "-XX:+UseG1GC", higher: "-Xconcgc", want: "-Xconcgc", replaced: "-XX:+UseG1GC"},
		{name: "stacks, both spellings", lower: "-XX:ThreadStackSize=512", higher: "-Xss1m", want: "-Xss1m", replaced: "-XX:ThreadStackSize=512"},
		{name: "the class path, both spellings", lower: "-cp /a", higher: "--class-path /b", want: "--class-path /b", replaced: "-cp /a"},
		{name: "what runs on an error adds up", lower: "-XX:OnError=a", higher: "-XX:OnError=b", want: "-XX:OnError=a -XX:OnError=b"},
		{name: "a variable that the JVM reads", lower: "-Xmx512m", higher: "-Xmx1g", higherName: "JAVA_TOOL_OPTIONS", want: "", wantDrop: "-Xmx512m: JAVA_TOOL_OPTIONS sets -Xmx1g; both set the heap's size"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.higherName == "" {
				test.higherName = "JVM_ARGS"
			}
			merged := jvm.Merge(layer("default", test.lower), layer(test.higherName, test.higher))
			var line, replaced, gone []string
			for _, k := range merged.Options {
				line = append(line, k.String())
				for _, r := range k.Replaces {
					replaced = append(replaced, r.String())
				}
			}
			for _, d := range merged.Dropped {
				gone = append(gone, fmt.Sprintf("%s: %s", d, d.Reason))
			}
			for _, check := range []struct{ what, got, want string }{
				{"command line", strings.Join(line, " "), test.want},
				{"replaced", strings.Join(replaced, " "), test.replaced},
				{"dropped", strings.Join(gone, "; "), test.wantDrop},
			} {
				if check.got != check.want {
					t.Errorf("%s: got %q, want %q", check.what, check.got, check.want)
				}
			}
		})
	}
}

// What is left of a variable that the JVM reads is what the JVM is to read.
func TestMergeLeaves(t *testing.T) {
	merged := jvm.Merge(
		layer("JAVA_TOOL_OPTIONS", "-XX:+UseG1GC -Da=1"),
		layer("JVM_ARGS", "-XX:+UseSerialGC"),
	)
	if left := merged.Layers[0].Options; len(left) != 1 || left[0].String() != "-Da=1" {
		t.Errorf("left %v", left)
	}
	if line := merged.Options; len(line) != 1 || line[0].Replaces[0].String() != "-XX:+UseG1GC" {
		t.Errorf("line %v", line)
	}
}

// An option that itself yields takes nothing with it.
func TestMergeYieldsOnlyToWhatStays(t *testing.T) {
	merged := jvm.Merge(
		layer("default", "-Xmx512m"),
		layer("JVM_OPTS", "-XX:+AggressiveHeap"),
		layer("JVM_ARGS", "-XX:+UseSerialGC"),
	)
	var line []string
	for _, k := range merged.Options {
		line = append(line, k.String())
	}
	if want := []string{"-Xmx512m", "-XX:+UseSerialGC"}; !slices.Equal(line, want) {
		t.Errorf("got %q, want %q", line, want)
	}
}
