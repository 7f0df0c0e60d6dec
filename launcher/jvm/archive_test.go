package jvm_test

import (
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

func optionsOf(line string) []jvm.Option {
	return layer("JVM_ARGS", line).Options
}

// What was measured on 11, 17, 21, 25 and 26: docs/train.md.
func TestArchiveConditions(t *testing.T) {
	for _, test := range []struct {
		name, options string
		heap          jvm.Bytes
		any, cache    string // with ; between
	}{
		{name: "nothing", options: ""},
		{name: "another heap, collector or log", options: "-Xmx2g -XX:+UseSerialGC -Xlog:gc -XX:ActiveProcessorCount=1 -Xint -Da=b", heap: 2 * jvm.GiB},
		{name: "ZGC", options: "-XX:+UseZGC", any: "uncompressed addresses", cache: "uncompressed addresses"},
		{name: "... which another place has switched off", options: "-XX:+UseZGC -XX:-UseZGC"},
		{name: "a large heap", options: "", heap: 40 * jvm.GiB, any: "uncompressed addresses", cache: "uncompressed addresses"},
		{name: "the last flag counts", options: "-XX:-UseCompressedOops -XX:+UseCompressedOops"},
		{name: "a flag as java has it", options: "-XX:ObjectAlignmentInBytes=8 -XX:+UseCompressedClassPointers"},
		{name: "a flag otherwise", options: "-XX:ObjectAlignmentInBytes=16 -XX:+UseCompactObjectHeaders", any: "-XX:ObjectAlignmentInBytes=16;-XX:+UseCompactObjectHeaders", cache: "-XX:ObjectAlignmentInBytes=16;-XX:+UseCompactObjectHeaders"},
		{name: "paths", options: "-p /m --patch-module=a=/x -Xbootclasspath/a:/b.jar", any: "--module-path=/m;--patch-module=a=/x;-Xbootclasspath/a:/b.jar", cache: "--module-path=/m;--patch-module=a=/x;-Xbootclasspath/a:/b.jar"},
		{name: "a class loader", options: "-Djava.system.class.loader=L", any: "-Djava.system.class.loader=L", cache: "-Djava.system.class.loader=L"},
		{name: "modules that are opened, in both spellings", options: "--add-opens a/b=c --add-modules=d", cache: "--add-opens=a/b=c;--add-modules=d"},
		{name: "agents, whatever their arguments", options: "-javaagent:/a.jar=port=1 -agentpath:/l.so=x -agentlib:l=y", cache: "-javaagent:/a.jar;-agentpath:/l.so;-agentlib:l"},
		{
			name:    "java's own JMX agent, native access, and how modules are found",
			options: "-Dcom.sun.management.jmxremote.port=1 --illegal-native-access=deny -Djdk.module.validation=true -Djdk.module.showModuleResolution=true",
			cache:   "-Dcom.sun.management;--illegal-native-access=deny;-Djdk.module.validation=true;-Djdk.module.showModuleResolution=true",
		},
		{name: "the options of recordings", options: "-XX:FlightRecorderOptions=stackdepth=64", cache: "a flight recording"},
		{name: "what enables JVMCI", options: "-XX:+UseJVMCICompiler", any: "-XX:+UseJVMCICompiler", cache: "-XX:+UseJVMCICompiler"},
		{name: "a debugger and a recording", options: "-agentlib:jdwp=transport=dt_socket -XX:StartFlightRecording=filename=/x", cache: "a debugger;a flight recording"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for kind, want := range map[jvm.ArchiveKind]string{
				jvm.ClassArchive: test.any, jvm.AOTCache: test.cache,
			} {
				var got []string
				for _, c := range kind.Conditions(optionsOf(test.options), test.heap) {
					got = append(got, c.Text)
				}
				if strings.Join(got, ";") != want {
					t.Errorf("%s: %q, want %q", kind, got, want)
				}
			}
		})
	}
}

