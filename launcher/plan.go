package launcher

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"jvm-entrypoint/launcher/jvm"
)

// Plan is what a start does, all of it. It is printed or carried out.
type Plan struct {
	Java    string
	Argv    []string
	Changes []Change // to java's environment
	Options []jvm.Kept
	Dropped []jvm.Dropped
	Folders []ContainerFolder // to be made
	MaxHeap jvm.Bytes         // 0 where only the JVM will know

	Warnings []string
	Request  Request // what was asked for
	Facts    Facts   // what it was decided by
}

// Request is what was asked for, understood.
type Request struct {
	Settings  Settings
	Program   Program
	Arguments []string // the application's
}

// NewPlan decides. It is pure. It refuses with *SettingErrors, joined: options
// that are wrong once facts are filled in, and, where ENTRYPOINT_STRICT says so,
// what the host fails to give.
func NewPlan(r Request, f Facts) (Plan, error) {
	s := r.Settings
	asked, unfilled, err := fill(r, f)
	if err != nil {
		return Plan{}, err
	}
	in := inputs{Settings: s, Facts: f}
	asked, logless := withoutLogPath(asked, in)
	entering, dropped := groups(in)
	merged := jvm.Merge(rank(r, entering, asked)...)
	in.heap = finalHeap(merged)
	options, missed := withoutMissing(merged.Options, entering, in)
	missed = append(missed, logless...)
	p := Plan{
		Java: r.Program.Java, Changes: append(changes(s, f), rewritten(asked, merged)...),
		Options: options, Dropped: slices.Concat(dropped, missed, merged.Dropped),
		MaxHeap: in.heap, Folders: folders(options, f),
		Request: r, Facts: f,
	}
	p.Argv = p.argv()
	lacks := lacking(f, missed)
	for _, lack := range lacks {
		p.Warnings = append(p.Warnings, fmt.Sprintf("%s (%s)", lack.what, lack.cost))
	}
	p.Warnings = append(p.Warnings, advice(p, unfilled)...)
	if s.Strict {
		return p, refuse(lacks)
	}
	return p, nil
}

// rank puts the layers in their order. JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS and
// _JAVA_OPTIONS are the first, the second and the last that are foreign.
func rank(r Request, entering []group, asked layers) []jvm.Layer {
	var defaults, settings []jvm.Option
	for _, g := range entering {
		if g.isSetting {
			settings = append(settings, g.options...)
		} else {
			defaults = append(defaults, g.options...)
		}
	}
	if r.Program.ClassPath != "" {
		source := "JVM_CLASS_PATH"
		if r.Settings.JVMClassPath == "" {
			source = "BIN_JAR"
		}
		settings = append(settings, jvm.NewOption(source, "-cp", r.Program.ClassPath))
	}
	return []jvm.Layer{
		{Options: defaults},
		toolOptionsLayer: {Options: asked.toolOptions, Foreign: true},
		jdkOptionsLayer:  {Options: asked.jdkOptions, Foreign: true},
		{Options: asked.jvmOpts},
		{Options: settings},
		{Options: asked.jvmArgs},
		javaOptionsLayer: {Options: asked.javaOptions, Foreign: true},
	}
}

// Where rank puts the variables that the JVM reads itself.
const (
	toolOptionsLayer = 1
	jdkOptionsLayer  = 2
	javaOptionsLayer = 6
)

// rewritten are the variables that the JVM reads itself and that hold what has
// yielded to a higher layer: java gets them without it, since it would refuse
// both together (two collectors), or take the lower one's part (-Xms).
func rewritten(asked layers, merged jvm.Merged) []Change {
	var list []Change
	for _, v := range []struct {
		name  string
		had   []jvm.Option
		layer int
	}{{"JAVA_TOOL_OPTIONS", asked.toolOptions, toolOptionsLayer}, {"JDK_JAVA_OPTIONS", asked.jdkOptions, jdkOptionsLayer}} {
		left := merged.Left[v.layer]
		if len(left) == len(v.had) {
			continue
		}
		var words []string
		for _, o := range left {
			words = append(words, o.Words...)
		}
		list = append(list, Change{Name: v.name, Value: jvm.JoinVariable(words), Remove: len(words) == 0})
	}
	return list
}

func (p Plan) argv() []string {
	argv := []string{p.Java}
	for _, o := range p.Options {
		argv = append(argv, o.Words...)
	}
	if p.Request.Program.MainClass != "" {
		argv = append(argv, p.Request.Program.MainClass)
	} else {
		argv = append(argv, "-jar", p.Request.Program.Jar)
	}
	return append(argv, p.Request.Arguments...)
}

// finalHeap is the heap that the JVM will be told by a size, the highest layer
// winning; 0 where none is told.
func finalHeap(m jvm.Merged) jvm.Bytes {
	all := slices.Concat(m.Left[toolOptionsLayer], m.Left[jdkOptionsLayer])
	for _, o := range m.Options {
		all = append(all, o.Option)
	}
	return jvm.MaxHeap(append(all, m.Left[javaOptionsLayer]...))
}

// folders are those that are to be made: the log folder, which ${LOG_PATH}
// may point into, and the dump folder where an option of ours still uses it.
func folders(options []jvm.Kept, f Facts) []ContainerFolder {
	var list []ContainerFolder
	if f.Logs.IsUsable() {
		list = append(list, f.Logs)
	}
	usesDumps := slices.ContainsFunc(options, func(o jvm.Kept) bool {
		return o.Source == "default:heap-dump" && o.Name() == "-XX:HeapDumpPath"
	})
	if usesDumps {
		list = append(list, f.Dumps)
	}
	return list
}

