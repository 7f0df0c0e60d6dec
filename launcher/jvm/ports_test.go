package jvm

import "testing"

func TestNamesPort(t *testing.T) {
	for word, want := range map[string]bool{
		"-Dcom.sun.management.jmxremote.port=5555":                                true,
		"-Dcom.sun.management.jmxremote.rmi.port=5555":                            true,
		"-Dcom.sun.management.jmxremote.port=55555":                               false,
		"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=5555":      true,
		"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5555":    true,
		"-agentpath:/jdk/lib/libjdwp.so=transport=dt_socket,address=0.0.0.0:5555": true,
		"-Xrunjdwp:transport=dt_socket,server=y,address=5555,suspend=n":           true,
		"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:15555":   false,
		"-javaagent:/opt/jmx_prometheus_javaagent.jar=5555:/etc/jmx.yaml":         true,
		"-javaagent:/opt/jmx_prometheus_javaagent.jar=9404:/etc/jmx.yaml":         false,
		"-javaagent:/opt/agent-5555.jar=9404":                                     false,
		"-javaagent:/opt/agent.jar=55555:5555":                                    true,
		"-javaagent:/opt/agent.jar":                                               false,
		"-Dserver.port=5555":                                                      false,
		"-Xmx5555m":                                                               false,
	} {
		if got := NewOption("", word).NamesPort(5555); got != want {
			t.Errorf("%s: %t", word, got)
		}
	}
}

func TestListens(t *testing.T) {
	const jdwp = "-agentlib:jdwp=transport=dt_socket,"
	for _, test := range []struct {
		word    string
		feature int
		want    string // empty: it does not tell
	}{
		{"-Dcom.sun.management.jmxremote.port=9010", 17, ":9010"},
		{"-Dcom.sun.management.jmxremote.rmi.port=9010", 17, ":9010"},
		{"-Dcom.sun.management.jmxremote.port=0", 17, ""},
		{"-Dcom.sun.management.jmxremote.port=65536", 17, ""},
		{"-Dcom.sun.management.jmxremote.port=", 17, ""},
		{"-Dcom.sun.management.jmxremote.port", 17, ""},
		{"-Dcom.sun.management.jmxremote.host=9010", 17, ""},
		{"-Dserver.port=9010", 17, ""},
		{jdwp + "server=y,suspend=n,address=5005", 17, "localhost:5005"},
		{jdwp + "server=y,suspend=n,address=5005", 9, "localhost:5005"},
		{jdwp + "server=y,suspend=n,address=5005", 8, ":5005"},
		{jdwp + "address=*:5005,server=y", 17, ":5005"},
		{jdwp + "address=127.0.0.1:5005,server=y", 8, "127.0.0.1:5005"},
		{jdwp + "address=[::1]:5005,server=y", 17, "[::1]:5005"},
		{jdwp + "address=5005,server=y,server=n", 17, ""}, // the last counts
		{jdwp + "server=y,address=5005,address=5006", 17, "localhost:5006"},
		{jdwp + "address=peer:5005", 17, ""}, // which it calls
		{jdwp + "server=y,address=*:0", 17, ""},
		{jdwp + "server=y", 17, ""},
		{jdwp + "server=y,onjcmd=y,address=5005", 17, ""},
		{jdwp + "server=y,onjcmd=n,address=5005", 17, "localhost:5005"},
		{jdwp + "server=y,onthrow=a.B,launch=/bin/true,address=5005", 17, ""},
		{jdwp + "server=y,onuncaught=y,launch=/bin/true,address=5005", 17, ""},
		{jdwp + "server=y,onuncaught=n,address=5005", 17, "localhost:5005"},
		{"-Xrunjdwp:transport=dt_socket,server=y,address=5005", 8, ":5005"},
		{"-agentlib:other=server=y,address=5005", 17, ""},
		{"-javaagent:/opt/exporter.jar=9404", 17, ""},
		{"-Xmx5005m", 17, ""},
	} {
		address, found := NewOption("", test.word).Listens(Version{Feature: test.feature})
		if !found {
			address = ""
		}
		if address != test.want {
			t.Errorf("%s on %d: %q, want %q", test.word, test.feature, address, test.want)
		}
	}
}
