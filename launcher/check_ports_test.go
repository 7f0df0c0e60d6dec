package launcher

import (
	"errors"
	"syscall"
	"testing"
	"testing/fstest"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

func TestIsRunning(t *testing.T) {
	root := fstest.MapFS{
		"proc/7/cmdline":       {Data: []byte("/jdk/bin/java\x00-Dport=9010\x00--add-opens\x00java.base/a=b\x00-jar\x00a.jar\x00")},
		"proc/8/cmdline":       {Data: []byte("sh\x00-c\x00java -Dother=1\x00")},
		"proc/9/cmdline":       {}, // a thread of the kernel's
		"proc/10/cmdline":      {Data: make([]byte, commandLineMost+1)},
		"proc/self/cmdline":    {Data: []byte("-Dself=1\x00")},
		"proc/11/task/cmdline": {Data: []byte("-Dtask=1\x00")},
	}
	for _, test := range []struct {
		words []string
		want  bool
	}{
		{[]string{"-Dport=9010"}, true},
		{[]string{"--add-opens", "java.base/a=b"}, true},
		{[]string{"/jdk/bin/java"}, true}, // the first word
		{[]string{"a.jar"}, true},         // the last
		{[]string{"-Dport=901"}, false},
		{[]string{"port=9010"}, false},
		{[]string{"-Dport=90100"}, false},
		{[]string{"--add-opens", "java.base/a"}, false},
		{[]string{"-Dport=9010", "-jar"}, false},
		{[]string{"-Dother=1"}, false}, // no word of its own
		{[]string{"-Dself=1"}, false},
		{[]string{"-Dtask=1"}, false},
	} {
		c := checker{sys: System{Outside: host.Outside{Root: root}}}
		if got := c.isRunning(jvm.NewOption("", test.words...)); got != test.want {
			t.Errorf("%q: %t", test.words, got)
		}
	}
}

// A port that is taken is a finding, unless the very service that is checked
// holds it.
func TestCheckPorts(t *testing.T) {
	const debugger = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005"
	for _, test := range []struct {
		name, running string
		err           error
		want          string
	}{
		{"free", "", nil, ""},
		{"taken", "", syscall.EADDRINUSE, "JVM_ARGS: -agentlib: :5005: address already in use (java would not start: choose another port)"},
		{"taken by the service", debugger, syscall.EADDRINUSE, ""},
		{"taken by another one", debugger + "5", syscall.EADDRINUSE, "JVM_ARGS: -agentlib: :5005: address already in use (java would not start: choose another port)"},
	} {
		sys := System{
			Outside: host.Outside{Root: fstest.MapFS{"proc/7/cmdline": {Data: []byte("java\x00" + test.running + "\x00")}}},
			Listen: func(address string) error {
				if address != ":5005" {
					t.Errorf("listens on %s", address)
				}
				return test.err
			},
		}
		c := checker{Plan: plan(t, request(t, "JVM_ARGS="+debugger, "JMXMP=off"), container()), sys: sys}
		c.checkPorts()
		got := ""
		if err := errors.Join(c.wrong...); err != nil {
			got = err.Error()
		}
		if got != test.want || len(c.lacks) > 0 {
			t.Errorf("%s: %q, %v", test.name, got, c.lacks)
		}
	}
}
