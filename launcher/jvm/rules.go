package jvm

import (
	"math"
	"strconv"
	"strings"
	"sync"
)

// Which options set the same thing, and which can't live beside each other, is
// in the tables of this file, but for what an option sets by its own name, which
// is in sets.go; docs/options.md is made of both.
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
	// value gives the value that counts, where it is not the one that is written.
	value func(written string) string
}

// What several options set between them.
const (
	heapSize  = "the heap's size"
	collector = "the collector"
	debugger  = "the debugger"
	classPath = "the class path"
	execution = "how code is executed"
	verified  = "which classes are verified"
)

// selects makes the collector the value: an option for the one that is chosen
// already is no rival.
func selects(name string) func(string) string { return func(string) string { return name } }

// percent is what -Xminf0.4 says as a flag: 40.
func percent(written string) string {
	share, err := strconv.ParseFloat(written, 64)
	if err != nil {
		return written
	}
	return strconv.Itoa(int(math.Round(share * 100)))
}

var setters = []setter{
	{
		options: "-Xmx* -mx* -Xms* -ms* -XX:MaxHeapSize -XX:InitialHeapSize -XX:MinHeapSize -XX:MaxRAM " +
			"-XX:MaxRAMPercentage -XX:MinRAMPercentage -XX:InitialRAMPercentage -XX:MaxRAMFraction -XX:MinRAMFraction " +
			"-XX:InitialRAMFraction -XX:DefaultMaxRAMFraction -XX:ErgoHeapSizeLimit -XX:UseCGroupMemoryLimitForHeap -XX:AggressiveHeap",
		sets:   []string{heapSize},
		source: "arguments.cpp: a size silences a share, and an initial size above the maximum is fatal",
	},
	{options: "-XX:UseSerialGC", sets: []string{collector}, value: selects("Serial"), source: "gcConfig.cpp: two collectors are fatal"},
	{
		options: "-XX:UseParallelGC -XX:UseParallelOldGC -XX:AggressiveHeap", sets: []string{collector}, value: selects("Parallel"),
		source: "gcConfig.cpp: two collectors are fatal; AggressiveHeap means this one",
	},
	{
		options: "-XX:UseConcMarkSweepGC -XX:UseParNewGC -XX:CMSIncrementalMode -Xincgc -Xconcgc", sets: []string{collector}, value: selects("CMS"),
		source: "gcConfig.cpp: two collectors are fatal; -Xincgc and -Xconcgc mean this one",
	},
	{options: "-XX:UseG1GC", sets: []string{collector}, value: selects("G1"), source: "gcConfig.cpp: two collectors are fatal"},
	{options: "-XX:UseZGC", sets: []string{collector}, value: selects("Z"), source: "gcConfig.cpp: two collectors are fatal"},
	{options: "-XX:UseShenandoahGC", sets: []string{collector}, value: selects("Shenandoah"), source: "gcConfig.cpp: two collectors are fatal"},
	{options: "-XX:UseEpsilonGC", sets: []string{collector}, value: selects("Epsilon"), source: "gcConfig.cpp: two collectors are fatal"},
	{options: "-agentlib:jdwp* -Xrunjdwp*", sets: []string{debugger}, source: "libjdwp: a second one is fatal"},
	{options: "-cp -classpath --class-path", sets: []string{classPath}, source: "libjli's java.c: the last counts"},
	{options: "-Xint -Xcomp -Xmixed", sets: []string{execution}, source: "arguments.cpp: the last counts"},
	{
		options: "-Xverify:* -noverify -XX:BytecodeVerificationLocal -XX:BytecodeVerificationRemote", sets: []string{verified},
		source: "arguments.cpp: the last counts",
	},
	{options: "-Xmx* -mx*", sets: []string{maxHeap}, source: "arguments.cpp: another spelling"},
	{options: "-Xms* -ms*", sets: []string{"-XX:InitialHeapSize"}, source: "arguments.cpp: another spelling"},
	{options: "-Xmn*", sets: []string{"-XX:NewSize", "-XX:MaxNewSize"}, source: "arguments.cpp: another spelling"},
	{options: "-Xss* -ss*", sets: []string{"-XX:ThreadStackSize"}, source: "arguments.cpp: another spelling"},
	{options: "-Xminf*", sets: []string{"-XX:MinHeapFreeRatio"}, value: percent, source: "arguments.cpp: another spelling, a share of 1"},
	{options: "-Xmaxf*", sets: []string{"-XX:MaxHeapFreeRatio"}, value: percent, source: "arguments.cpp: another spelling, a share of 1"},
	{options: "-Xmaxjitcodesize* -Xcodecache*", sets: []string{"-XX:ReservedCodeCacheSize"}, source: "arguments.cpp: another spelling"},
	{options: "-Xbatch", sets: []string{"-XX:BackgroundCompilation"}, source: "arguments.cpp: another spelling"},
	{options: "-Xnoclassgc", sets: []string{"-XX:ClassUnloading"}, source: "arguments.cpp: another spelling"},
	{options: "-Xrs", sets: []string{"-XX:ReduceSignalUsage"}, source: "arguments.cpp: another spelling"},
	{options: "-Xcheck:jni", sets: []string{"-XX:CheckJNICalls"}, source: "arguments.cpp: another spelling"},
	{options: "-Xloggc:*", sets: []string{"-Xloggc"}, source: "arguments.cpp: the last counts"},
	{options: "-Xshare:*", sets: []string{"-Xshare"}, source: "arguments.cpp: the last counts"},
	{options: "-p --module-path", sets: []string{"--module-path"}, source: "libjli's java.c: the last counts"},
	{options: "--upgrade-module-path", sets: []string{"--upgrade-module-path"}, source: "libjli's java.c: the last counts"},
	{options: "--limit-modules", sets: []string{"--limit-modules"}, source: "libjli's java.c: the last counts"},
	{options: "--illegal-access", sets: []string{"--illegal-access"}, source: "arguments.cpp: the last counts"},
	{options: "--illegal-native-access", sets: []string{"--illegal-native-access"}, source: "arguments.cpp: the last counts"},
	{options: "--sun-misc-unsafe-memory-access", sets: []string{"--sun-misc-unsafe-memory-access"}, source: "arguments.cpp: the last counts"},
	{options: "--illegal-final-field-mutation", sets: []string{"--illegal-final-field-mutation"}, source: "arguments.cpp: the last counts"},
	{options: "--finalization", sets: []string{"--finalization"}, source: "arguments.cpp: the last counts"},
}

