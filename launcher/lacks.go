package launcher

import (
	"errors"
	"fmt"
	"strings"

	"jvm-entrypoint/launcher/host"
)

// A lack is something that the host failed to give, and what that costs. It is
// a warning, or, where ENTRYPOINT_STRICT says so, a refusal. All other warnings
// are advice, which refuses nothing.
type lack struct {
	kind       lackKind
	what, cost string
}

func (l lack) String() string { return fmt.Sprintf("%s (%s)", l.what, l.cost) }

// lackKind is what a lack is one of: all that ENTRYPOINT_STRICT refuses.
type lackKind int

const (
	lacksNothing lackKind = iota
	lacksLogs
	lacksDumps
	lacksJMX
	lacksNativeAgent
	lacksHostIP
	lacksTask
	lacksStatsd
	lacksValidity
	lacksValue
	lacksPort
	lacksModule
	lackKinds // how many there are, with the one that is none
)

// lackTable tells people of each kind.
var lackTable = [lackKinds]struct{ what, cost string }{
	lacksLogs:        {"the log folder can't be made or written, or its disk is full", "no log properties, no `-XX:ErrorFile`, no option with `${LOG_PATH}`"},
	lacksDumps:       {"the heap dump folder can't be made or written, or its disk has less room than the heap may need and a tenth", "no heap dumps"},
	lacksJMX:         {"the JMX agent's jar is missing or is no agent, this Java can't load it, or another option takes its port", "no JMX"},
	lacksNativeAgent: {"the native agent is missing, is no library, or is for another machine", "no such agent"},
	lacksHostIP:      {"nobody tells the host's address", "`-Dhostname` is the host's name or localhost"},
	lacksTask:        {"the ECS metadata endpoint does not answer", "no ids of the task, no limit that only ECS tells"},
	lacksStatsd:      {"the kernel does not tell the default route", "no `-Ddatadog.host`"},
	lacksValidity:    {"the certificate for JMX has expired, or is not valid yet", "clients refuse it"},
	lacksValue:       {"a variable that protects JMX is set and empty", "it protects nothing"},
	lacksModule:      {"the room for a flight recording in the log folder, or java's own part for it or for a debugger", "no recording, no debugger"},
	lacksPort:        {"JMX's port is taken (only `--check` tries it)", "no JMX"},
}

// StrictTable is the table, for docs/check.md, of what ENTRYPOINT_STRICT refuses.
func StrictTable() string {
	text := "| what the host fails to give | what a start goes without otherwise |\n|---|---|\n"
	for _, row := range lackTable[1:] {
		text += fmt.Sprintf("| %s | %s |\n", row.what, row.cost)
	}
	return text
}

// lacking lists what the host failed to give, each failure once.
func lacking(f Facts, missed []missedOption) []lack {
	var lacks []lack
	var first []missedOption // of each reason
	without := map[string][]string{}
	for _, m := range missed {
		if m.lacks == lacksNothing { // the archive, of which advice tells
			continue
		}
		if without[m.Reason] == nil {
			first = append(first, m)
		}
		without[m.Reason] = append(without[m.Reason], m.Name())
	}
	for _, m := range first {
		lacks = append(lacks, lack{m.lacks, m.Reason, "starting without " + strings.Join(without[m.Reason], " ")})
	}
	var notAsked *host.NotAskedError
	if f.HostIP.Err != nil && !errors.As(f.HostIP.Err, &notAsked) {
		lacks = append(lacks, lack{
			lacksHostIP, fmt.Sprintf("host address not found: %v", f.HostIP.Err),
			fmt.Sprintf("using %s, the %s; HOST_IP sets it", f.HostIP.Value, f.HostIP.Source),
		})
	}
	if f.Task.Err != nil {
		lacks = append(lacks, lack{
			lacksTask, f.Task.Err.Error(),
			"starting without what only it tells: ids, and the limits that a heap should fit; JVM_HEAP sets that",
		})
	}
	if f.Network.Err != nil && !f.DatadogHost.Known() && !f.DatadogSocket.Known() {
		lacks = append(lacks, lack{lacksStatsd, fmt.Sprintf("statsd host not found: %v", f.Network.Err), "DATADOG_HOST sets it"})
	}
	return lacks
}

// refuse turns what is lacking into refusals.
func refuse(lacks []lack) error {
	var problems []error
	for _, lack := range lacks {
		problems = append(problems, &SettingError{Name: "ENTRYPOINT_STRICT", Err: errors.New(lack.what)})
	}
	return errors.Join(problems...)
}
