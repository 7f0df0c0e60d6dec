package jmx

import (
	"net/netip"
	"strings"
	"testing"
)

func TestAgentOf(t *testing.T) {
	for environment, want := range map[string]Agent{
		"":                                   {Port: 5555, Bind: "auto"},
		"PATH=/bin":                          {Port: 5555, Bind: "auto"},
		"JMXMP=off":                          {Off: "JMXMP=off", Port: 5555, Bind: "auto", Named: true},
		"JMXMP=OFF":                          {Off: "JMXMP=off", Port: 5555, Bind: "auto", Named: true},
		"JMXMP=off JMXMP=full":               {Port: 5555, Bind: "auto", Named: true},
		"JMXMP=":                             {Port: 5555, Bind: "auto"},
		"JMXMP_PORT=6000":                    {Port: 6000, Bind: "auto", Named: true},
		"JMXMP_PORT=0":                       {Port: 0, Bind: "auto", Named: true},
		"JMXMP_PORT=70000":                   {Port: 5555, Bind: "auto", Named: true},
		"JMXMP_BIND=loopback":                {Port: 5555, Bind: "loopback", Named: true},
		"JMXMP_BIND=eth0":                    {Port: 5555, Bind: "auto", Named: true},
		"JVM_DEFAULTS=off":                   {Off: "JVM_DEFAULTS=off", Port: 5555, Bind: "auto"},
		"JVM_DEFAULTS=No":                    {Off: "JVM_DEFAULTS=off", Port: 5555, Bind: "auto"},
		"JVM_DEFAULTS=off JMXMP_PORT=6000":   {Port: 6000, Bind: "auto", Named: true},
		"JVM_DEFAULTS=-heap,-jmxmp":          {Off: "JVM_DEFAULTS leaves -jmxmp out", Port: 5555, Bind: "auto"},
		"JVM_DEFAULTS=-jmxmp JMXMP=full":     {Off: "JVM_DEFAULTS leaves -jmxmp out", Port: 5555, Bind: "auto", Named: true},
		"JVM_DEFAULTS=-heap":                 {Port: 5555, Bind: "auto"},
		"JMXMP_BIND=127.0.0.1,10.0.0.5 JVM=": {Port: 5555, Bind: "127.0.0.1,10.0.0.5", Named: true},
	} {
		if got := AgentOf(strings.Fields(environment)); got != want {
			t.Errorf("%s: %+v, want %+v", environment, got, want)
		}
	}
}

func TestAgentHidden(t *testing.T) {
	for bind, want := range map[string]bool{
		"auto": false, "any": false, "loopback": true, "127.0.0.1": true, "::1": true,
		"127.0.0.1,10.0.0.5": false, "0.0.0.0": false,
	} {
		if got := (Agent{Bind: bind}).Hidden(); got != want {
			t.Errorf("%s: %t", bind, got)
		}
	}
}

// An address's zone can be any text: what is found ends in command lines.
func TestZonesAreNoAddresses(t *testing.T) {
	if got := listens("fe80::1%x$(touch pwn),10.0.0.5"); len(got) != 1 || got[0].String() != "10.0.0.5" {
		t.Errorf("listens at %v", got)
	}
	mapping := Mapping{IP: netip.MustParseAddr("fe80::1%x$(touch pwn)"), Container: 5555, Host: 4000}
	if got, published := Published(5555, []Mapping{mapping}, "box"); len(got) > 0 || !published {
		t.Errorf("published at %v, %t", got, published)
	}
}