// addsUp are -XX flags of which every occurrence counts, and those whose
// absence breaks what stands behind them: a lower layer's experimental flag
// needs the unlock flag before it, even where a higher layer has its own.
var addsUp = setter{
	options: "-XX:UnlockExperimentalVMOptions -XX:UnlockDiagnosticVMOptions -XX:CompileCommand -XX:CompileOnly " +
		"-XX:OnError -XX:OnOutOfMemoryError -XX:DisableIntrinsic -XX:ControlIntrinsic -XX:StartFlightRecording",
	source: "globals.hpp: lists of texts; arguments.cpp: a flag is unlocked by what stands before it, and each recording is made",
}

// An order is two flags whose values must be in order, or the JVM refuses to
// start. Where a higher layer's option would break it, the lower one's yields.
type order struct {
	lesser  string
	times   Bytes // how much of the greater one a unit of the lesser one needs
	greater string
	above   Bytes // lesser values up to this fit anything
	source  string
	// only names the collector that has the rule, where one is chosen.
	only string
}

var orders = []order{
	{"-XX:MinHeapFreeRatio", 1, "-XX:MaxHeapFreeRatio", 0, "jvmFlagConstraintsGC.cpp", ""},
	{"-XX:SoftMaxHeapSize", 1, maxHeap, 0, "jvmFlagConstraintsGC.cpp", ""},
	{"-XX:InitialCodeCacheSize", 1, "-XX:ReservedCodeCacheSize", 0, "codeCache.cpp", ""},
	{"-XX:CodeCacheMinimumFreeSpace", 1, "-XX:ReservedCodeCacheSize", 0, "codeCache.cpp of 8", ""},
	{"-XX:MinMetaspaceFreeRatio", 1, "-XX:MaxMetaspaceFreeRatio", 0, "jvmFlagConstraintsGC.cpp", ""},
	{"-XX:InitialTenuringThreshold", 1, "-XX:MaxTenuringThreshold", 0, "jvmFlagConstraintsGC.cpp", ""},
	{"-XX:ZTenuringThreshold", 1, "-XX:MaxTenuringThreshold", 0, "zArguments.cpp", ""},
	{"-XX:ConcGCThreads", 1, "-XX:ParallelGCThreads", 0, "jvmFlagConstraintsGC.cpp", ""},
	{"-XX:ZYoungGCThreads", 1, "-XX:ConcGCThreads", 0, "zArguments.cpp", ""},
	{"-XX:ZOldGCThreads", 1, "-XX:ConcGCThreads", 0, "zArguments.cpp", ""},
	{"-XX:MarkStackSize", 1, "-XX:MarkStackSizeMax", 0, "jvmFlagConstraintsGC.cpp", ""},
	{"-XX:G1NewSizePercent", 1, "-XX:G1MaxNewSizePercent", 0, "jvmFlagConstraintsG1.cpp", ""},
	{"-XX:G1RemSetHowlNumBuckets", 1, "-XX:G1RemSetHowlMaxNumBuckets", 0, "g1Arguments.cpp", ""},
	{"-XX:MaxGCPauseMillis", 1, "-XX:GCPauseIntervalMillis", 0, "jvmFlagConstraintsG1.cpp", ""},
	{"-XX:MinTLABSize", 1, "-XX:TLABSize", 0, "jvmFlagConstraintsGC.cpp", ""},
	{"-XX:CMSOldPLABMin", 1, "-XX:CMSOldPLABMax", 0, "jvmFlagConstraintsCMS.cpp", ""},
	{"-XX:CMSPrecleanNumerator", 1, "-XX:CMSPrecleanDenominator", 0, "jvmFlagConstraintsCMS.cpp", ""},
	{"-XX:ShenandoahMinRegionSize", 1, "-XX:ShenandoahMaxRegionSize", 0, "shenandoahHeapRegion.cpp", ""},
	{"-XX:ShenandoahMinRegionSize", 1, "-XX:ShenandoahRegionSize", 0, "shenandoahHeapRegion.cpp", ""},
	{"-XX:ShenandoahRegionSize", 1, "-XX:ShenandoahMaxRegionSize", 0, "shenandoahHeapRegion.cpp", ""},
	{"-XX:InitialBootClassLoaderMetaspaceSize", 1, "-XX:MaxMetaspaceSize", 0, "metaspace.cpp of 8 and 11", ""},
	{"-XX:ObjectAlignmentInBytes", 1, "-XX:SurvivorAlignmentInBytes", 0, "jvmFlagConstraintsGC.cpp", ""},
	{"-XX:InterpreterProfilePercentage", 1, "-XX:OnStackReplacePercentage", 0, "jvmFlagConstraintsCompiler.cpp", ""},
	{"-XX:NodeLimitFudgeFactor", 3, "-XX:MaxNodeLimit", 0, "jvmFlagConstraintsCompiler.cpp: at most 40% of it", ""},
	{"-XX:CodeEntryAlignment", 1, "-XX:CodeCacheSegmentSize", 0, "jvmFlagConstraintsCompiler.cpp", ""},
	{"-XX:OptoLoopAlignment", 1, "-XX:CodeEntryAlignment", 0, "jvmFlagConstraintsCompiler.cpp", ""},
	{"-XX:InteriorEntryAlignment", 1, "-XX:CodeEntryAlignment", 0, "jvmFlagConstraintsCompiler.cpp", ""},
	{"-XX:BiasedLockingBulkRebiasThreshold", 1, "-XX:BiasedLockingBulkRevokeThreshold", 0, "jvmFlagConstraintsRuntime.cpp", ""},
	{"-XX:StringDeduplicationTargetTableLoad", 1, "-XX:StringDeduplicationGrowTableLoad", 0, "jvmFlagConstraintsGC.cpp", ""},
	{"-XX:StringDeduplicationShrinkTableLoad", 1, "-XX:StringDeduplicationTargetTableLoad", 0, "jvmFlagConstraintsGC.cpp", ""},
	// What must fit into G1's regions, of which a heap has about 2048, of 1m at least.
	{"-XX:TLABSize", 4096, maxHeap, 512 * KiB, "jvmFlagConstraintsGC.cpp: at most half a region of G1", "G1"},
	{"-XX:YoungPLABSize", 32768, maxHeap, 64 * KiB, "jvmFlagConstraintsGC.cpp: words, at most half a region of G1", "G1"},
	{"-XX:OldPLABSize", 32768, maxHeap, 64 * KiB, "jvmFlagConstraintsGC.cpp: words, at most half a region of G1", "G1"},
	{survivorRatio, MiB, maxHeap, 0, "jvmFlagConstraintsGC.cpp: at most the heap in regions", "G1"},
	{regionSize, 3, maxHeap, 0, "measured on 11 and 17: the first classes need some regions", "G1"},
	{"-XX:ShenandoahRegionSize", 10, maxHeap, 0, "shenandoahHeapRegion.cpp: 10 regions at least", ""},
	{"-XX:ShenandoahMinRegionSize", 10, maxHeap, 0, "shenandoahHeapRegion.cpp: 10 regions at least", ""},
}

