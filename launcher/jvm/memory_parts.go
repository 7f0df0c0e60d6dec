package jvm

import (
	"fmt"
	"slices"
	"strings"
)

// The figures here were measured: docs/memory.md has them with how it was done.
const (
	// jvmOwn is what any JVM has beside the parts that are planned: its code and
	// data, symbols, class data of the JDK, its own threads.
	jvmOwn = 40 * MiB
	// metaspaceOfJDK is what the JDK's own classes take in metaspace, with those that
	// a service generates at run time.
	metaspaceOfJDK = 12 * MiB
	// metaspaceOfClass is what a loaded class takes in metaspace, class space included.
	metaspaceOfClass = 7 * KiB
	// loadedShare is how many of a jar's classes a service comes to load.
	loadedShare = 0.45
	// usualClasses are in the jars of a service of which nobody knows them; fewer
	// make no less of a plan, as frameworks generate classes.
	usualClasses = 10_000
	usualCode    = 32 * MiB
	usualThreads = 100
	usualDirect  = 32 * MiB
	stackSize    = 1 * MiB // that the JVM gives a thread where nobody says
)

// besides are the parts beside the heap and what its collector takes.
func (n MemoryNeeds) besides() []MemoryPart {
	parts := []MemoryPart{
		{Name: PartJVM, Wanted: jvmOwn, Why: "its code, symbols and own threads"},
		n.metaspace(), n.codeCache(), n.stacks(), n.direct(), n.agents(),
		{Name: PartHeadroom, Wanted: max(n.Limit/32-16*MiB, 16*MiB), Why: "page cache, fragments, what nobody planned"},
	}
	for i := range parts {
		parts[i].Wanted = upToMiB(parts[i].Wanted)
		parts[i].Size = parts[i].Wanted
	}
	return parts
}

// given is a part that an option bounds, where one does.
func (n MemoryNeeds) given(part, flag string) (MemoryPart, bool) {
	set, found := lastSetting(n.Options, flag)
	size, err := ParseBytes(set.value)
	if !found || err != nil || size == 0 {
		return MemoryPart{}, false
	}
	return MemoryPart{Name: part, Wanted: size, Source: set.source, Option: set.name, By: set.source, Why: set.name}, true
}

func (n MemoryNeeds) metaspace() MemoryPart {
	if p, found := n.given(PartMetaspace, maxMetaspace); found {
		return p
	}
	classes, of := n.Classes, fmt.Sprintf("of %d in the jars", n.Classes)
	if classes < usualClasses {
		classes, of = usualClasses, "as is usual"
	}
	if n.Uncounted != "" {
		of += " or more: " + n.Uncounted
	}
	loaded := int(loadedShare * float64(classes))
	return MemoryPart{
		Name: PartMetaspace, Wanted: metaspaceOfJDK + Bytes(loaded)*metaspaceOfClass,
		Why: fmt.Sprintf("%d classes beside the JDK's, %s", loaded, of),
	}
}

func (n MemoryNeeds) codeCache() MemoryPart {
	if p, found := n.given(PartCode, "-XX:ReservedCodeCacheSize"); found {
		return p
	}
	return MemoryPart{Name: PartCode, Wanted: usualCode, Why: "compiled methods"}
}

// stacks are what threads come to use of theirs: a quarter, or the whole of a
// small one.
func (n MemoryNeeds) stacks() MemoryPart {
	threads, of, by := n.Threads, "JVM_THREADS", "JVM_THREADS"
	if threads == 0 {
		threads, of, by = usualThreads, "as is usual", ""
	}
	stack, source := stackSize, ""
	if set, found := lastSetting(n.Options, "-XX:ThreadStackSize"); found {
		if size, err := ParseBytes(set.value); err == nil && size > 0 {
			stack, source = size, ", "+set.name+" of "+set.source
			if threads <= usualThreads {
				by = set.source
			}
			if strings.HasPrefix(set.name, "-XX:") {
				stack *= KiB // which is what the flag counts in
			}
		}
	}
	each := max(min(stack, 256*KiB), stack/4)
	return MemoryPart{
		Name: PartStacks, Wanted: Bytes(threads) * each, By: by,
		Why: fmt.Sprintf("%d threads (%s) of %s%s", threads, of, each, source),
	}
}

func (n MemoryNeeds) direct() MemoryPart {
	if p, found := n.given(PartDirect, maxDirect); found {
		return p
	}
	return MemoryPart{Name: PartDirect, Wanted: usualDirect, Why: "buffers outside of the heap"}
}

// flightRecording is the flag that begins one.
const flightRecording = "-XX:StartFlightRecording"

// agents are an allowance for each agent, and for diagnostics: for their classes,
// and for what the JVM does otherwise for them.
func (n MemoryNeeds) agents() MemoryPart {
	p := MemoryPart{Name: PartAgents, Why: "none"}
	var names []string
	for _, o := range Leaves(n.Options) {
		if agent, found := sameAgent(o.Words[0]); found && agent != debugger {
			agent = strings.TrimPrefix(agent, "the agent ")
			allowance := allowanceOf(agent)
			p.Wanted += allowance
			p.By = o.Source
			names = append(names, fmt.Sprintf("%s %s", agent, allowance))
		}
	}
	for _, d := range []struct {
		flag, name string
		allowance  Bytes
	}{{"-XX:NativeMemoryTracking", "native memory tracking", 8 * MiB}, {flightRecording, "a flight recording", 24 * MiB}} {
		options := Leaves(n.Options)
		if i := slices.IndexFunc(options, func(o Option) bool {
			flag, value, _ := o.parts()
			return flag == d.flag && value != "off"
		}); i >= 0 {
			p.Wanted += d.allowance
			p.By = options[i].Source
			names = append(names, fmt.Sprintf("%s %s", d.name, d.allowance))
		}
	}
	if len(names) > 0 {
		p.Why = strings.Join(names, ", ")
	}
	return p
}

// allowances are what an agent adds to a small service, by the name that its maker
// gives the file. Those that could not be had to measure are taken for the like of
// OpenTelemetry's, which instruments classes as they do.
var allowances = map[string]Bytes{
	ourAgent:                    2 * MiB,
	"jmx_prometheus_javaagent":  12 * MiB,
	"jacocoagent":               20 * MiB,
	"opentelemetry-javaagent":   64 * MiB,
	"dd-java-agent":             64 * MiB,
	"newrelic":                  64 * MiB,
	"elastic-apm-agent":         64 * MiB,
	"applicationinsights-agent": 64 * MiB,
}

// unknownAgent is for agents that are not in the table.
const unknownAgent = 16 * MiB

func allowanceOf(agent string) Bytes {
	if allowance, known := allowances[agent]; known {
		return allowance
	}
	return unknownAgent
}

// ourAgent comes with every service.
const ourAgent = "jmxmp-agent"

// isOurJar tells whether an option loads it, whoever wrote that.
func isOurJar(o Option) bool {
	agent, found := sameAgent(o.Words[0])
	return found && agent == "the agent "+ourAgent
}

// collectorShares are what collectors take for themselves, of the heap: marks,
// cards, remembered sets.
var collectorShares = map[string]float64{
	"Serial": 0.01, "Parallel": 0.05, "CMS": 0.06, "G1": 0.06, "Z": 0.08, "Shenandoah": 0.06, "Epsilon": 0.01,
}

// collectorShare is G1's for a collector that is not known.
func collectorShare(collector string) float64 {
	if share, known := collectorShares[collector]; known {
		return share
	}
	return collectorShares["G1"]
}
