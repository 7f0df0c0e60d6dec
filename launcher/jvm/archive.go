package jvm

import (
	"fmt"
	"slices"
	"strings"
)

// ArchiveKind is how a Java version keeps the classes of an application ready
// for its next starts.
type ArchiveKind int

// The kinds. What each is measured to need is in docs/train.md.
const (
	// NoArchive is all that Java has until 10.
	NoArchive ArchiveKind = iota
	// ClassArchive has the classes that a run has listed, with those of java's own
	// archive, which it takes the place of. One that the run writes itself as it ends
	// (-XX:ArchiveClassesAtExit, from 13 on) stands on java's own, has no objects of
	// the heap, and made starts slower (docs/train.md).
	ClassArchive
	// AOTCache also has classes linked, and the profiles of a run.
	AOTCache
)

// ArchiveOf is the kind that a version has.
func ArchiveOf(v Version) ArchiveKind {
	switch {
	case v.AtLeast(25):
		return AOTCache
	case v.AtLeast(11):
		return ClassArchive
	}
	return NoArchive
}

// String names a kind for people.
func (k ArchiveKind) String() string {
	return [...]string{"nothing", "archive of classes", "AOT cache"}[k]
}

// FileName is what an archive of the kind is called.
func (k ArchiveKind) FileName() string {
	if k == AOTCache {
		return "classes.aot"
	}
	return "classes.jsa"
}

// UseArchive are the options of a start with an archive. Where java finds that
// it does not fit it goes on without, and would say so on stdout, which is the
// service's: the first one silences that.
func (k ArchiveKind) UseArchive(file string) []string {
	if k == AOTCache {
		return []string{"-Xlog:aot*=off,cds*=off", "-XX:AOTCache=" + file}
	}
	return []string{"-Xlog:cds*=off", "-XX:SharedArchiveFile=" + file}
}

// RequireArchive are the options of a java that fails where an archive does not
// fit, and tells why.
func (k ArchiveKind) RequireArchive(file string) []string {
	if k == AOTCache {
		return []string{"-XX:AOTCache=" + file, "-XX:AOTMode=on"}
	}
	return []string{"-XX:SharedArchiveFile=" + file, "-Xshare:on"}
}

// Recorded is the file that a run that is watched leaves in a folder.
func (k ArchiveKind) Recorded(folder string) string {
	if k == AOTCache {
		return folder + "/classes.conf"
	}
	return folder + "/classes.lst"
}

// Record are the options by which a run leaves it. Those that end in error keep java
// from naming each class that can't be archived. Where the agents of the start are
// left out, the module that java adds for them is not, since java finds its modules
// by other classes then.
func (k ArchiveKind) Record(folder string, start []Option) []string {
	file := k.Recorded(folder)
	if k == AOTCache {
		return []string{"-XX:AOTMode=record", "-XX:AOTConfiguration=" + file, "-Xlog:aot*=error,cds*=error"}
	}
	options := []string{"-XX:DumpLoadedClassList=" + file, "-Xlog:cds*=error"}
	if slices.ContainsFunc(Leaves(start), func(o Option) bool { return strings.HasPrefix(o.Words[0], "-javaagent:") }) {
		options = append(options, "--add-modules=java.instrument")
	}
	return options
}

// Create are the options of a second run, which makes the archive out of that
// file and does not start the application.
func (k ArchiveKind) Create(folder string) []string {
	from, to := k.Recorded(folder), folder+"/"+k.FileName()
	if k == AOTCache {
		return []string{"-XX:AOTMode=create", "-XX:AOTConfiguration=" + from, "-XX:AOTCache=" + to, "-Xlog:aot*=error,cds*=error"}
	}
	return []string{"-Xshare:dump", "-XX:SharedClassListFile=" + from, "-XX:SharedArchiveFile=" + to, "-Xlog:cds*=error"}
}

// Creating is what that run has in the place of a start's options. Objects of the
// heap get into an archive of classes by G1 alone, and are of use to Serial and
// Parallel too (from 21 on); so G1 makes it, but where the start has a collector
// that is none of these. Its classes are in metaspace while it is made, those of the
// JDK among them, which a start does not have there: what bounds a start does not
// bound that.
func (k ArchiveKind) Creating(start []Option) Layer {
	layer := Layer{Name: "--train"}
	if k == AOTCache {
		return layer
	}
	add := func(word string) { layer.Options = append(layer.Options, NewOption(layer.Name, word)) }
	add(maxMetaspace + "=4g")
	add("-XX:CompressedClassSpaceSize=1g") // java's own
	switch chosen, _ := lastSetting(start, collector); chosen.value {
	case "", "Serial", "Parallel":
		add("-XX:+UseG1GC")
	}
	return layer
}

