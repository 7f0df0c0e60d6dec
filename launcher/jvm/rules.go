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
)

var setters = []setter{
	{
		"-Xmx* -mx* -Xms* -ms* -XX:MaxHeapSize -XX:InitialHeapSize -XX:MinHeapSize -XX:SoftMaxHeapSize -XX:MaxRAM " +
			"-XX:MaxRAMPercentage -XX:MinRAMPercentage -XX:InitialRAMPercentage -XX:MaxRAMFraction -XX:MinRAMFraction " +
			"-XX:InitialRAMFraction -XX:DefaultMaxRAMFraction -XX:ErgoHeapSizeLimit -XX:UseCGroupMemoryLimitForHeap -XX:AggressiveHeap",
		[]string{heapSize},
		"arguments.cpp: a size silences a share, and an initial size above the maximum is fatal",
	},
	{
		"-XX:UseSerialGC -XX:UseParallelGC -XX:UseParallelOldGC -XX:UseG1GC -XX:UseConcMarkSweepGC -XX:UseParNewGC " +
			"-XX:CMSIncrementalMode -XX:UseZGC -XX:UseShenandoahGC -XX:UseEpsilonGC -XX:AggressiveHeap -Xincgc -Xconcgc",
		[]string{collector},
		"gcConfig.cpp: two collectors are fatal; AggressiveHeap means the parallel one, -Xincgc and -Xconcgc CMS",
	},
	{
		"-XX:SharedArchiveFile -XX:SharedClassListFile -XX:ExtraSharedClassListFile -XX:ArchiveClassesAtExit " +
			"-XX:AutoCreateSharedArchive -XX:RecordDynamicDumpInfo -XX:DumpLoadedClassList -XX:RequireSharedSpaces " +
			"-XX:DumpSharedSpaces -Xshare:on -Xshare:off -Xshare:dump -XX:AOTCache -XX:AOTMode -XX:AOTConfiguration -XX:AOTCacheOutput",
		[]string{archive},
		"cdsConfig.cpp: an AOT cache is fatal beside class data sharing, and writing beside using",
	},
	{
		"-XX:ReservedCodeCacheSize -XX:InitialCodeCacheSize -XX:NonNMethodCodeHeapSize -XX:ProfiledCodeHeapSize " +
			"-XX:NonProfiledCodeHeapSize -XX:SegmentedCodeCache -XX:CodeCacheMinimumFreeSpace -Xmaxjitcodesize* -Xcodecache*",
		[]string{codeCache},
		"codeCache.cpp: the segments must add up to the whole, and the parts fit in",
	},
	{"-agentlib:jdwp* -Xrunjdwp*", []string{debugger}, "libjdwp: a second one is fatal"},
	{"-cp -classpath --class-path", []string{classPath}, "libjli's java.c: the last counts"},
	{"-Xint -Xcomp -Xmixed", []string{execution}, "arguments.cpp: the last counts"},
	{"-Xverify:* -noverify -XX:BytecodeVerificationLocal -XX:BytecodeVerificationRemote", []string{verified}, "arguments.cpp: the last counts"},
	{"-Xmx* -mx*", []string{"-XX:MaxHeapSize"}, "arguments.cpp: another spelling"},
	{"-Xms* -ms*", []string{"-XX:InitialHeapSize"}, "arguments.cpp: another spelling"},
	{"-Xmn*", []string{"-XX:NewSize", "-XX:MaxNewSize"}, "arguments.cpp: another spelling"},
	{"-Xss* -ss*", []string{"-XX:ThreadStackSize"}, "arguments.cpp: another spelling"},
	{"-Xminf*", []string{"-XX:MinHeapFreeRatio"}, "arguments.cpp: another spelling"},
	{"-Xmaxf*", []string{"-XX:MaxHeapFreeRatio"}, "arguments.cpp: another spelling"},
	{"-Xbatch", []string{"-XX:BackgroundCompilation"}, "arguments.cpp: another spelling"},
	{"-Xnoclassgc", []string{"-XX:ClassUnloading"}, "arguments.cpp: another spelling"},
	{"-Xrs", []string{"-XX:ReduceSignalUsage"}, "arguments.cpp: another spelling"},
	{"-Xcheck:jni", []string{"-XX:CheckJNICalls"}, "arguments.cpp: another spelling"},
	{"-Xloggc:*", []string{"-Xloggc"}, "arguments.cpp: the last counts"},
	{"-Xshare:*", []string{"-Xshare"}, "arguments.cpp: the last counts"},
	{"-p --module-path", []string{"--module-path"}, "libjli's java.c: the last counts"},
	{"--upgrade-module-path", []string{"--upgrade-module-path"}, "libjli's java.c: the last counts"},
	{"--limit-modules", []string{"--limit-modules"}, "libjli's java.c: the last counts"},
	{"--illegal-access", []string{"--illegal-access"}, "arguments.cpp: the last counts"},
	{"--illegal-native-access", []string{"--illegal-native-access"}, "arguments.cpp: the last counts"},
	{"--sun-misc-unsafe-memory-access", []string{"--sun-misc-unsafe-memory-access"}, "arguments.cpp: the last counts"},
	{"--illegal-final-field-mutation", []string{"--illegal-final-field-mutation"}, "arguments.cpp: the last counts"},
	{"--finalization", []string{"--finalization"}, "arguments.cpp: the last counts"},
}

