package jvm

import (
	"slices"
	"strconv"
	"strings"
)

// rmiPorts are where java's own connector listens.
var rmiPorts = []string{"-Dcom.sun.management.jmxremote.port", "-Dcom.sun.management.jmxremote.rmi.port"}

// NamesPort tells whether an option may make java listen on a TCP port, and end
// where that is taken: java's own connector, and an agent (a debugger, an
// exporter) in whose arguments the number stands. What an agent's arguments
// mean only the agent knows.
func (o Option) NamesPort(port uint16) bool {
	name, value, _ := strings.Cut(o.Words[0], "=")
	number := strconv.Itoa(int(port))
	switch kind, _, _ := strings.Cut(name, ":"); kind {
	case "-javaagent", "-agentlib", "-agentpath":
		return hasNumber(value, number)
	case "-Xrunjdwp":
		return hasNumber(o.Words[0], number)
	}
	return slices.Contains(rmiPorts, name) && value == number
}

// Listens gives the address where an option makes java listen, and end where
// that is taken: java's own connector, and a debugger's server. It is none where
// the option does not tell, the port is a free one, or the debugger waits for a
// reason to listen.
func (o Option) Listens(version Version) (address string, found bool) {
	name, value, _ := strings.Cut(o.Words[0], "=")
	if slices.Contains(rmiPorts, name) {
		return ":" + value, isPort(value)
	}
	var arguments string
	if rest, isDebugger := strings.CutPrefix(o.Words[0], "-agentlib:jdwp="); isDebugger {
		arguments = rest
	} else if rest, isDebugger := strings.CutPrefix(o.Words[0], "-Xrunjdwp:"); isDebugger {
		arguments = rest
	}
	isServer, isLater := false, false
	for argument := range strings.SplitSeq(arguments, ",") {
		switch key, value, _ := strings.Cut(argument, "="); key {
		case "server":
			isServer = value == "y"
		case "address":
			address = value
		case "onjcmd":
			isLater = isLater || value == "y"
		case "onuncaught", "onthrow":
			isLater = isLater || value != "n"
		}
	}
	at := strings.LastIndexByte(address, ':')
	host, port := address[:max(at, 0)], address[at+1:]
	if at < 0 && version.AtLeast(9) { // before, it was any address
		host = "localhost"
	}
	return strings.TrimPrefix(host, "*") + ":" + port, isServer && !isLater && isPort(port)
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

// hasNumber tells whether a number stands in a text, not as a part of another one.
func hasNumber(text, number string) bool {
	isDigit := func(i int) bool { return i >= 0 && i < len(text) && '0' <= text[i] && text[i] <= '9' }
	for from := 0; ; {
		at := strings.Index(text[from:], number)
		if at < 0 {
			return false
		}
		at += from
		if !isDigit(at-1) && !isDigit(at+len(number)) {
			return true
		}
		from = at + 1
	}
}
