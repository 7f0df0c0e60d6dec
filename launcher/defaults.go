package launcher

import (
	"fmt"
	"slices"
	"strings"

	"jvm-entrypoint/launcher/jvm"
)

// A defaultOption is one of the options that every service gets, under the
// name that JVM_DEFAULTS leaves it out by.
type defaultOption struct {
	name string
	// settings are the variables whose value the option carries. Where one of
	// them is set, the option is that variable's and ranks as a setting.
	settings []string
	// words gives the words, one slice an option; none where it is not called for.
	words func(in inputs) [][]string
	// variables gives changes to java's environment, where that is how the default works.
	variables func(in inputs) []Change
	// update is the update of 8 that brought the option; earlier ones refuse it.
	update int
	// missing tells what the host fails to give for it, which the first of its
	// options names: where that one yielded, nothing is missed.
	missing func(in inputs) string
	lacks   lackKind // which kind that is
}

// inputs is what default options are made of.
type inputs struct {
	Settings
	Facts
	Program
	memory jvm.Memory   // planned for what people wrote, then for what java gets
	final  []jvm.Option // all that java gets, once that is decided
	missed []string     // the default options that can't work here
}

// defaultOptions is the table of them, in the order of the command line.
// No collector is among them: the JVM's own choice fits the container; for 8
// that was measured (docs/collector.md).
var defaultOptions = []defaultOption{
	{name: "heap", settings: []string{"JVM_HEAP"}, words: heapSize},
	{name: "metaspace", words: metaspace},
	{name: "direct-memory", words: maxDirectMemory},
	{name: "malloc", variables: thriftyMalloc},
	{name: "biased-locking", words: noBiasedLocking},
	{name: processors, update: 191, words: processorCount},
	{name: "heap-dump", words: heapDump, missing: noDump, lacks: lacksDumps},
	{name: "exit-on-oom", update: 92, words: always("-XX:+ExitOnOutOfMemoryError")},
	{name: "error-file", words: errorFile, missing: noLogs, lacks: lacksLogs},
	{name: "inetaddr-ttl", words: always("-Dsun.net.inetaddr.ttl=5")},
	{name: "container-id", settings: []string{"CONTAINER_ID"}, words: properties("container-id")},
	{name: "hostname", settings: []string{"HOST_IP"}, words: properties("hostname")},
	{name: "service-log", words: property("log.service.output", inLogs("service.log")), missing: noLogs, lacks: lacksLogs},
	{name: "access-log", words: property("log.access.output", inLogs("access.log")), missing: noLogs, lacks: lacksLogs},
	{name: "loggly", settings: []string{"LOGGLY_ENABLED"}, words: loggly},
	{name: "datadog-host", settings: []string{"DATADOG_HOST", "DD_AGENT_HOST"}, words: properties("datadog-host")},
	{name: "datadog-tags", settings: []string{"CLOUD_APP"}, words: datadogTags},
	{name: ecs, words: properties(ecs)},
	{name: instanceID, words: properties(instanceID)},
	{name: kubernetes, words: properties(kubernetes)},
	{name: "jmxmp", settings: jmxmpVariables, words: jmxmp, missing: noAgent, lacks: lacksJMX},
	{name: "gc-log", settings: []string{"JVM_GC_LOG"}, words: gcLog, missing: noGCLog, lacks: lacksLogs},
	{name: "flight-recording", settings: []string{"JVM_JFR"}, words: flightRecording, missing: noRecording, lacks: lacksModule},
	{name: "native-memory-tracking", settings: []string{"JVM_NMT"}, words: nativeMemoryTracking},
	{name: "debugger", settings: []string{"JVM_DEBUG_PORT"}, words: debugger, missing: noDebugger, lacks: lacksModule},
	{name: "heapster", settings: []string{"HEAPSTER_AGENT"}, words: heapster, missing: noHeapster, lacks: lacksNativeAgent},
	{name: archiveName, words: classArchive, missing: misfit},
}

// ofDefault begins the source of a default; its name follows.
const ofDefault = "default:"

// isDefault tells whether a source is a default.
func isDefault(source string) bool { return strings.HasPrefix(source, ofDefault) }

// DefaultNames are the names of all default options.
func DefaultNames() []string {
	var names []string
	for _, d := range defaultOptions {
		names = append(names, d.name)
	}
	return names
}

func always(option string) func(inputs) [][]string {
	return func(inputs) [][]string { return [][]string{{option}} }
}

// property is a system property that is left out where its fact is not known.
func property(key string, fact func(Facts) string) func(inputs) [][]string {
	return func(in inputs) [][]string {
		if fact(in.Facts) == "" {
			return nil
		}
		return [][]string{{"-D" + key + "=" + fact(in.Facts)}}
	}
}

func inLogs(name string) func(Facts) string {
	return func(f Facts) string {
		if !f.Logs.IsWanted() {
			return ""
		}
		return f.Logs.Path() + "/" + name
	}
}