// addsUp are -XX flags of which every occurrence counts, and those whose
// absence breaks what stands behind them: a lower layer's experimental flag
// needs the unlock flag before it, even where a higher layer has its own.
var addsUp = setter{
	options: "-XX:UnlockExperimentalVMOptions -XX:UnlockDiagnosticVMOptions -XX:CompileCommand -XX:CompileOnly " +
		"-XX:OnError -XX:OnOutOfMemoryError -XX:DisableIntrinsic -XX:ControlIntrinsic",
	source: "globals.hpp: lists of texts; arguments.cpp: a flag is unlocked by what stands before it",
}

// An order is two flags whose values must be in order, or the JVM refuses to
// start. Where a higher layer's option would break it, the lower one's yields.
type order struct {
	lesser  string
	times   Bytes // how much of the greater one a unit of the lesser one needs
	greater string
	above   Bytes // lesser values up to this fit anything
	source  string
}

var orders = []order{
	{"-XX:MinHeapFreeRatio", 1, "-XX:MaxHeapFreeRatio", 0, "jvmFlagConstraintsGC.cpp"},
	{"-XX:MinMetaspaceFreeRatio", 1, "-XX:MaxMetaspaceFreeRatio", 0, "jvmFlagConstraintsGC.cpp"},
	{"-XX:InitialTenuringThreshold", 1, "-XX:MaxTenuringThreshold", 0, "jvmFlagConstraintsGC.cpp"},
	{"-XX:ZTenuringThreshold", 1, "-XX:MaxTenuringThreshold", 0, "zArguments.cpp"},
	{"-XX:ConcGCThreads", 1, "-XX:ParallelGCThreads", 0, "jvmFlagConstraintsGC.cpp"},
	{"-XX:ZYoungGCThreads", 1, "-XX:ConcGCThreads", 0, "zArguments.cpp"},
	{"-XX:ZOldGCThreads", 1, "-XX:ConcGCThreads", 0, "zArguments.cpp"},
	{"-XX:MarkStackSize", 1, "-XX:MarkStackSizeMax", 0, "jvmFlagConstraintsGC.cpp"},
	{"-XX:G1NewSizePercent", 1, "-XX:G1MaxNewSizePercent", 0, "jvmFlagConstraintsG1.cpp"},
	{"-XX:G1RemSetHowlNumBuckets", 1, "-XX:G1RemSetHowlMaxNumBuckets", 0, "g1Arguments.cpp"},
	{"-XX:MaxGCPauseMillis", 1, "-XX:GCPauseIntervalMillis", 0, "jvmFlagConstraintsG1.cpp"},
	{"-XX:MinTLABSize", 1, "-XX:TLABSize", 0, "jvmFlagConstraintsGC.cpp"},
	{"-XX:CMSOldPLABMin", 1, "-XX:CMSOldPLABMax", 0, "jvmFlagConstraintsCMS.cpp"},
	{"-XX:CMSPrecleanNumerator", 1, "-XX:CMSPrecleanDenominator", 0, "jvmFlagConstraintsCMS.cpp"},
	{"-XX:ShenandoahMinRegionSize", 1, "-XX:ShenandoahMaxRegionSize", 0, "shenandoahHeapRegion.cpp"},
	{"-XX:ShenandoahMinRegionSize", 1, "-XX:ShenandoahRegionSize", 0, "shenandoahHeapRegion.cpp"},
	{"-XX:ShenandoahRegionSize", 1, "-XX:ShenandoahMaxRegionSize", 0, "shenandoahHeapRegion.cpp"},
	{"-XX:InitialBootClassLoaderMetaspaceSize", 1, "-XX:MaxMetaspaceSize", 0, "metaspace.cpp of 8 and 11"},
	{"-XX:ObjectAlignmentInBytes", 1, "-XX:SurvivorAlignmentInBytes", 0, "jvmFlagConstraintsGC.cpp"},
	{"-XX:InterpreterProfilePercentage", 1, "-XX:OnStackReplacePercentage", 0, "jvmFlagConstraintsCompiler.cpp"},
	{"-XX:NodeLimitFudgeFactor", 3, "-XX:MaxNodeLimit", 0, "jvmFlagConstraintsCompiler.cpp: at most 40% of it"},
	{"-XX:CodeEntryAlignment", 1, "-XX:CodeCacheSegmentSize", 0, "jvmFlagConstraintsCompiler.cpp"},
	{"-XX:OptoLoopAlignment", 1, "-XX:CodeEntryAlignment", 0, "jvmFlagConstraintsCompiler.cpp"},
	{"-XX:InteriorEntryAlignment", 1, "-XX:CodeEntryAlignment", 0, "jvmFlagConstraintsCompiler.cpp"},
	{"-XX:BiasedLockingBulkRebiasThreshold", 1, "-XX:BiasedLockingBulkRevokeThreshold", 0, "jvmFlagConstraintsRuntime.cpp"},
	// What must fit into G1's regions, of which a heap has about 2048, of 1m at least.
	{"-XX:TLABSize", 4096, "-XX:MaxHeapSize", 512 * KiB, "jvmFlagConstraintsGC.cpp: at most half a region of G1"},
	{"-XX:YoungPLABSize", 32768, "-XX:MaxHeapSize", 64 * KiB, "jvmFlagConstraintsGC.cpp: words, at most half a region of G1"},
	{"-XX:OldPLABSize", 32768, "-XX:MaxHeapSize", 64 * KiB, "jvmFlagConstraintsGC.cpp: words, at most half a region of G1"},
	{survivorRatio, MiB, "-XX:MaxHeapSize", 0, "jvmFlagConstraintsGC.cpp: at most the heap in regions"},
	{regionSize, 3, "-XX:MaxHeapSize", 0, "measured on 11 and 17: the first classes need some regions"},
	{"-XX:ShenandoahRegionSize", 10, "-XX:MaxHeapSize", 0, "shenandoahHeapRegion.cpp: 10 regions at least"},
	{"-XX:ShenandoahMinRegionSize", 10, "-XX:MaxHeapSize", 0, "shenandoahHeapRegion.cpp: 10 regions at least"},
}