// Flags that rules speak of beyond their row.
const (
	maxHeap       = "-XX:MaxHeapSize"
	maxMetaspace  = "-XX:MaxMetaspaceSize"
	maxDirect     = "-XX:MaxDirectMemorySize"
	survivorRatio = "-XX:SurvivorRatio"    // in regions of the size
	regionSize    = "-XX:G1HeapRegionSize" // where that is set
)

// An exclusion is options that the JVM refuses beside others, whatever their
// values. The lower layer's yields.
type exclusion struct {
	options, others string
	source          string
}

var exclusions = []exclusion{
	{
		"-XX:SharedArchiveFile -XX:SharedClassListFile -XX:ExtraSharedClassListFile -XX:ArchiveClassesAtExit -XX:AutoCreateSharedArchive " +
			"-XX:RecordDynamicDumpInfo -XX:DumpLoadedClassList -XX:RequireSharedSpaces -XX:DumpSharedSpaces -Xshare:*",
		"-XX:AOTCache -XX:AOTMode -XX:AOTConfiguration -XX:AOTCacheOutput",
		"cdsConfig.cpp: either class data sharing or an AOT cache",
	},
	{"-XX:ArchiveClassesAtExit", "-XX:AutoCreateSharedArchive -XX:RecordDynamicDumpInfo -XX:SharedArchiveFile", "cdsConfig.cpp: one archive is written, on the JVM's own"},
	{"-XX:RecordDynamicDumpInfo", "-XX:AutoCreateSharedArchive -XX:SharedArchiveFile", "cdsConfig.cpp: one archive is written, on the JVM's own"},
	{"-Xshare:off", "-XX:ArchiveClassesAtExit -XX:RecordDynamicDumpInfo", "cdsConfig.cpp of 17: it stands on the JVM's own archive"},
	{"-XX:AOTCache", "-XX:AOTCacheOutput -XX:AOTMode=record", "cdsConfig.cpp: a cache is either used or written"},
	{"-XX:AOTConfiguration", "-XX:AOTMode=auto -XX:AOTMode=on -XX:AOTMode=off", "cdsConfig.cpp: it is for writing a cache"},
	{
		"-javaagent:*", "-XX:ArchiveClassesAtExit -XX:AutoCreateSharedArchive -XX:RecordDynamicDumpInfo -Xshare:dump -XX:DumpSharedSpaces",
		"cdsConfig.cpp: no class is archived that an agent may have changed",
	},
	{
		"-javaagent:*", "-XX:AOTMode=on",
		"cdsConfig.cpp: a cache that must be used fits no other modules, and an agent adds java.instrument",
	},
	{
		"-agentlib:jdwp* -Xrunjdwp*", "-XX:ArchiveClassesAtExit -XX:RecordDynamicDumpInfo -Xshare:dump -XX:DumpSharedSpaces",
		"cdsConfig.cpp: no class is archived that an agent may have changed; measured on 17, 21 and 26",
	},
	{
		"-agentlib:jdwp* -Xrunjdwp* -XX:StartFlightRecording", "-XX:AOTMode=on",
		"aotMetaspace.cpp: a cache that must be used fits neither a debugger nor the module jdk.jfr; measured on 26",
	},
	{
		"--patch-module --limit-modules --upgrade-module-path", "-XX:AOTCacheOutput -XX:AOTMode=record -XX:AOTMode=create -XX:AOTConfiguration",
		"cdsConfig.cpp: what the archive can't hold",
	},
	{
		"-XX:NonNMethodCodeHeapSize -XX:ProfiledCodeHeapSize -XX:NonProfiledCodeHeapSize -XX:SegmentedCodeCache", "-XX:ReservedCodeCacheSize -Xmaxjitcodesize*",
		"codeCache.cpp: the segments must add up to the whole",
	},
	{
		"-XX:CICompilerCount", "-XX:TieredStopAtLevel -XX:TieredCompilation -XX:-TieredCompilation -XX:CompilationMode -Xint -Xcomp -Xmixed",
		"jvmFlagConstraintsCompiler.cpp: how many there must be depends on them",
	},
	{
		"-XX:EnableJVMCI -XX:UseJVMCICompiler", "-XX:UseConcMarkSweepGC -XX:UseZGC -XX:UseShenandoahGC",
		"jvmci_globals.cpp of 11: other collectors only",
	},
	{"-XX:-UseSerialGC", "-XX:ActiveProcessorCount=1 -XX:NeverActAsServerClassMachine", "gcConfig.cpp: it is the one that is left"},
}

