package launcher

import (
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// What java refuses is put down to where it is written.
func TestSourceOf(t *testing.T) {
	// The lowest first.
	layers := func(list ...jvm.Option) (all []jvm.Layer) {
		for _, o := range list {
			all = append(all, jvm.Layer{Options: []jvm.Option{o}})
		}
		return all
	}
	in := jvm.NewOption
	for _, test := range []struct {
		name   string
		layers []jvm.Layer
		said   string
		want   string
	}{
		{"a flag", layers(in("JVM_ARGS", "-XX:+UseG1GCC")), "Unrecognized VM option 'UseG1GCC'", "JVM_ARGS"},
		{"one that is switched off", layers(in("JVM_ARGS", "-XX:-UseG1GCC")), "Unrecognized VM option 'UseG1GCC'", "JVM_ARGS"},
		{"one that begins another one's name", layers(in("JVM_OPTS", "-XX:+UseG1GC"), in("JVM_ARGS", "-XX:+UseG1GCC")), "Unrecognized VM option 'UseG1GCC'", "JVM_ARGS"},
		{"... or stands above it", layers(in("JVM_OPTS", "-XX:+UseG1GCC"), in("JVM_ARGS", "-XX:+UseG1GC")), "Unrecognized VM option 'UseG1GCC'", "JVM_OPTS"},
		{"one that ends another one's name", layers(in("JVM_OPTS", "-XX:MaxHeapSize=1g"), in("JVM_ARGS", "-XX:SoftMaxHeapSize=2q")), "Improperly specified VM option 'SoftMaxHeapSize=2q'", "JVM_ARGS"},
		{"one that is in a longer one's name alone", layers(in("JVM_OPTS", "-XX:MaxHeapSize=1g")), "Improperly specified VM option 'SoftMaxHeapSize=2q'", ""},
		{"one that lacks a letter of another one's", layers(in("JVM_OPTS", "-XX:MaxRAMPercentage=50"), in("JVM_ARGS", "-XX:MaxRAMPercentag=1")), "Unrecognized VM option 'MaxRAMPercentag=1'; Did you mean 'MaxRAMPercentage=<value>'?", "JVM_ARGS"},
		{"both named", layers(in("JVM_OPTS", "-XX:MaxHeapSize=1g"), in("JVM_ARGS", "-XX:TLABSize=2g")), "TLABSize (2147483648) must fit MaxHeapSize", "JVM_OPTS"},
		{"the same in two layers", layers(in("JVM_OPTS", "-XX:MaxGCPauseMillis=0"), in("JVM_ARGS", "-XX:MaxGCPauseMillis=0")), "MaxGCPauseMillis=0 is outside the allowed range", "JVM_ARGS"},
		{"a value", layers(in("JVM_ARGS", "-XX:MaxHeapSize=12q")), "Improperly specified VM option 'MaxHeapSize=12q'", "JVM_ARGS"},
		{"no flag", layers(in("JVM_OPTS", "-server"), in("JVM_ARGS", "-Xss1q")), "Invalid thread stack size: -Xss1q", "JVM_ARGS"},
		{"no flag, in other words", layers(in("JVM_OPTS", "-server")), "not in this server VM", ""},
		{"two words", layers(in("JVM_ARGS", "--add-exports", "a/b=c")), "Unknown module: a specified to --add-exports.", "JVM_ARGS"},
		{"... that begin another one's", layers(in("JVM_OPTS", "--add"), in("JVM_ARGS", "--add-exports", "a/b=c")), "Unknown module: a specified to --add-exports", "JVM_ARGS"},
		{"a property that begins another one's", layers(in("JVM_OPTS", "-Da.b=1")), "-Da.b.c can't be used", ""},
		{"at the end", layers(in("JVM_ARGS", "-XX:+UseG1GCC")), "Java does not know UseG1GCC", "JVM_ARGS"},
		{"behind a longer one", layers(in("JVM_ARGS", "-XX:+UseG1GC")), "UseG1GCC conflicts with UseG1GC", "JVM_ARGS"},
		{"a file", layers(in("JVM_ARGS", "@/app/options")), "could not open `/app/options'", "JVM_ARGS"},
		{"in a file", []jvm.Layer{{Options: []jvm.Option{{Words: []string{"@/a"}, Source: "JVM_ARGS", Holds: []jvm.Option{in("/a:3", "-XX:+UseG1GCC")}}}}}, "Unrecognized VM option 'UseG1GCC'", "/a:3"},
		{"a short one", layers(in("JVM_ARGS", "-d")), "what -d is", ""},
		{"a default", layers(in("default:heap", "-XX:MaxHeapSize=1g")), "MaxHeapSize is too large", ""},
		{"nothing", layers(in("JVM_ARGS", "-XX:+UseG1GC")), "Conflicting collector combinations in option list", ""},
	} {
		c := checker{Plan: Plan{layers: test.layers}}
		if got := c.sourceOf(test.said); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