// regionSize gives the times of SurvivorRatio where it is set.
const (
	survivorRatio = "-XX:SurvivorRatio"
	regionSize    = "-XX:G1HeapRegionSize"
)

// An exclusion is options that the JVM refuses beside others, whatever their
// values. The lower layer's yields.
type exclusion struct {
	options, others string
	source          string
}

var exclusions = []exclusion{
	{
		"-javaagent:*", "-XX:ArchiveClassesAtExit -XX:AutoCreateSharedArchive -XX:RecordDynamicDumpInfo -Xshare:dump -XX:DumpSharedSpaces",
		"cdsConfig.cpp: no class is archived that an agent may have changed",
	},
	{
		"-javaagent:*", "-XX:AOTMode=on",
		"cdsConfig.cpp: a cache that must be used fits no other modules, and an agent adds java.instrument",
	},
	{"-Xshare:auto", "-XX:AOTCache -XX:AOTMode -XX:AOTConfiguration -XX:AOTCacheOutput", "cdsConfig.cpp"},
	{
		"--patch-module --limit-modules --upgrade-module-path", "-XX:AOTCacheOutput -XX:AOTMode=record -XX:AOTMode=create -XX:AOTConfiguration",
		"cdsConfig.cpp: what the archive can't hold",
	},
	{
		"-XX:CICompilerCount", "-XX:TieredStopAtLevel -XX:TieredCompilation -XX:-TieredCompilation -XX:CompilationMode -Xint -Xcomp -Xmixed",
		"jvmFlagConstraintsCompiler.cpp: how many there must be depends on them",
	},
	{
		"-XX:EnableJVMCI -XX:UseJVMCICompiler", "-XX:UseConcMarkSweepGC -XX:UseZGC -XX:UseShenandoahGC",
		"jvmci_globals.cpp of 11: other collectors only",
	},
	{"-XX:UseJVMCICompiler", "-XX:-EnableJVMCI", "jvmci_globals.cpp"},
	{"-XX:UseLargePages", "-XX:UseZGC", "zPhysicalMemoryBacking_linux.cpp of 11: there must be some"},
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