// IsTrainedWithAgents tells whether agents run where an archive of the kind is
// made. To an AOT cache they belong: its classes are there before an agent could
// change them, so those that it would change must not be in it. Of the others
// java shows each class to the agents of the start as it loads it, but writes no
// archive beside an agent.
func (k ArchiveKind) IsTrainedWithAgents() bool { return k == AOTCache }

// Training gives options of a start as a run that is watched has them: without
// what java refuses beside that, or what the archive would not fit then. Of a
// file with such options the others are left, without the file.
func (k ArchiveKind) Training(options []Option) []string {
	var words []string
	for _, o := range options {
		kept, _ := o.filter(func(leaf Option) bool { return !k.disturbs(leaf) })
		for _, one := range kept {
			words = append(words, one.Words...)
		}
	}
	return words
}

func (k ArchiveKind) disturbs(o Option) bool {
	has := func(beginnings ...string) bool {
		return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(o.Words[0], b) })
	}
	return isDebugger(o) || !k.IsTrainedWithAgents() && has("-javaagent:", "-agentlib:", "-agentpath:", "-Xrun", "-XX:StartFlightRecording", "-XX:FlightRecorderOptions")
}

func isDebugger(o Option) bool {
	return slices.ContainsFunc(o.sets(), func(s setting) bool { return s.what == debugger })
}

// A Condition is something of a start that an archive depends on.
type Condition struct {
	Text string // --add-opens=java.base/java.lang=ALL-UNNAMED
	By   string // where it comes from
}

// Debugger is the condition of a start that a debugger can attach to.
const Debugger = "a debugger"

// usualFlags are flags that all classes in an archive depend on, as java has
// them by itself.
var usualFlags = []string{
	"-XX:ObjectAlignmentInBytes=8", "-XX:+UseCompressedClassPointers", "-XX:-UseCompactObjectHeaders",
	"-XX:-BytecodeVerificationLocal", "-XX:+BytecodeVerificationRemote", "-XX:-EnableJVMCI", "-XX:-AllowArchivingWithJavaAgent",
	"-XX:-EnableJVMCIProduct", "-XX:-UseJVMCICompiler", "-XX:-UseGraalJIT", // each of which enables JVMCI
}

// What changes the modules and paths that classes are found by: for any archive,
// and for an AOT cache, which has their graph in it.
var (
	archivePaths = []string{"--limit-modules", "--patch-module", "--upgrade-module-path", "--module-path", "-Djava.system.class.loader", "-Xverify:"}
	cacheModules = []string{
		"--add-modules", "--add-opens", "--add-exports", "--add-reads", "--enable-native-access", "--illegal-native-access",
		"-Djdk.module.showModuleResolution", "-Djdk.module.validation",
	}
)

// bootPath begins the option that puts jars behind java's own classes.
const bootPath = "-Xbootclasspath/a:"

// javaJMX are the properties of java's own JMX agent, by any of which its module is
// added.
const javaJMX = "-Dcom.sun.management"

// Conditions are what of the options, all that the JVM gets, an archive depends
// on: it fits a start that has the same. Other collectors and heaps are none as
// long as addresses are compressed, which java does up to 32 GiB.
func (k ArchiveKind) Conditions(options []Option, heap Bytes) []Condition {
	var list []Condition
	add := func(o Option, text string) { list = append(list, Condition{text, o.Source}) }
	leaves := Leaves(options)
	if by, isWide := wideAddresses(leaves, heap); isWide {
		list = append(list, Condition{"uncompressed addresses", by})
	}
	for _, usual := range usualFlags {
		name, _, _ := NewOption("", usual).parts()
		if o, found := lastOf(leaves, name); found && o.Words[0] != usual {
			add(o, o.Words[0])
		}
	}
	for _, o := range leaves {
		if text := k.conditionOf(o); text != "" {
			add(o, text)
		}
	}
	return list
}

// wideAddresses tells whether the JVM has addresses of 64 bits.
func wideAddresses(options []Option, heap Bytes) (by string, isWide bool) {
	const most = 32*GiB - 64*MiB // beyond, it depends on the alignment
	if heap > most {
		return "a heap of " + heap.String(), true
	}
	for _, flag := range []struct {
		name   string
		isWide bool // where it is on
	}{{"-XX:UseCompressedOops", false}, {"-XX:UseZGC", true}} {
		if o, found := lastOf(options, flag.name); found {
			if _, _, on := o.parts(); on == flag.isWide {
				return o.Name() + ", " + o.Source, true
			}
		}
	}
	return "", false
}

