package jmx

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// DefaultPort is where the agent listens unless JMXMP_PORT says otherwise.
const DefaultPort = 5555

// Agent is what a container's environment says of the agent in it.
type Agent struct {
	Off   string // the setting that keeps it from being started, or empty
	Port  uint16 // 0: whichever is free
	Bind  string // auto, loopback, any, or addresses with commas between
	Named bool   // some JMXMP variable is set
}

// AgentOf reads an environment of NAME=VALUE, of which the last counts. What the
// entrypoint would refuse counts as not set: such a container does not run.
func AgentOf(environment []string) Agent {
	a := Agent{Port: DefaultPort, Bind: "auto"}
	defaults := ""
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if value == "" {
			continue
		}
		a.Named = a.Named || name == "JMXMP" || strings.HasPrefix(name, "JMXMP_")
		switch name {
		case "JMXMP":
			a.Off = ""
			if strings.EqualFold(value, "off") {
				a.Off = "JMXMP=off"
			}
		case "JMXMP_PORT":
			if port, err := strconv.ParseUint(value, 10, 16); err == nil {
				a.Port = uint16(port)
			}
		case "JMXMP_BIND":
			if len(listens(value)) > 0 {
				a.Bind = value
			}
		case "JVM_DEFAULTS":
			defaults = strings.ToLower(value)
		}
	}
	switch {
	case a.Off != "":
	case slices.Contains([]string{"off", "false", "no", "0"}, defaults) && !a.Named:
		a.Off = "JVM_DEFAULTS=off"
	case slices.Contains(strings.FieldsFunc(defaults, func(r rune) bool { return r == ',' || r == ' ' }), "-jmxmp"):
		a.Off = "JVM_DEFAULTS leaves -jmxmp out"
	}
	return a
}

// OnHost are the addresses at which the agent listens where it shares the
// machine's network: loopback alone unless it was told otherwise.
func (a Agent) OnHost() []netip.Addr { return listens(a.Bind) }

// Hidden tells whether the agent listens on the loopback of a network of its own
// alone, where no mapping leads to.
func (a Agent) Hidden() bool {
	return a.Bind != "auto" && !slices.ContainsFunc(listens(a.Bind), func(ip netip.Addr) bool { return !ip.IsLoopback() })
}

// listens reads JMXMP_BIND.
func listens(bind string) []netip.Addr {
	switch bind {
	case "auto", "loopback":
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	case "any":
		return []netip.Addr{netip.IPv4Unspecified()}
	}
	var all []netip.Addr
	for one := range strings.SplitSeq(bind, ",") {
		// A zone can be any text, and what is found ends in command lines.
		if ip, err := netip.ParseAddr(strings.TrimSpace(one)); err == nil && ip.Zone() == "" {
			all = append(all, ip)
		}
	}
	return all
}
