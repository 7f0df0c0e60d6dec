package launcher

import (
	"fmt"
	"slices"
	"strings"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// A defaultOption is one of the options that every service gets, under the
// name that JVM_DEFAULTS leaves it out by.
type defaultOption struct {
	name string
	// settings are the variables whose value the option carries. Where one of
	// them is set, the option is that variable's and ranks as a setting.
	settings []string
	// words gives the option's words, one slice an option, or why there can be
	// none here. Nothing and no reason: it is not called for.
	words func(in inputs) (options [][]string, reason string)
}

// inputs is what default options are made of.
type inputs struct {
	Settings
	Facts
	heap jvm.Bytes // the largest that the heap may grow; 0 where that is not known
}

// defaultOptions is the table of them, in the order of the command line.
// No collector is among them: the JVM's own choice fits the container, and any
// second one would be fatal.
var defaultOptions = []defaultOption{
	{"heap", []string{"JVM_HEAP"}, heapSize},
	{"heap-dump", nil, heapDump},
	{"exit-on-oom", nil, always("-XX:+ExitOnOutOfMemoryError")},
	{"error-file", nil, inLogs("-XX:ErrorFile=", func(logs ContainerFolder) string { return logs.free("hs_err", ".log") })},
	{"inetaddr-ttl", nil, always("-Dsun.net.inetaddr.ttl=5")},
	{"container-id", []string{"CONTAINER_ID"}, property("container.id", func(f Facts) string { return f.ContainerID.Value })},
	{"hostname", []string{"HOST_IP"}, property("hostname", func(f Facts) string { return f.HostIP.Value })},
	{"service-log", nil, inLogs("-Dlog.service.output=", func(logs ContainerFolder) string { return logs.Path() + "/service.log" })},
	{"access-log", nil, inLogs("-Dlog.access.output=", func(logs ContainerFolder) string { return logs.Path() + "/access.log" })},
	{"loggly", []string{"LOGGLY_ENABLED"}, loggly},
	{"datadog-host", []string{"DATADOG_HOST", "DD_AGENT_HOST"}, property("datadog.host", func(f Facts) string { return f.DatadogHost.Value })},
	{"datadog-tags", []string{"CLOUD_APP"}, datadogTags},
	{"jmxmp", []string{"JMXMP", "JMXMP_PORT", "JMXMP_BIND", "JMXMP_AGENT"}, jmxmp},
	{"heapster", []string{"HEAPSTER_AGENT"}, heapster},
}

// DefaultNames are the names of all default options.
func DefaultNames() []string {
	var names []string
	for _, d := range defaultOptions {
		names = append(names, d.name)
	}
	return names
}

func always(words ...string) func(inputs) ([][]string, string) {
	return func(inputs) ([][]string, string) { return [][]string{words}, "" }
}

// property is a system property that is left out where its fact is not known.
func property(key string, fact func(Facts) string) func(inputs) ([][]string, string) {
	return func(in inputs) ([][]string, string) {
		if fact(in.Facts) == "" {
			return nil, ""
		}
		return [][]string{{"-D" + key + "=" + fact(in.Facts)}}, ""
	}
}

func inLogs(option string, file func(ContainerFolder) string) func(inputs) ([][]string, string) {
	return func(in inputs) ([][]string, string) {
		if !in.Logs.IsWanted() {
			return nil, ""
		}
		return [][]string{{option + file(in.Logs)}}, unusable(in.Logs)
	}
}

func unusable(folder ContainerFolder) string {
	if folder.Err == nil {
		return ""
	}
	return fmt.Sprintf("%s: %v", folder.Path(), cause(folder.Err))
}

func heapSize(in inputs) ([][]string, string) {
	size := in.JVMHeap.Of(jvm.Bytes(in.MemoryLimit)).String()
	return [][]string{{"-Xms" + size}, {"-Xmx" + size}}, ""
}

func heapDump(in inputs) ([][]string, string) {
	if !in.Dumps.IsWanted() {
		return nil, ""
	}
	return [][]string{
		{"-XX:+HeapDumpOnOutOfMemoryError"},
		{"-XX:HeapDumpPath=" + in.Dumps.free("java", ".hprof")},
	}, in.noDump()
}

// noDump is why no heap can be dumped: a dump is about as large as the heap,
// and one that is cut short helps nobody while it fills the disk for all.
func (in inputs) noDump() string {
	free := in.Dumps.Free
	if in.Dumps.Err == nil && free >= 0 && free < in.heap {
		return fmt.Sprintf("%s: %s free, the heap may reach %s", in.Dumps.Path(), free/jvm.MiB*jvm.MiB, in.heap)
	}
	return unusable(in.Dumps)
}

func loggly(in inputs) ([][]string, string) {
	return [][]string{{fmt.Sprintf("-Dloggly.enabled=%t", in.LogglyEnabled)}}, ""
}

func datadogTags(in inputs) ([][]string, string) {
	if in.CloudApp == "" {
		return nil, ""
	}
	return [][]string{{"-Ddatadog.defaultTags=application:" + in.CloudApp}}, ""
}

func jmxmp(in inputs) ([][]string, string) {
	if in.JMXMP == "off" {
		return nil, ""
	}
	bind := in.JMXMPBind.Addresses
	if in.JMXMPBind.Auto {
		bind = bind[:0:0]
		bind = append(bind, loopback)
		// On a bridge the port mapping decides who reaches the container's
		// address; elsewhere anybody on the network would.
		if in.Network.Mode == host.Bridge && in.Network.Address.IsValid() {
			bind = append(bind, in.Network.Address)
		}
	}
	arguments := []string{fmt.Sprintf("port=%d", in.JMXMPPort)}
	for _, address := range bind {
		arguments = append(arguments, "bind="+address.String())
	}
	arguments = append(arguments, "access="+string(in.JMXMP))
	reason := ""
	if in.Agent != nil {
		reason = fmt.Sprintf("%s: %v", in.JMXMPAgent, cause(in.Agent))
	}
	return [][]string{{"-javaagent:" + string(in.JMXMPAgent) + "=" + strings.Join(arguments, ",")}}, reason
}

func heapster(in inputs) ([][]string, string) {
	if in.Missing != nil {
		return [][]string{{"-agentpath:" + in.HeapsterAgent}}, fmt.Sprintf("%s: %v", in.HeapsterAgent, cause(in.Missing))
	}
	if in.Heapster == "" {
		return nil, ""
	}
	return [][]string{{"-agentpath:" + in.Heapster}}, ""
}

// ours gives the default options in two ranks, those that nobody set and those
// that carry a setting, and what is left out and why.
func ours(in inputs) (defaults, settings []jvm.Option, dropped []jvm.Dropped) {
	for _, d := range defaultOptions {
		source, isSetting := "default:"+d.name, false
		if i := slices.IndexFunc(d.settings, func(name string) bool { return in.Env.isSet(name) }); i >= 0 {
			source, isSetting = d.settings[i], true
		}
		if in.isOff() && !isSetting {
			continue
		}
		words, reason := d.words(in)
		if slices.Contains(in.JVMDefaults.Less, d.name) && !isSetting {
			reason = "left out by JVM_DEFAULTS"
		}
		for _, w := range words {
			option := jvm.NewOption(source, w...)
			switch {
			case reason != "":
				dropped = append(dropped, jvm.Dropped{Option: option, Reason: reason})
			case isSetting:
				settings = append(settings, option)
			default:
				defaults = append(defaults, option)
			}
		}
	}
	return defaults, settings, dropped
}
