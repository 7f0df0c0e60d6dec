package jvm

import (
	"strings"
	"sync"
)

// Which options set the same thing, and which can't live beside each other, is
// in the tables of this file and nowhere else; docs/options.md is made of them.
// Options are written as patterns with spaces between them: a * at the end
// stands for any value, and a -XX flag stands for any value of it and for
// being switched on. Whatever the tables don't name adds up with its like
// (--add-opens, -Xlog), or the JVM takes the last.

// A setter is options and what they set beside their own name. Of two options
// that set the same thing only the higher layer's is meant.
type setter struct {
	options string
	sets    []string
	source  string
}

// What several options set between them.
const (
	heapSize  = "the heap's size"
	collector = "the collector"
	archive   = "the class archive"
	codeCache = "the code cache"
	debugger  = "the debugger"
	classPath = "the class path"
	execution = "how code is executed"
	verified  = "which classes are verified"
	// archiving writes a class data archive, which the JVM refuses beside an agent.
	archiving = "writing a class archive"
)

var setters = []setter{
	{
		"-Xmx* -mx* -Xms* -ms* -XX:MaxHeapSize -XX:InitialHeapSize -XX:MinHeapSize -XX:SoftMaxHeapSize -XX:MaxRAM " +
			"-XX:MaxRAMPercentage -XX:MinRAMPercentage -XX:InitialRAMPercentage -XX:MaxRAMFraction -XX:MinRAMFraction " +
			"-XX:InitialRAMFraction -XX:DefaultMaxRAMFraction -XX:ErgoHeapSizeLimit -XX:UseCGroupMemoryLimitForHeap -XX:AggressiveHeap",
		[]string{heapSize},
		"HotSpot's arguments.cpp: a size silences a share, and an initial size above the maximum is fatal",
	},
	{
		"-XX:UseSerialGC -XX:UseParallelGC -XX:UseParallelOldGC -XX:UseG1GC -XX:UseConcMarkSweepGC -XX:UseParNewGC " +
			"-XX:CMSIncrementalMode -XX:UseZGC -XX:UseShenandoahGC -XX:UseEpsilonGC -XX:AggressiveHeap -Xincgc -Xconcgc",
		[]string{collector},
		"HotSpot's gcConfig.cpp: two collectors are fatal; AggressiveHeap means the parallel one, -Xincgc and -Xconcgc CMS",
	},
	{
		"-XX:SharedArchiveFile -XX:SharedClassListFile -XX:ExtraSharedClassListFile -XX:ArchiveClassesAtExit " +
			"-XX:AutoCreateSharedArchive -XX:DumpLoadedClassList -XX:RequireSharedSpaces -XX:DumpSharedSpaces " +
			"-Xshare:on -Xshare:off -Xshare:dump -XX:AOTCache -XX:AOTMode -XX:AOTConfiguration -XX:AOTCacheOutput",
		[]string{archive},
		"HotSpot's cdsConfig.cpp: an AOT cache is fatal beside class data sharing, and writing beside using",
	},
	{
		"-XX:ArchiveClassesAtExit -XX:AutoCreateSharedArchive -Xshare:dump -XX:DumpSharedSpaces",
		[]string{archiving},
		"HotSpot's cdsConfig.cpp: no class is archived that an agent may have changed",
	},
	{
		"-XX:ReservedCodeCacheSize -XX:InitialCodeCacheSize -XX:NonNMethodCodeHeapSize -XX:ProfiledCodeHeapSize " +
			"-XX:NonProfiledCodeHeapSize -XX:SegmentedCodeCache -Xmaxjitcodesize* -Xcodecache*",
		[]string{codeCache},
		"HotSpot's codeCache.cpp: the segments must add up to the whole",
	},
	{"-agentlib:jdwp* -Xrunjdwp*", []string{debugger}, "libjdwp: a second one is fatal"},
	{"-cp -classpath --class-path -XX:java.class.path", []string{classPath}, "libjli's java.c: the last counts"},
	{"-Xint -Xcomp -Xmixed", []string{execution}, "HotSpot's arguments.cpp: the last counts"},
	{"-Xverify:* -noverify -XX:BytecodeVerificationLocal -XX:BytecodeVerificationRemote", []string{verified}, "HotSpot's arguments.cpp"},
	{"-Xmn*", []string{"-XX:NewSize", "-XX:MaxNewSize"}, "HotSpot's arguments.cpp"},
	{"-Xss* -ss*", []string{"-XX:ThreadStackSize"}, "HotSpot's arguments.cpp"},
	{"-Xminf*", []string{"-XX:MinHeapFreeRatio"}, "HotSpot's arguments.cpp"},
	{"-Xmaxf*", []string{"-XX:MaxHeapFreeRatio"}, "HotSpot's arguments.cpp"},
	{"-Xbatch", []string{"-XX:BackgroundCompilation"}, "HotSpot's arguments.cpp"},
	{"-Xnoclassgc", []string{"-XX:ClassUnloading"}, "HotSpot's arguments.cpp"},
	{"-Xrs", []string{"-XX:ReduceSignalUsage"}, "HotSpot's arguments.cpp"},
	{"-Xcheck:jni", []string{"-XX:CheckJNICalls"}, "HotSpot's arguments.cpp"},
	{"-Xloggc:*", []string{"-Xloggc"}, "HotSpot's arguments.cpp: the last counts"},
	{"-Xshare:*", []string{"-Xshare"}, "HotSpot's arguments.cpp: the last counts"},
	{"-p --module-path", []string{"--module-path"}, "libjli's java.c: the last counts"},
	{"--upgrade-module-path", []string{"--upgrade-module-path"}, "libjli's java.c: the last counts"},
	{"--limit-modules", []string{"--limit-modules"}, "libjli's java.c: the last counts"},
	{"--illegal-access", []string{"--illegal-access"}, "HotSpot's arguments.cpp: the last counts"},
	{"--illegal-native-access", []string{"--illegal-native-access"}, "HotSpot's arguments.cpp: the last counts"},
	{"--sun-misc-unsafe-memory-access", []string{"--sun-misc-unsafe-memory-access"}, "HotSpot's arguments.cpp: the last counts"},
	{"--illegal-final-field-mutation", []string{"--illegal-final-field-mutation"}, "HotSpot's arguments.cpp: the last counts"},
	{"--finalization", []string{"--finalization"}, "HotSpot's arguments.cpp: the last counts"},
}