// The files whose content an archive depends on, besides the class path.
func TestArchiveFiles(t *testing.T) {
	options := optionsOf("-Xbootclasspath/a:/a.jar:b.jar -p /m:/m.jar -javaagent:/agent.jar=x -agentpath:/l.so=y -agentlib:z -cp /c.jar")
	for kind, want := range map[jvm.ArchiveKind]string{
		jvm.ClassArchive: "/a.jar b.jar /m/* /m.jar",
		jvm.AOTCache:     "/a.jar b.jar /m/* /m.jar /agent.jar /l.so",
	} {
		if got := strings.Join(kind.Files(options), " "); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

func TestDiffers(t *testing.T) {
	now := []jvm.Condition{{Text: "a", By: "JVM_ARGS"}, {Text: "b", By: "JVM_OPTS"}}
	for _, test := range []struct{ trained, want string }{
		{"a b", ""},
		{"b a", ""},
		{"a", "it was trained without b (JVM_OPTS)"},
		{"a b c", "it was trained with c"},
	} {
		if got := jvm.Differs(strings.Fields(test.trained), now); got != test.want {
			t.Errorf("%s: %q, want %q", test.trained, got, test.want)
		}
	}
}

// An archive is out of place where somebody decides about archives.
func TestArchiveSwitch(t *testing.T) {
	for _, test := range []struct {
		options    string
		any, cache string
		owns       bool
	}{
		{options: "-Xmx1g"},
		{options: "-Xshare:off -Xshare:auto", cache: "-Xshare:auto"},
		{options: "-Xshare:auto -Xshare:off", any: "-Xshare:off", cache: "-Xshare:off"},
		{options: "-Xshare:on", any: "-Xshare:on", cache: "-Xshare:on"},
		{options: "-XX:AOTMode=on", any: "-XX:AOTMode=on", cache: "-XX:AOTMode=on"},
		{options: "-XX:AOTMode=auto"},
		{options: "-XX:-UseSharedSpaces", any: "-XX:-UseSharedSpaces", cache: "-XX:-UseSharedSpaces"},
		{options: "-XX:+RequireSharedSpaces", any: "-XX:+RequireSharedSpaces", cache: "-XX:+RequireSharedSpaces"},
		{options: "-XX:SharedArchiveFile=/x", owns: true},
		{options: "-XX:AOTCacheOutput=/x", owns: true},
		{options: "-XX:-AutoCreateSharedArchive"},
	} {
		for kind, want := range map[jvm.ArchiveKind]string{jvm.ClassArchive: test.any, jvm.AOTCache: test.cache} {
			got := ""
			if o, found := kind.Switch(optionsOf(test.options)); found {
				got = o.String()
			}
			if got != want {
				t.Errorf("%s, %s: %q, want %q", test.options, kind, got, want)
			}
		}
		if got := jvm.OwnsArchive(optionsOf(test.options)); got != test.owns {
			t.Errorf("%s: an archive of its own: %t", test.options, got)
		}
	}
}

// A training has the options of a start but for what java refuses beside it, or
// what the archive would not fit then.
func TestTrainingOptions(t *testing.T) {
	all := optionsOf("-Xmx1g -javaagent:/a.jar -agentlib:jdwp=transport=dt_socket -XX:StartFlightRecording --add-opens a/b=c -agentpath:/l.so")
	for kind, want := range map[jvm.ArchiveKind]string{
		jvm.ClassArchive: "-Xmx1g --add-opens a/b=c",
		jvm.AOTCache:     "-Xmx1g -javaagent:/a.jar -XX:StartFlightRecording --add-opens a/b=c -agentpath:/l.so",
	} {
		if got := strings.Join(kind.Training(all), " "); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

func TestArchiveOf(t *testing.T) {
	var got []jvm.ArchiveKind
	for _, feature := range []int{8, 10, 11, 24, 25, 0} {
		got = append(got, jvm.ArchiveOf(jvm.Version{Feature: feature}))
	}
	want := []jvm.ArchiveKind{
		jvm.NoArchive, jvm.NoArchive, jvm.ClassArchive, jvm.ClassArchive, jvm.AOTCache, jvm.AOTCache,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Java takes but one collector. ZGC makes its own archives, since its addresses are others.
func TestCreatingArchive(t *testing.T) {
	const unbound = "-XX:MaxMetaspaceSize=4g -XX:CompressedClassSpaceSize=1g"
	for _, test := range []struct{ options, left, want string }{
		{"-Xmx1g", "-Xmx1g", unbound + " -XX:+UseG1GC"},
		{"-XX:+UseSerialGC -Da=b", "-Da=b", unbound + " -XX:+UseG1GC"},
		{"-XX:+UseParallelGC -XX:+UseParallelOldGC", "", unbound + " -XX:+UseG1GC"},
		{"-XX:+UseParallelGC -XX:+AggressiveHeap", "", unbound + " -XX:+UseG1GC"},
		{"-XX:MaxMetaspaceSize=24m -XX:CompressedClassSpaceSize=8m", "", unbound + " -XX:+UseG1GC"},
		{"-XX:+UseZGC", "-XX:+UseZGC", unbound},
		{"-XX:+UseShenandoahGC", "-XX:+UseShenandoahGC", unbound},
		{"-XX:+UseG1GC", "-XX:+UseG1GC", unbound},
	} {
		for _, name := range []string{"JVM_ARGS", jvm.ToolOptions, jvm.JavaOptions} { // java reads the last behind all others
			start := layer(name, test.options)
			merged := jvm.Merge(start, jvm.ClassArchive.Creating(start.Options))
			if left := joined(merged.Layers[0].Options); left != test.left {
				t.Errorf("of %s in %s is left %q, want %q", test.options, name, left, test.left)
			}
			if got := joined(merged.Layers[1].Options); got != test.want {
				t.Errorf("beside %s in %s: %q, want %q", test.options, name, got, test.want)
			}
			if len(jvm.AOTCache.Creating(start.Options).Options) > 0 {
				t.Errorf("a cache is made otherwise than it is used, beside %s", test.options)
			}
		}
	}
}

// What is listed is what a start with its agents loads, though they are left out.
func TestRecordBesideAgents(t *testing.T) {
	for _, test := range []struct {
		kind    jvm.ArchiveKind
		options string
		want    bool
	}{
		{jvm.ClassArchive, "-Xmx1g -javaagent:/a.jar=x", true},
		{jvm.ClassArchive, "-Xmx1g -agentlib:a", false},
		{jvm.AOTCache, "-javaagent:/a.jar", false},
	} {
		got := test.kind.Record("/work", optionsOf(test.options))
		if slices.Contains(got, "--add-modules=java.instrument") != test.want {
			t.Errorf("%s beside %s: %q", test.kind, test.options, got)
		}
	}
}

// What a file holds that java reads behind the command line yields, too.
func TestCreatingArchiveBesideFiles(t *testing.T) {
	read := func(string) (string, error) { return "-XX:MaxMetaspaceSize=12m -Da=b", nil }
	looked, wrong := jvm.LookInto([]jvm.Option{jvm.NewOption(jvm.JavaOptions, "-XX:VMOptionsFile=f")}, jvm.Version{Feature: 17}, read)
	merged := jvm.Merge(jvm.Layer{Name: jvm.JavaOptions, Options: looked, Foreign: true}, jvm.ClassArchive.Creating(looked))
	if left := joined(merged.Layers[0].Options); len(wrong) > 0 || left != "-Da=b" {
		t.Errorf("left is %q, %v", left, wrong)
	}
}

func joined(options []jvm.Option) string {
	var list []string
	for _, o := range options {
		list = append(list, o.String())
	}
	return strings.Join(list, " ")
}