// An index finds the rows of a table by option.
type index struct {
	names    map[string][]int // of whole words, of options without their value, and of flags without their sign
	prefixes []prefixed
}

type prefixed struct {
	prefix string
	row    int
}

// add enters a row under its patterns.
func (i *index) add(row int, patterns string) {
	if i.names == nil {
		i.names = map[string][]int{}
	}
	for pattern := range strings.FieldsSeq(patterns) {
		if prefix, open := strings.CutSuffix(pattern, "*"); open {
			i.prefixes = append(i.prefixes, prefixed{prefix, row})
		} else {
			i.names[pattern] = append(i.names[pattern], row)
		}
	}
}

// find calls f with every row that an option is in, and with the value that it
// gives. A flag that is switched off is only in rows that say so.
func (i *index) find(o Option, f func(row int, value string)) {
	name, value, on := o.parts()
	word := o.Words[0]
	if on {
		for _, row := range i.names[name] {
			f(row, value)
		}
	}
	if word != name {
		for _, row := range i.names[word] {
			f(row, value)
		}
	}
	for _, p := range i.prefixes {
		if rest, ok := strings.CutPrefix(word, p.prefix); ok {
			f(p.row, rest)
		}
	}
}

// The indexes are made when the first options are merged.
var (
	setterIndex = sync.OnceValue(func() *index {
		var i index
		for row, s := range setters {
			i.add(row, s.options)
		}
		return &i
	})
	// exclusionIndex has both sides of a row.
	exclusionIndex = sync.OnceValue(func() *[2]index {
		var i [2]index
		for row, e := range exclusions {
			i[0].add(row, e.options)
			i[1].add(row, e.others)
		}
		return &i
	})
	addsUpFlags = sync.OnceValue(func() map[string]bool {
		flags := map[string]bool{}
		for flag := range strings.FieldsSeq(addsUp.options) {
			flags[flag] = true
		}
		return flags
	})
)