// fill puts the known facts in the place of ${NAME} in the options that are
// ours to read, once in each word. Any other ${...} stays: Spring uses it too.
// It also gives the names that stand there and are not known, and refuses what
// no longer is an option.
func fill(r Request, f Facts) (filled layers, unknown []string, err error) {
	values := []struct{ name, value string }{
		{"HOST_IP", f.HostIP.Value},
		{"DATADOG_HOST", f.DatadogHost.Value},
		{"CONTAINER_ID", f.ContainerID.Value},
		{"LOG_PATH", logPath(f)},
		{"CLOUD_APP", r.Settings.CloudApp},
	}
	var pairs []string
	for _, v := range values {
		if v.value != "" {
			pairs = append(pairs, "${"+v.name+"}", v.value)
		}
	}
	replacer := strings.NewReplacer(pairs...)
	s := r.Settings
	for _, line := range []struct {
		name  string
		words *Words
	}{{"JVM_OPTS", &s.JVMOpts}, {"JVM_ARGS", &s.JVMArgs}} {
		words := slices.Clone(*line.words)
		for i, word := range words {
			words[i] = replacer.Replace(word)
			for _, v := range values {
				// Without a log folder the option is left out, and that is told.
				if v.value == "" && v.name != "LOG_PATH" && strings.Contains(word, "${"+v.name+"}") {
					unknown = append(unknown, fmt.Sprintf("%s: ${%s} is not known here and stays as it is", line.name, v.name))
				}
			}
		}
		*line.words = words
	}
	filled, err = s.Options(r.Program.Version)
	return filled, unknown, err
}

func logPath(f Facts) string {
	if f.Logs.IsUsable() {
		return f.Logs.Path()
	}
	return ""
}

// withoutLogPath leaves out the options of people that point into a log folder
// that can't be had: java would not start with -Xlog into nowhere.
func withoutLogPath(asked layers, in inputs) (layers, []jvm.Dropped) {
	reason := noLogs(in)
	if !in.Logs.IsWanted() {
		reason = "${LOG_PATH}: there is no log folder"
	}
	var dropped []jvm.Dropped
	for _, options := range []*[]jvm.Option{&asked.jvmOpts, &asked.jvmArgs} {
		var left []jvm.Option
		for _, o := range *options {
			if reason != "" && strings.Contains(o.String(), "${LOG_PATH}") {
				dropped = append(dropped, jvm.Dropped{Option: o, Reason: reason})
			} else {
				left = append(left, o)
			}
		}
		*options = left
	}
	return asked, dropped
}

// A lack is something that the host failed to give, and what that costs.
type lack struct{ what, cost string }

// lacking lists what the host failed to give, each failure once.
func lacking(f Facts, missed []jvm.Dropped) []lack {
	var lacks []lack
	var reasons []string
	without := map[string][]string{}
	for _, d := range missed {
		if without[d.Reason] == nil {
			reasons = append(reasons, d.Reason)
		}
		without[d.Reason] = append(without[d.Reason], d.Name())
	}
	for _, reason := range reasons {
		lacks = append(lacks, lack{reason, "starting without " + strings.Join(without[reason], " ")})
	}
	if f.HostIP.Err != nil {
		lacks = append(lacks, lack{
			fmt.Sprintf("host address not found: %v", f.HostIP.Err),
			fmt.Sprintf("using %s, the %s; HOST_IP sets it", f.HostIP.Value, f.HostIP.Source),
		})
	}
	if f.Network.Err != nil && !f.DatadogHost.Known() {
		lacks = append(lacks, lack{fmt.Sprintf("statsd host not found: %v", f.Network.Err), "DATADOG_HOST sets it"})
	}
	return lacks
}

// advice tells what a person probably did not mean.
func advice(p Plan, unfilled []string) []string {
	slices.Sort(unfilled)
	lines := slices.Compact(unfilled)
	for _, name := range []string{"JAVA_OPTS", "JAVA_OPTIONS"} {
		if p.Request.Settings.Env.isSet(name) {
			lines = append(lines, name+" is set and not read (use JVM_ARGS)")
		}
	}
	for _, o := range p.Options {
		if p.MaxHeap == 0 && jvm.MaxHeap(o.Replaces) > 0 && !o.LimitsHeap() {
			lines = append(lines, fmt.Sprintf("%s (%s) took the place of a maximum heap of %s and sets none (set -Xmx beside it)",
				o.Name(), o.Source, jvm.MaxHeap(o.Replaces)))
		}
	}
	if limit := jvm.Bytes(p.Facts.MemoryLimit); limit > 0 && p.MaxHeap > limit {
		lines = append(lines, fmt.Sprintf("the heap may reach %s, but the container's memory ends at %s", p.MaxHeap, limit))
	}
	if p.Request.Program.VersionErr != nil {
		lines = append(lines, "java's version is not known: "+p.Request.Program.VersionErr.Error())
	}
	return lines
}

// refuse turns what is lacking into refusals.
func refuse(lacks []lack) error {
	var problems []error
	for _, lack := range lacks {
		problems = append(problems, &SettingError{Name: "ENTRYPOINT_STRICT", Err: errors.New(lack.what)})
	}
	return errors.Join(problems...)
}
