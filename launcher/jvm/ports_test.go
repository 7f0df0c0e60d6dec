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
