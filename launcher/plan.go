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
	Foreign []jvm.Option // what java reads by itself, from its own variables
	Dropped []jvm.Dropped
	Refused []jvm.Refusal     // what java will refuse to start with
	Folders []ContainerFolder // to be made
	Memory  jvm.Memory
	MaxHeap jvm.Bytes // 0 where only the JVM will know
	bounded bool      // by a size or a share
	// Processors is how many of them java will believe in.
	Processors jvm.Processors
	made       []ContainerFolder // by now, and new

	Warnings []string // of the lacks, then advice
	lacks    []lack
	layers   []jvm.Layer  // what is left of each
	final    []jvm.Option // all that java gets
	Request  Request      // what was asked for
	Facts    Facts        // what it was decided by
}

// Request is what was asked for, understood.
type Request struct {
	Settings   Settings
	Program    Program
	Asked      Asked
	Protection Protection
	RunAs      *Identity // who java will be; nil: whoever we are
	Arguments  []string  // the application's
	// Check is set where a check asks, perhaps on a pipeline's machine: what only
	// the platform of a service tells is not missed there.
	Check bool
}

// NewPlan decides. It is pure. It refuses with *SettingErrors, joined: options
// that are wrong once facts are filled in, JMX that would be open to all, and,
// where ENTRYPOINT_STRICT says so, what the host fails to give.
func NewPlan(r Request, f Facts) (Plan, error) {
	s := r.Settings
	asked, unfilled, err := r.Asked.fill(r, f)
	if err := errors.Join(err, s.refuseOpen(jmxmpAddresses(s, f))); err != nil {
		return Plan{}, err
	}
	in := inputs{Settings: s, Facts: f, Program: r.Program}
	asked, logless := asked.withoutLogPath(in)
	asked, removed := asked.withoutRemoved(s, r.Program.Version)
	merged, missed, dropped := in.mergeUsable(r, asked)
	missed = append(missed, logless...)
	p := Plan{
		Java: r.Program.Java, Changes: slices.Concat(in.changes(), r.home(), rewritten(r.Asked, merged.Layers, words)),
		Options: merged.Options, Foreign: foreign(merged), Dropped: slices.Concat(dropped, droppedOf(missed), removed, merged.Dropped),
		Refused: jvm.Refusals(in.final, r.Program.Version),
		Memory:  in.memory, MaxHeap: jvm.MaxHeap(in.final), bounded: jvm.LimitsHeap(in.final),
		Processors: in.processors(), Folders: folders(merged.Options, f),
		Request: r, Facts: f, layers: merged.Layers, lacks: lacking(f, missed), final: in.final,
	}
	p.Argv = p.argv()
	if servesJMX(p.Options) {
		p.lacks = append(p.lacks, r.Protection.lacks...)
	}
	for _, lack := range p.lacks {
		p.Warnings = append(p.Warnings, lack.String())
	}
	p.Warnings = append(p.Warnings, aboutVersions(p, removed)...)
	p.Warnings = append(p.Warnings, advice(p, unfilled)...)
	if s.Strict {
		return p, refuse(p.lacks)
	}
	return p, nil
}

// mergeUsable merges without the default options that can't work here: what
// yielded to them is back then, and the heap has their part of the memory, for
// which a dump may be too large.
func (in *inputs) mergeUsable(r Request, asked Asked) (jvm.Merged, []missedOption, []jvm.Dropped) {
	var missed []missedOption
	for {
		merged, entering, excluded := in.merge(r, asked)
		names, options := missing(merged.Options, entering, *in)
		if len(names) == 0 {
			return merged, missed, excluded
		}
		in.missed = append(in.missed, names...)
		missed = append(missed, options...)
	}
}

// merge merges the default options that are called for with what people wrote,
// and plans the memory for what comes of it.
func (in *inputs) merge(r Request, asked Asked) (merged jvm.Merged, entering []group, excluded []jvm.Dropped) {
	in.memory = in.planMemory(asked)
	for {
		entering, excluded = groups(*in)
		merged = jvm.Merge(rank(r, entering, asked)...)
		in.final = merged.InEffect()
		m := in.memoryOf(merged)
		if m.Bounds == in.memory.Bounds {
			in.memory = m
			return merged, entering, excluded
		}
		// The heap is somebody's, and leaves the rest another room.
		in.memory.Bounds = m.Bounds
	}
}

// rank puts the layers in their order: our defaults below what people wrote,
// and single settings just below JVM_ARGS.
func rank(r Request, entering []group, asked Asked) []jvm.Layer {
	defaults, settings := jvm.Layer{Name: "defaults"}, jvm.Layer{Name: "settings"}
	for _, g := range entering {
		layer := &defaults
		if g.isSetting {
			layer = &settings
		}
		layer.Options = append(layer.Options, g.options...)
	}
	if r.Program.ClassPath != "" {
		source := "JVM_CLASS_PATH"
		if r.Settings.JVMClassPath == "" {
			source = "BIN_JAR"
		}
		settings.Options = append(settings.Options, jvm.NewOption(source, "-cp", r.Program.ClassPath))
	}
	layers := []jvm.Layer{defaults}
	for _, layer := range asked {
		if layer.Name == jvmArgs {
			layers = append(layers, settings)
		}
		layers = append(layers, layer)
	}
	return layers
}

// foreign are the options left in the variables that the JVM reads itself.
func foreign(merged jvm.Merged) []jvm.Option {
	var options []jvm.Option
	for _, layer := range merged.Layers {
		if layer.Foreign {
			options = append(options, layer.Options...)
		}
	}
	return options
}