// conditionOf is an option's part in what an archive depends on; empty where it
// has none.
func (k ArchiveKind) conditionOf(o Option) string {
	name, value, _ := o.parts()
	if name == "-p" {
		name = "--module-path"
	}
	is := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return n == name || strings.HasSuffix(n, ":") && strings.HasPrefix(name, n) })
	}
	whole := name + strings.TrimSuffix("="+value, "=")
	switch path, _, isAgent := o.Agent(); {
	case strings.HasPrefix(o.Words[0], bootPath):
		return o.Words[0]
	case is(archivePaths), name == "-noverify":
		return whole
	case k != AOTCache:
		return ""
	case isDebugger(o):
		return Debugger
	case is(cacheModules):
		return whole
	case strings.HasPrefix(name, javaJMX):
		return javaJMX
	case name == "-XX:StartFlightRecording", name == "-XX:FlightRecorderOptions":
		return "a flight recording"
	case isAgent: // its arguments may be others
		kind, _, _ := strings.Cut(o.Words[0], ":")
		return kind + ":" + path
	case strings.HasPrefix(o.Words[0], "-agentlib:"), strings.HasPrefix(o.Words[0], "-Xrun"):
		library, _, _ := strings.Cut(o.Words[0], "=")
		return library
	}
	return ""
}

// ClassPath is the class path of a start that runs a class, and where it comes from.
func ClassPath(options []Option) (path, by string) {
	last, _ := lastSetting(options, classPath)
	return last.value, last.source
}

// Files are those that options name, besides the class path, and that an archive
// depends on by their content: where classes are found, and, for a cache, agents.
// FOLDER/* stands for the jars of a folder.
func (k ArchiveKind) Files(options []Option) []string {
	var files []string
	for _, o := range Leaves(options) {
		name, value, _ := o.parts()
		switch agent, _, isAgent := o.Agent(); {
		case strings.HasPrefix(o.Words[0], bootPath):
			files = append(files, strings.Split(strings.TrimPrefix(o.Words[0], bootPath), ":")...)
		case name == "--module-path", name == "-p":
			for entry := range strings.SplitSeq(value, ":") {
				if !strings.HasSuffix(entry, ".jar") {
					entry += "/*"
				}
				files = append(files, entry)
			}
		case isAgent && k.IsTrainedWithAgents():
			files = append(files, agent)
		}
	}
	return files
}

// Unrecorded finds an option beside which java makes no archive of any kind.
func Unrecorded(options []Option) (o Option, found bool) {
	for _, name := range []string{"--limit-modules", "--patch-module", "--upgrade-module-path"} {
		if o, found := lastOf(Leaves(options), name); found {
			return o, true
		}
	}
	return Option{}, false
}

// Differs tells in what a start is another than an archive was trained for;
// empty where in nothing.
func Differs(trained []string, now []Condition) string {
	for _, c := range now {
		if !slices.Contains(trained, c.Text) {
			return fmt.Sprintf("it was trained without %s (%s)", c.Text, c.By)
		}
	}
	for _, text := range trained {
		if !slices.ContainsFunc(now, func(c Condition) bool { return c.Text == text }) {
			return "it was trained with " + text
		}
	}
	return ""
}

// archiveOptions are those by which somebody makes or uses an archive of their own.
var archiveOptions = []string{
	"-XX:SharedArchiveFile", "-XX:SharedClassListFile", "-XX:ArchiveClassesAtExit", "-XX:AutoCreateSharedArchive",
	"-XX:RecordDynamicDumpInfo", "-XX:DumpLoadedClassList", "-XX:AOTCache", "-XX:AOTCacheOutput", "-XX:AOTConfiguration",
}

// OwnsArchive tells whether options make or use an archive of their own.
func OwnsArchive(options []Option) bool {
	return slices.ContainsFunc(Leaves(options), func(o Option) bool {
		name, _, on := o.parts()
		return on && slices.Contains(archiveOptions, name)
	})
}

// Switch finds the option that switches archives off, or makes java fail where
// one does not fit, so that one which is only to help has no place. An AOT cache
// java refuses beside any -Xshare.
func (k ArchiveKind) Switch(options []Option) (o Option, found bool) {
	leaves := Leaves(options)
	last := func(prefix string) (o Option, value string) {
		for _, leaf := range slices.Backward(leaves) {
			if rest, is := strings.CutPrefix(leaf.Words[0], prefix); is {
				return leaf, rest
			}
		}
		return Option{}, ""
	}
	for _, beginning := range []string{"-Xshare:", "-XX:AOTMode="} {
		if o, value := last(beginning); value != "" && (value != "auto" || k == AOTCache && beginning == "-Xshare:") {
			return o, true
		}
	}
	for _, disabling := range []string{"-XX:-UseSharedSpaces", "-XX:+RequireSharedSpaces"} {
		name, _, _ := NewOption("", disabling).parts()
		if o, found := lastOf(leaves, name); found && o.Words[0] == disabling {
			return o, true
		}
	}
	return Option{}, false
}
