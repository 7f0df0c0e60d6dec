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
	Asked     layers
	Arguments []string // the application's
}

// NewPlan decides. It is pure. It refuses only where ENTRYPOINT_STRICT turns
// what the host fails to give into *SettingErrors, joined.
func NewPlan(r Request, f Facts) (Plan, error) {
	s := r.Settings
	asked, unfilled := fill(r.Asked, s, f)
	in := inputs{Settings: s, Facts: f, heap: askedHeap(asked)}
	if in.heap == 0 {
		in.heap = s.JVMHeap.Of(jvm.Bytes(f.MemoryLimit))
	}
	defaults, settings, dropped := ours(in)
	if r.Program.ClassPath != "" {
		source := "JVM_CLASS_PATH"
		if s.JVMClassPath == "" {
			source = "BIN_JAR"
		}
		settings = append(settings, jvm.NewOption(source, "-cp", r.Program.ClassPath))
	}
	options, yielded := jvm.Merge(
		jvm.Layer{Options: defaults},
		jvm.Layer{Options: asked.toolOptions, Foreign: true},
		jvm.Layer{Options: asked.jdkOptions, Foreign: true},
		jvm.Layer{Options: asked.jvmOpts},
		jvm.Layer{Options: settings},
		jvm.Layer{Options: asked.jvmArgs},
		jvm.Layer{Options: asked.javaOptions, Foreign: true},
	)
	p := Plan{
		Java: r.Program.Java, Changes: changes(s, f),
		Options: options, Dropped: append(dropped, yielded...),
		MaxHeap: finalHeap(options, asked), Folders: folders(options, f),
		Request: r, Facts: f,
	}
	p.Argv = p.argv()
	degraded := degraded(s, f, dropped)
	p.Warnings = slices.Concat(degraded, advice(p, unfilled))
	if s.Strict {
		return p, refuse(degraded)
	}
	return p, nil
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

// askedHeap is the heap that people asked for by a size, the highest layer winning.
func askedHeap(l layers) jvm.Bytes {
	return jvm.MaxHeap(slices.Concat(l.toolOptions, l.jdkOptions, l.jvmOpts, l.jvmArgs, l.javaOptions))
}

// finalHeap is the heap of the final command line.
func finalHeap(options []jvm.Kept, l layers) jvm.Bytes {
	all := slices.Concat(l.toolOptions, l.jdkOptions)
	for _, o := range options {
		all = append(all, o.Option)
	}
	return jvm.MaxHeap(append(all, l.javaOptions...))
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
// It also gives the names that stand there and are not known.
func fill(l layers, s Settings, f Facts) (filled layers, unknown []string) {
	values := []struct{ name, value string }{
		{"HOST_IP", f.HostIP.Value},
		{"DATADOG_HOST", f.DatadogHost.Value},
		{"CONTAINER_ID", f.ContainerID.Value},
		{"LOG_PATH", logPath(f)},
		{"CLOUD_APP", s.CloudApp},
	}
	var pairs []string
	for _, v := range values {
		if v.value != "" {
			pairs = append(pairs, "${"+v.name+"}", v.value)
		}
	}
	replacer := strings.NewReplacer(pairs...)
	fillAll := func(options []jvm.Option) []jvm.Option {
		var after []jvm.Option
		for _, o := range options {
			var words []string
			for _, word := range o.Words {
				words = append(words, replacer.Replace(word))
				for _, v := range values {
					if v.value == "" && strings.Contains(word, "${"+v.name+"}") {
						unknown = append(unknown, fmt.Sprintf("%s: ${%s} is not known here and stays as it is", o.Source, v.name))
					}
				}
			}
			after = append(after, jvm.NewOption(o.Source, words...))
		}
		return after
	}
	l.jvmOpts, l.jvmArgs = fillAll(l.jvmOpts), fillAll(l.jvmArgs)
	return l, unknown
}

func logPath(f Facts) string {
	if f.Logs.IsUsable() {
		return f.Logs.Path()
	}
	return ""
}

// degraded tells what the host failed to give, one line for each failure with
// all that it costs.
func degraded(s Settings, f Facts, dropped []jvm.Dropped) []string {
	var lines []string
	var reasons []string
	without := map[string][]string{}
	for _, d := range dropped {
		if slices.Contains(s.JVMDefaults.Less, strings.TrimPrefix(d.Source, "default:")) {
			continue // as asked
		}
		if without[d.Reason] == nil {
			reasons = append(reasons, d.Reason)
		}
		without[d.Reason] = append(without[d.Reason], d.Name())
	}
	for _, reason := range reasons {
		lines = append(lines, fmt.Sprintf("%s (starting without %s)", reason, strings.Join(without[reason], " ")))
	}
	if f.HostIP.Err != nil {
		lines = append(lines, fmt.Sprintf("host address not found: %v; using %s (%s)", f.HostIP.Err, f.HostIP.Value, f.HostIP.Source))
	}
	return lines
}

// advice tells what a person probably did not mean.
func advice(p Plan, unfilled []string) []string {
	lines := unfilled
	for _, name := range []string{"JAVA_OPTS", "JAVA_OPTIONS"} {
		if p.Request.Settings.Env.isSet(name) {
			lines = append(lines, name+" is set and not read (use JVM_ARGS)")
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

// refuse turns what is degraded into refusals.
func refuse(degraded []string) error {
	var problems []error
	for _, line := range degraded {
		problems = append(problems, &SettingError{Name: "ENTRYPOINT_STRICT", Err: errors.New(line)})
	}
	return errors.Join(problems...)
}
