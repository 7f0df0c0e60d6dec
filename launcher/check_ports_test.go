package launcher

import (
	"errors"
	"slices"
	"strings"
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

// JMX's port is tried at each of its addresses; a start would do without what is taken.
func TestCheckJMXPort(t *testing.T) {
	for _, test := range []struct {
		name, environ string
		isRunning     bool
		taken         string
		want          string
	}{
		{"free", "JMXMP_BIND=127.0.0.1,10.0.0.7", false, "", ""},
		{"taken", "JMXMP_BIND=127.0.0.1,10.0.0.7", false, "10.0.0.7:5555", "JMXMP_PORT 5555: 10.0.0.7:5555: address already in use (starting without JMX there)"},
		{"taken by the service", "JMXMP_BIND=127.0.0.1,10.0.0.7", true, "10.0.0.7:5555", ""},
		{"a free one is taken", "JMXMP_BIND=127.0.0.1,10.0.0.7 JMXMP_PORT=0", false, "127.0.0.1:0", ""},
	} {
		root := fstest.MapFS{}
		var tried []string
		sys := System{Outside: host.Outside{Root: root}, Listen: func(address string) error {
			tried = append(tried, address)
			if address == test.taken {
				return syscall.EADDRINUSE
			}
			return nil
		}}
		c := checker{Plan: plan(t, request(t, strings.Fields(test.environ)...), container()), sys: sys}
		if test.isRunning {
			root["proc/7/cmdline"] = &fstest.MapFile{Data: []byte(strings.Join(c.Argv, "\x00") + "\x00")}
		}
		c.checkPorts()
		var got []string
		for _, l := range c.lacks {
			got = append(got, l.String())
		}
		if strings.Join(got, "\n") != test.want || len(c.wrong) > 0 {
			t.Errorf("%s: %q, %v, want %q", test.name, got, c.wrong, test.want)
		}
		if want := []string{"127.0.0.1:5555", "10.0.0.7:5555"}; !strings.Contains(test.environ, "PORT=0") && !slices.Equal(tried, want) {
			t.Errorf("%s: tried %q, want %q", test.name, tried, want)
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