// rewritten are the variables that the JVM reads itself and that hold what has
// yielded to a higher layer, or what is left out because java would refuse it:
// java gets them without it, since it would refuse both together (two
// collectors), or take the lower one's part (-Xms). A function says what words are
// left of a layer's options.
func rewritten(asked Asked, layers []jvm.Layer, left func([]jvm.Option) []string) []Change {
	var list []Change
	for _, had := range asked {
		i := slices.IndexFunc(layers, func(l jvm.Layer) bool { return l.Name == had.Name })
		kept := left(layers[i].Options)
		if !had.Foreign || slices.Equal(kept, words(had.Options)) {
			continue
		}
		list = append(list, Change{Name: had.Name, Value: jvm.JoinVariable(kept), Remove: len(kept) == 0})
	}
	return list
}

// uses tells whether java gets an option that comes from there.
func (p Plan) uses(source string) bool {
	return slices.ContainsFunc(p.Options, func(o jvm.Kept) bool { return o.Source == source })
}

func words(options []jvm.Option) []string {
	var words []string
	for _, o := range options {
		words = append(words, o.Words...)
	}
	return words
}

// environ is java's environment, and in the variables of options that java reads
// by itself what a function leaves of them.
func (p Plan) environ(left func([]jvm.Option) []string) Environment {
	return p.Request.Settings.Env.with(p.Changes).with(rewritten(p.Request.Asked, p.layers, left))
}

// under is the plan with a layer above all others: its options and its environment,
// for no command line but a training's.
func (p Plan) under(top jvm.Layer) Plan {
	merged := jvm.Merge(append(slices.Clone(p.layers), top)...)
	p.Options, p.layers = merged.Options, merged.Layers
	return p
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

// folders are those that are to be made: the log folder, which ${LOG_PATH}
// may point into, and the dump folder where an option of ours still uses it.
func folders(options []jvm.Kept, f Facts) []ContainerFolder {
	var list []ContainerFolder
	if f.Logs.IsUsable() {
		list = append(list, f.Logs)
	}
	usesDumps := slices.ContainsFunc(options, func(o jvm.Kept) bool {
		return o.Source == ofDefault+"heap-dump" && o.Name() == "-XX:HeapDumpPath"
	})
	if usesDumps {
		list = append(list, f.Dumps)
	}
	return list
}

// aboutVersions tells of options that the running Java does not have.
func aboutVersions(p Plan, removed []jvm.Dropped) []string {
	var lines []string
	for _, d := range removed {
		lines = append(lines, fmt.Sprintf("%s: %s is left out: %s", d.Source, d.Name(), d.Reason))
	}
	for _, r := range p.Refused {
		lines = append(lines, fmt.Sprintf("%s: Java %d will refuse %s: %s, or let JVM_DROP_REMOVED=true leave it out)",
			r.Source, p.Request.Program.Version.Feature, r.Name(), strings.TrimSuffix(r.Reason, ")")))
	}
	return lines
}

// advice tells what a person probably did not mean.
func advice(p Plan, unfilled []string) []string {
	lines := unfilled
	if servesJMX(p.Options) {
		lines = append(lines, jmxmpAdvice(p.Request.Settings, p.Facts)...)
	}
	for _, name := range []string{"JAVA_OPTS", "JAVA_OPTIONS"} {
		if p.Request.Settings.Env.isSet(name) {
			lines = append(lines, name+" is set and not read (use JVM_ARGS)")
		}
	}
	if lost := p.lostHeap(); lost > 0 {
		setter := jvm.HeapSetter(p.everything())
		lines = append(lines, fmt.Sprintf("%s: %s took the place of a maximum heap of %s, and no option sets another (set -Xmx beside it)",
			setter.Source, maskedOption(setter), lost))
	}
	lines = append(lines, p.archiveAdvice()...)
	lines = append(lines, p.Request.groupAdvice()...)
	lines = append(lines, p.memoryAdvice()...)
	lines = append(lines, p.classesAdvice()...)
	if p.uses("JVM_DEBUG_PORT") {
		lines = append(lines, p.Request.Settings.debugAdvice(p.Facts.Network)...)
	}
	lines = append(lines, p.fullAdvice()...)
	lines = append(lines, p.keptAdvice()...)
	lines = append(lines, p.strangersAdvice()...)
	limit, heap := p.Facts.memoryLimit(), p.Request.Settings.JVMHeap
	if p.MaxHeap == 0 && limit.Value != p.Facts.Memory.Limit.Value {
		lines = append(lines, fmt.Sprintf("java sizes the heap, and does not see the limit of %s that ECS tells (set -Xmx, or -XX:MaxRAM=%[1]s)", jvm.Bytes(limit.Value)))
	}
	if heap.Share > 0 && p.Memory.Limit == 0 {
		lines = append(lines, fmt.Sprintf("JVM_HEAP is a share, and no memory limit is known: taking %s (a size would hold)", jvm.DefaultHeap))
	}
	if p.Request.Program.VersionErr != nil {
		lines = append(lines, "java's version is not known: "+p.Request.Program.VersionErr.Error())
	}
	return lines
}

// lostHeap is the maximum heap size that yielded, where nothing limits the heap
// now; else 0.
func (p Plan) lostHeap() jvm.Bytes {
	if p.bounded {
		return 0
	}
	var lost jvm.Bytes
	for _, o := range p.Options {
		lost = max(lost, o.ReplacedHeap())
	}
	for _, d := range p.Dropped {
		if d.Reason != leftOut { // as somebody wanted it
			lost = max(lost, jvm.MaxHeap([]jvm.Option{d.Option}))
		}
	}
	return lost
}