func errorFile(in inputs) [][]string {
	file, isAgain := errorLogs.file(in.Logs)
	if !in.Logs.IsWanted() || isAgain { // which Java 8 and 11 would not write over
		return nil
	}
	return [][]string{{"-XX:ErrorFile=" + file}}
}

func noLogs(in inputs) string { return unusable("JVM_LOG_ROOT", in.Logs) }

func unusable(variable string, folder ContainerFolder) string {
	if folder.Err == nil {
		return ""
	}
	return fmt.Sprintf("%s %s: %v", variable, folder.Path(), cause(folder.Err))
}

func heapDump(in inputs) [][]string {
	if !in.Dumps.IsWanted() || in.OldDumps >= int(in.JVMHeapDumps) {
		return nil
	}
	file, _ := heapDumps.file(in.Dumps)
	return [][]string{
		{"-XX:HeapDumpPath=" + file},
		{"-XX:+HeapDumpOnOutOfMemoryError"},
	}
}

// noDump is why no heap can be dumped: a dump is about as large as the heap,
// and one that is cut short helps nobody while it fills the disk for all, of which
// a tenth is left to others.
func noDump(in inputs) string {
	heap := jvm.MaxHeap(in.final)
	if heap == 0 {
		heap = jvm.Bytes(in.memoryLimit().Value) // it can't be larger
	}
	if in.Dumps.Err == nil && !in.Dumps.hasRoom(heap) {
		return fmt.Sprintf("JVM_HEAP_DUMP_ROOT %s: %s, the heap may reach %s and a tenth is to stay free", in.Dumps.Path(), in.Dumps.room(), heap)
	}
	return unusable("JVM_HEAP_DUMP_ROOT", in.Dumps)
}

func loggly(in inputs) [][]string {
	return [][]string{{fmt.Sprintf("-Dloggly.enabled=%t", in.LogglyEnabled)}}
}

func datadogTags(in inputs) [][]string {
	if in.CloudApp == "" {
		return nil
	}
	return [][]string{{"-Ddatadog.defaultTags=application:" + in.CloudApp}}
}

func heapster(in inputs) [][]string {
	if in.Heapster == "" {
		return nil
	}
	return [][]string{{"-agentpath:" + in.Heapster}}
}

func noHeapster(in inputs) string {
	if in.HeapsterErr == nil {
		return ""
	}
	return fmt.Sprintf("HEAPSTER_AGENT %s: %v", in.Heapster, cause(in.HeapsterErr))
}

// group is a default option as it enters the merge.
type group struct {
	defaultOption
	isSetting bool
	options   []jvm.Option
}

// leftOut is why an option is dropped that somebody wants to do without.
const leftOut = "left out by JVM_DEFAULTS"

// groups gives the default options that are called for, and those that
// JVM_DEFAULTS leaves out.
func groups(in inputs) (entering []group, excluded []jvm.Dropped) {
	for _, d := range defaultOptions {
		g := group{defaultOption: d}
		source := ofDefault + d.name
		if i := slices.IndexFunc(d.settings, func(name string) bool { return in.Env.isSet(name) }); i >= 0 {
			source, g.isSetting = d.settings[i], true
		}
		if d.words == nil || slices.Contains(in.missed, d.name) || in.isOff() && !g.isSetting || in.Version.IsBeforeUpdate(d.update) {
			continue
		}
		for _, words := range d.words(in) {
			g.options = append(g.options, jvm.NewOption(source, words...))
		}
		if in.isLeftOut(d.name) {
			for _, o := range g.options {
				excluded = append(excluded, jvm.Dropped{Option: o, Reason: leftOut})
			}
			continue
		}
		if len(g.options) > 0 {
			entering = append(entering, g)
		}
	}
	return entering, excluded
}

// A missedOption is left out since the host fails to give what it needs.
type missedOption struct {
	jvm.Dropped
	lacks lackKind
}

func droppedOf(missed []missedOption) []jvm.Dropped {
	var list []jvm.Dropped
	for _, m := range missed {
		list = append(list, m.Dropped)
	}
	return list
}

// missing are the groups that survived the merge and can't work, and their options.
func missing(merged []jvm.Kept, entered []group, in inputs) (names []string, options []missedOption) {
	for _, g := range entered {
		if g.name == archiveName && len(names) > 0 {
			break // it is last, since it depends on all before it, hence on what they are in the end
		}
		reason := ""
		if g.missing != nil {
			reason = g.missing(in)
		}
		kept := func(o jvm.Option) bool {
			return slices.ContainsFunc(merged, func(k jvm.Kept) bool { return k.Source == o.Source && k.Words[0] == o.Words[0] })
		}
		if reason == "" || !kept(g.options[0]) {
			continue
		}
		names = append(names, g.name)
		for _, o := range g.options {
			if kept(o) {
				options = append(options, missedOption{jvm.Dropped{Option: o, Reason: reason}, g.lacks})
			}
		}
	}
	return names, options
}