// addsUp are -XX flags of which every occurrence counts, and those whose
// absence breaks what stands behind them: a lower layer's experimental flag
// needs the unlock flag before it, even where a higher layer has its own.
var addsUp = setter{
	options: "-XX:UnlockExperimentalVMOptions -XX:UnlockDiagnosticVMOptions -XX:CompileCommand -XX:CompileOnly " +
		"-XX:OnError -XX:OnOutOfMemoryError -XX:DisableIntrinsic -XX:ControlIntrinsic",
	source: "HotSpot's globals.hpp: lists of texts; arguments.cpp: a flag is unlocked by what stands before it",
}

// An order is two flags of which the first must not be above the second (or,
// where strict says so, not equal either): the JVM refuses to start where it is.
// Where a higher layer's option would break it, the lower one's yields.
type order struct {
	lesser, greater string
	strict          bool
	source          string
}

var orders = []order{
	{"-XX:MinHeapFreeRatio", "-XX:MaxHeapFreeRatio", false, "jvmFlagConstraintsGC.cpp"},
	{"-XX:MinMetaspaceFreeRatio", "-XX:MaxMetaspaceFreeRatio", false, "jvmFlagConstraintsGC.cpp"},
	{"-XX:MetaspaceSize", "-XX:MaxMetaspaceSize", false, "jvmFlagConstraintsGC.cpp"},
	{"-XX:InitialTenuringThreshold", "-XX:MaxTenuringThreshold", false, "jvmFlagConstraintsGC.cpp"},
	{"-XX:ConcGCThreads", "-XX:ParallelGCThreads", false, "g1ConcurrentMark.cpp"},
	{"-XX:MarkStackSize", "-XX:MarkStackSizeMax", false, "jvmFlagConstraintsGC.cpp"},
	{"-XX:G1NewSizePercent", "-XX:G1MaxNewSizePercent", false, "jvmFlagConstraintsG1.cpp"},
	{"-XX:MaxGCPauseMillis", "-XX:GCPauseIntervalMillis", true, "jvmFlagConstraintsG1.cpp"},
}

// yielders are options that give way to what they don't set themselves.
var yielders = []setter{
	{"-javaagent:*", []string{archiving}, "HotSpot's cdsConfig.cpp"},
}

// index finds the rows of a table by option.
type index struct {
	names    map[string][]*setter // of whole options, and of flags
	prefixes []prefixed
}

type prefixed struct {
	prefix string
	row    *setter
}

func newIndex(rows []setter) index {
	i := index{names: map[string][]*setter{}}
	for n := range rows {
		for pattern := range strings.FieldsSeq(rows[n].options) {
			if prefix, open := strings.CutSuffix(pattern, "*"); open {
				i.prefixes = append(i.prefixes, prefixed{prefix, &rows[n]})
			} else {
				i.names[pattern] = append(i.names[pattern], &rows[n])
			}
		}
	}
	return i
}

// each calls f with every row that names an option, and with the value that
// the option gives.
func (i index) each(name, value, word string, f func(row *setter, value string)) {
	for _, row := range i.names[name] {
		f(row, value)
	}
	for _, p := range i.prefixes {
		if rest, ok := strings.CutPrefix(word, p.prefix); ok {
			f(p.row, rest)
		}
	}
}

// Made when the first options are merged.
var (
	setterIndex  = sync.OnceValue(func() index { return newIndex(setters) })
	addsUpIndex  = sync.OnceValue(func() index { return newIndex([]setter{addsUp}) })
	yielderIndex = sync.OnceValue(func() index { return newIndex(yielders) })
)
