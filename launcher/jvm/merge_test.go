package jvm_test

import (
	"fmt"
	"math/rand/v2"
	"os"
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
		{name: "no debugger while classes are archived", lower: "-agentlib:jdwp=a -Da=1", higher: "-XX:ArchiveClassesAtExit=/x.jsa", want: "-Da=1 -XX:ArchiveClassesAtExit=/x.jsa", replaced: "-agentlib:jdwp=a"},
		{name: "no recording with a cache that must fit", lower: "-XX:StartFlightRecording=filename=/a -Da=1", higher: "-XX:AOTMode=on", want: "-Da=1 -XX:AOTMode=on", replaced: "-XX:StartFlightRecording=filename=/a"},
		{name: "recordings add up, in both spellings", lower: "-XX:StartFlightRecording:filename=/a", higher: "-XX:StartFlightRecording:filename=/b", want: "-XX:StartFlightRecording:filename=/a -XX:StartFlightRecording:filename=/b"},
		{name: "the recorder's options, in both spellings", lower: "-XX:FlightRecorderOptions=repository=/a", higher: "-XX:FlightRecorderOptions:stackdepth=9", want: "-XX:FlightRecorderOptions:stackdepth=9", replaced: "-XX:FlightRecorderOptions=repository=/a"},
		{name: "the machine's memory", lower: "-Xmx1g", higher: "-XX:MaxRAM=2g", want: "-XX:MaxRAM=2g", replaced: "-Xmx1g"},
		{name: "an old collector by its own spelling", lower: "-XX:+UseG1GC", higher: "-Xconcgc", want: "-Xconcgc", replaced: "-XX:+UseG1GC"},
		{name: "stacks, both spellings", lower: "-XX:ThreadStackSize=512", higher: "-Xss1m", want: "-Xss1m", replaced: "-XX:ThreadStackSize=512"},
		{name: "the class path, both spellings", lower: "-cp /a", higher: "--class-path /b", want: "--class-path /b", replaced: "-cp /a"},
		{name: "what runs on an error adds up", lower: "-XX:OnError=a", higher: "-XX:OnError=b", want: "-XX:OnError=a -XX:OnError=b"},
		{name: "an agent by another path", lower: "-javaagent:/a/../a.jar", higher: "-javaagent:/a.jar=x", want: "-javaagent:/a.jar=x", replaced: "-javaagent:/a/../a.jar"},
		{name: "a well-known agent elsewhere", lower: "-javaagent:/opt/dd-java-agent.jar -javaagent:/opt/agent.jar", higher: "-javaagent:/lib/dd-java-agent-1.2.jar -javaagent:/lib/agent.jar", want: "-javaagent:/opt/agent.jar -javaagent:/lib/dd-java-agent-1.2.jar -javaagent:/lib/agent.jar", replaced: "-javaagent:/opt/dd-java-agent.jar"},
		{name: "an agent's extension is no agent", lower: "-javaagent:/newrelic-extension.jar", higher: "-javaagent:/newrelic.jar", want: "-javaagent:/newrelic-extension.jar -javaagent:/newrelic.jar"},
		{name: "options of one collector", lower: "-XX:+UseConcMarkSweepGC", higher: "-XX:+UseParNewGC -XX:+CMSIncrementalMode", want: "-XX:+UseConcMarkSweepGC -XX:+UseParNewGC -XX:+CMSIncrementalMode"},
		{name: "a cache and how it is used", lower: "-XX:AOTCache=/a", higher: "-XX:AOTMode=on", want: "-XX:AOTCache=/a -XX:AOTMode=on"},
		{name: "recordings add up", lower: "-XX:StartFlightRecording=name=a", higher: "-XX:StartFlightRecording=name=b", want: "-XX:StartFlightRecording=name=a -XX:StartFlightRecording=name=b"},
		{name: "a soft maximum", lower: "-Xmx1g", higher: "-XX:SoftMaxHeapSize=700m", want: "-Xmx1g -XX:SoftMaxHeapSize=700m"},
		{name: "... above the heap", lower: "-Xms64m -Xmx512m", higher: "-XX:SoftMaxHeapSize=700m", want: "-XX:SoftMaxHeapSize=700m", replaced: "-Xms64m -Xmx512m"},
		{name: "a share as a spelling has it", lower: "-Xminf0.6", higher: "-XX:MaxHeapFreeRatio=50", want: "-XX:MaxHeapFreeRatio=50", replaced: "-Xminf0.6"},
		{name: "regions are G1's", lower: "-Xmx200m", higher: "-XX:+UseSerialGC -XX:TLABSize=1m", want: "-Xmx200m -XX:+UseSerialGC -XX:TLABSize=1m"},
		{name: "the debugger by its path", lower: "-agentpath:/jdk/lib/libjdwp.so=a", higher: "-agentlib:jdwp=b", want: "-agentlib:jdwp=b", replaced: "-agentpath:/jdk/lib/libjdwp.so=a"},
		{name: "a module patched twice", lower: "--patch-module a=/x --patch-module=b=/x", higher: "--patch-module=a=/y", want: "--patch-module=b=/x --patch-module=a=/y", replaced: "--patch-module a=/x"},
		{name: "values out of order", lower: "-XX:MinHeapFreeRatio=60", higher: "-XX:MaxHeapFreeRatio=50", want: "-XX:MaxHeapFreeRatio=50", replaced: "-XX:MinHeapFreeRatio=60"},
		{name: "... the other way round", lower: "-XX:MaxHeapFreeRatio=50", higher: "-XX:MinHeapFreeRatio=60", want: "-XX:MinHeapFreeRatio=60", replaced: "-XX:MaxHeapFreeRatio=50"},
		{name: "... and in order", lower: "-XX:MinHeapFreeRatio=40", higher: "-XX:MaxHeapFreeRatio=50", want: "-XX:MinHeapFreeRatio=40 -XX:MaxHeapFreeRatio=50"},
		{name: "a heap too small for a value goes with its initial size", lower: "-Xms512m -Xmx512m", higher: "-XX:TLABSize=1m", want: "-XX:TLABSize=1m", replaced: "-Xms512m -Xmx512m"},
		{name: "... and one that fits it stays", lower: "-Xms512m -Xmx512m", higher: "-XX:TLABSize=512k", want: "-Xms512m -Xmx512m -XX:TLABSize=512k"},
		{name: "a value in regions of a size that is set", lower: "-XX:G1HeapRegionSize=8m -XX:SurvivorRatio=32", higher: "-Xmx128m", want: "-XX:G1HeapRegionSize=8m -Xmx128m", replaced: "-XX:SurvivorRatio=32"},
		{name: "... and of one that is not", lower: "-XX:SurvivorRatio=32", higher: "-Xmx128m", want: "-XX:SurvivorRatio=32 -Xmx128m"},
		{name: "what java refuses beside others", lower: "-XX:TieredStopAtLevel=1 -XX:CICompilerCount=1", higher: "-XX:-TieredCompilation", want: "-XX:TieredStopAtLevel=1 -XX:-TieredCompilation", replaced: "-XX:CICompilerCount=1"},
		{name: "a cache that must be used", lower: "-javaagent:/a.jar", higher: "-XX:AOTMode=on", want: "-XX:AOTMode=on", replaced: "-javaagent:/a.jar"},
		{name: "a cache that may be used", lower: "-javaagent:/a.jar", higher: "-XX:AOTMode=auto", want: "-javaagent:/a.jar -XX:AOTMode=auto"},
		{name: "caches and archives", lower: "-XX:SharedArchiveFile=/a", higher: "-XX:AOTCache=/b", want: "-XX:AOTCache=/b", replaced: "-XX:SharedArchiveFile=/a"},
		{name: "sharing as ever says nothing against an archive", lower: "-XX:SharedArchiveFile=/a", higher: "-Xshare:auto", want: "-XX:SharedArchiveFile=/a -Xshare:auto"},
		{name: "a flag by its old spelling", lower: "-Xminf0.3 -Xbatch -Xrs", higher: "-XX:MinHeapFreeRatio=30 -XX:+BackgroundCompilation -XX:-ReduceSignalUsage", want: "-XX:MinHeapFreeRatio=30 -XX:+BackgroundCompilation -XX:-ReduceSignalUsage", replaced: "-Xminf0.3 -Xbatch -Xrs"},
		{name: "how code is executed", lower: "-Xint", higher: "-Xcomp", want: "-Xcomp", replaced: "-Xint"},
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

// A file stays whole while nothing in it yields; else what is left of it takes
// its place.
func TestMergeFiles(t *testing.T) {
	file := jvm.NewOption("JVM_OPTS", "@f")
	file.Holds = []jvm.Option{jvm.NewOption("f:1", "-Xmx1g"), jvm.NewOption("f:2", "-Da=1")}
	for _, test := range []struct{ lower, higher, want string }{
		{"-Xmx512m -Db=1", "", "-Db=1 @f"},
		{"", "-Db=1", "@f -Db=1"},
		{"", "-Da=2", "@f -Da=2"}, // the last counts
		{"", "-Xmx2g -Da=2", "@f -Xmx2g -Da=2"},
		{"", "-XX:MaxRAMPercentage=50", "-Da=1 -XX:MaxRAMPercentage=50"},
		{"", "-Xms1g -Da=2", "-Xms1g -Da=2"},
	} {
		merged := jvm.Merge(layer("default", test.lower), jvm.Layer{Options: []jvm.Option{file}}, layer("JVM_ARGS", test.higher))
		if got := line(merged); got != test.want {
			t.Errorf("%s | @f | %s: got %q, want %q", test.lower, test.higher, got, test.want)
		}
	}
}

// Of two files that HotSpot takes once, the lower one is opened; what is left of
// one that it reads before all else stands first in its layer.
func TestMergeFilesOfOneKind(t *testing.T) {
	file := func(option string, holds ...string) jvm.Layer {
		o := jvm.NewOption("JVM_OPTS", option)
		for _, one := range holds {
			o.Holds = append(o.Holds, jvm.NewOption("f:1", one))
		}
		return jvm.Layer{Options: []jvm.Option{jvm.NewOption("JVM_OPTS", "-Dfirst"), o}}
	}
	for _, test := range []struct {
		lower, higher jvm.Layer
		want          string
	}{
		{file("-XX:VMOptionsFile=a", "-Da=1"), file("-XX:VMOptionsFile=b", "-Db=1"), "-Da=1 -Dfirst -XX:VMOptionsFile=b"},
		{file("-XX:Flags=a", "-XX:MaxHeapSize=1g", "-XX:+UseG1GC"), layer("JVM_ARGS", "-XX:+UseSerialGC"), "-XX:MaxHeapSize=1g -Dfirst -XX:+UseSerialGC"},
		{file("@a", "-XX:MaxHeapSize=1g", "-XX:+UseG1GC"), layer("JVM_ARGS", "-XX:+UseSerialGC"), "-Dfirst -XX:MaxHeapSize=1g -XX:+UseSerialGC"},
	} {
		if got := line(jvm.Merge(test.lower, test.higher)); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	before := jvm.Merge(layer("JVM_OPTS", "-Xmx2g"), jvm.Layer{}, file("-XX:Flags=a", "-XX:MaxHeapSize=1g")).InEffect()
	if len(before) != 2 || before[0].String() != "-XX:MaxHeapSize=1g" {
		t.Errorf("in effect: %v", before)
	}
}

// What stands in a file that a file names counts too.
func TestMergeFilesInFiles(t *testing.T) {
	texts := map[string]string{"a": "-Da=1\n-XX:Flags=f", "f": "+UseSerialGC"}
	read := func(path string) (string, error) { return texts[path], nil }
	looked, wrong := jvm.LookInto([]jvm.Option{jvm.NewOption("JVM_OPTS", "@a")}, jvm.Version{Feature: 17}, read)
	merged := jvm.Merge(jvm.Layer{Options: looked}, layer("JVM_ARGS", "-XX:+UseG1GC"))
	if got, want := line(merged), "-Da=1 -XX:+UseG1GC"; len(wrong) > 0 || got != want {
		t.Errorf("got %q, %v, want %q", got, wrong, want)
	}
}

func line(m jvm.Merged) string {
	var words []string
	for _, k := range m.Options {
		words = append(words, k.String())
	}
	return strings.Join(words, " ")
}

// TestMergeProperties merges layers of what people write: what comes of it
// merges into itself, each layer keeps its order, and the highest all of its options.
func TestMergeProperties(t *testing.T) {
	text, err := os.ReadFile("../../images/corpus.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []jvm.Layer
	for one := range strings.Lines(string(text)) {
		words, err := jvm.Split(strings.TrimSuffix(one, "\n"))
		if err != nil || len(words) == 0 || words[0] == "#" {
			continue
		}
		options, _ := jvm.ParseOptions(words, "", jvm.Version{Feature: 25})
		all = append(all, jvm.Layer{Options: options})
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		layers := make([]jvm.Layer, 1+random.IntN(5))
		for i := range layers {
			layers[i] = all[random.IntN(len(all))]
			layers[i].Foreign = random.IntN(4) == 0
		}
		checkMerge(t, layers)
		if t.Failed() {
			return
		}
	}
}

func checkMerge(t *testing.T, layers []jvm.Layer) {
	t.Helper()
	merged := jvm.Merge(layers...)
	again := jvm.Merge(merged.Layers...)
	if line(again) != line(merged) || len(again.Dropped) > 0 {
		t.Errorf("%v: merged %q, again %q", layers, line(merged), line(again))
	}
	gone := len(merged.Dropped)
	for _, k := range merged.Options {
		gone += len(k.Replaces)
	}
	for i, layer := range layers {
		left := merged.Layers[i].Options
		gone -= len(layer.Options) - len(left)
		at := 0
		for _, o := range layer.Options {
			if at < len(left) && slices.Equal(left[at].Words, o.Words) {
				at++
			}
		}
		if at != len(left) {
			t.Errorf("%v became %v", layer.Options, left)
		}
		if i == len(layers)-1 && len(left) != len(layer.Options) {
			t.Errorf("the highest layer %v lost to nobody: %v", layer.Options, left)
		}
	}
	if gone != 0 {
		t.Errorf("%v: %d options are gone without a word", layers, gone)
	}
}
