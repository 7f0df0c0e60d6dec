package images

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// together are pairs of option strings that some JVM refuses beside each other although it takes each alone: an example
// for each rule of launcher/jvm/rules.go that says so.
var together = [][2]string{
	{"-Xms512m -Xmx512m", "-Xmx256m"},
	{"-Xmx256m", "-XX:InitialHeapSize=512m"},
	{"-XX:+UseG1GC", "-XX:+UseSerialGC"},
	{"-XX:+UseConcMarkSweepGC -XX:+CMSIncrementalMode", "-XX:+UseG1GC"},
	{"-XX:+UseSerialGC", "-XX:+AggressiveHeap"},
	{"-Xconcgc", "-XX:+UseParallelGC"},
	{"-Xshare:off", "-XX:AOTMode=off"},
	{"-Xshare:auto", "-XX:AOTMode=off"},
	{"-XX:SharedArchiveFile=/tmp/none.jsa", "-XX:AOTMode=auto"},
	{"-XX:ArchiveClassesAtExit=/tmp/a.jsa", "-XX:+RecordDynamicDumpInfo"},
	{"-XX:NonNMethodCodeHeapSize=10m -XX:ProfiledCodeHeapSize=50m -XX:NonProfiledCodeHeapSize=50m", "-XX:ReservedCodeCacheSize=240m"},
	{"-XX:CodeCacheMinimumFreeSpace=20m", "-XX:ReservedCodeCacheSize=16m"},
	{"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=0", "-Xrunjdwp:transport=dt_socket,server=y,suspend=n,address=0"},
	{"--patch-module java.base=/opt/app/classes", "--patch-module=java.base=/opt/app/mods"},
	{"--patch-module=java.sql=/opt/app/classes", "-XX:AOTCacheOutput=/tmp/a.aot"},
	{"--limit-modules=java.base,java.management", "-XX:AOTCacheOutput=/tmp/a.aot"},
	{"-javaagent:/opt/agents/jamm.jar", "-XX:ArchiveClassesAtExit=/tmp/b.jsa"},
	{"-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:5005", "-XX:ArchiveClassesAtExit=/tmp/d.jsa"},
	{"-XX:VMOptionsFile=/etc/app/vm.options", "-XX:VMOptionsFile=/etc/app/vm.options"},
	{"-XX:MinHeapFreeRatio=60", "-XX:MaxHeapFreeRatio=50"},
	{"-Xminf0.6", "-XX:MaxHeapFreeRatio=50"},
	{"-XX:SoftMaxHeapSize=512m", "-Xmx256m"},
	{"-XX:InitialCodeCacheSize=20m", "-XX:ReservedCodeCacheSize=16m"},
	{"-XX:AOTConfiguration=/tmp/a.conf -XX:AOTMode=record", "-XX:AOTMode=auto"},
	{"-XX:AOTCache=/tmp/none.aot", "-XX:AOTCacheOutput=/tmp/c.aot"},
	{"-XX:MinMetaspaceFreeRatio=60", "-XX:MaxMetaspaceFreeRatio=50"},
	{"-XX:+UseParallelGC -XX:InitialTenuringThreshold=10", "-XX:MaxTenuringThreshold=5"},
	{"-XX:+UnlockDiagnosticVMOptions -XX:+UseZGC -XX:ZTenuringThreshold=10", "-XX:MaxTenuringThreshold=5"},
	{"-XX:ConcGCThreads=2", "-XX:ParallelGCThreads=1"},
	{"-XX:+UnlockDiagnosticVMOptions -XX:+UseZGC -XX:ConcGCThreads=4 -XX:ZYoungGCThreads=3", "-XX:ConcGCThreads=2"},
	{"-XX:+UnlockDiagnosticVMOptions -XX:+UseZGC -XX:ConcGCThreads=4 -XX:ZOldGCThreads=3", "-XX:ConcGCThreads=2"},
	{"-XX:MarkStackSize=16m", "-XX:MarkStackSizeMax=8m"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseG1GC -XX:G1NewSizePercent=40", "-XX:+UnlockExperimentalVMOptions -XX:G1MaxNewSizePercent=30"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseG1GC -XX:G1RemSetHowlNumBuckets=16", "-XX:+UnlockExperimentalVMOptions -XX:G1RemSetHowlMaxNumBuckets=8"},
	{"-XX:+UseG1GC -XX:MaxGCPauseMillis=100 -XX:GCPauseIntervalMillis=200", "-XX:MaxGCPauseMillis=300"},
	{"-XX:MinTLABSize=8k", "-XX:TLABSize=4k"},
	{"-XX:+UseConcMarkSweepGC -XX:CMSOldPLABMin=600", "-XX:CMSOldPLABMax=500"},
	{"-XX:+UseConcMarkSweepGC -XX:CMSPrecleanNumerator=8 -XX:CMSPrecleanDenominator=9", "-XX:CMSPrecleanDenominator=5"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseShenandoahGC -XX:ShenandoahMinRegionSize=4m", "-XX:+UnlockExperimentalVMOptions -XX:ShenandoahMaxRegionSize=1m"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseShenandoahGC -XX:ShenandoahMinRegionSize=4m", "-XX:+UnlockExperimentalVMOptions -XX:ShenandoahRegionSize=1m"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseShenandoahGC -XX:ShenandoahRegionSize=4m", "-XX:+UnlockExperimentalVMOptions -XX:ShenandoahMaxRegionSize=2m"},
	{"-XX:InitialBootClassLoaderMetaspaceSize=64m", "-XX:MaxMetaspaceSize=32m"},
	{"-XX:+UnlockExperimentalVMOptions -XX:SurvivorAlignmentInBytes=64", "-XX:ObjectAlignmentInBytes=128"},
	{"-XX:InterpreterProfilePercentage=60", "-XX:OnStackReplacePercentage=50"},
	{"-XX:NodeLimitFudgeFactor=20000", "-XX:MaxNodeLimit=20000"},
	{"-XX:+UnlockExperimentalVMOptions -XX:CodeEntryAlignment=128", "-XX:+UnlockExperimentalVMOptions -XX:CodeCacheSegmentSize=64"},
	{"-XX:OptoLoopAlignment=32", "-XX:+UnlockExperimentalVMOptions -XX:CodeEntryAlignment=16"},
	{"-XX:InteriorEntryAlignment=32", "-XX:+UnlockExperimentalVMOptions -XX:CodeEntryAlignment=16"},
	{"-XX:BiasedLockingBulkRebiasThreshold=30", "-XX:BiasedLockingBulkRevokeThreshold=25"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseStringDeduplication -XX:StringDeduplicationTargetTableLoad=10", "-XX:+UnlockExperimentalVMOptions -XX:StringDeduplicationGrowTableLoad=9"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseStringDeduplication -XX:StringDeduplicationShrinkTableLoad=6", "-XX:+UnlockExperimentalVMOptions -XX:StringDeduplicationTargetTableLoad=5"},
	{"-XX:TLABSize=1m", "-Xmx512m"},
	{"-XX:YoungPLABSize=100000", "-Xmx64m"},
	{"-XX:OldPLABSize=100000", "-Xmx64m"},
	{"-XX:SurvivorRatio=1000", "-Xmx16m"},
	{"-XX:+UseG1GC -XX:G1HeapRegionSize=8m -XX:SurvivorRatio=32", "-Xmx128m"},
	{"-XX:G1HeapRegionSize=32m", "-Xmx64m"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseShenandoahGC -XX:ShenandoahRegionSize=32m", "-Xmx64m"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseShenandoahGC -XX:ShenandoahMinRegionSize=4m", "-Xmx16m"},
	{"-XX:TieredStopAtLevel=1 -XX:CICompilerCount=1", "-XX:TieredStopAtLevel=4"},
	{"-XX:-TieredCompilation -XX:CICompilerCount=1", "-XX:+TieredCompilation"},
	{"-XX:CompilationMode=quick-only -XX:CICompilerCount=1", "-XX:CompilationMode=normal"},
	{"-Xint -XX:CICompilerCount=0", "-Xmixed"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI", "-XX:+UseConcMarkSweepGC"},
	{"-XX:+UnlockExperimentalVMOptions -XX:+UseZGC", "-XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI"},
	{"-XX:ActiveProcessorCount=1", "-XX:-UseSerialGC"},
}

// TestRules shows for each rule about what can't live together that some JVM refuses it, and that all take it through
// the entrypoint, whichever of the two is the higher one.
func TestRules(t *testing.T) {
	var lock sync.Mutex
	refused := map[[2]string]bool{}
	t.Run("on", func(t *testing.T) { // which ends when all versions have
		onEachJava(t, nil, func(t *testing.T, image string, version jvm.Version) {
			c := &comparison{t: t, name: fmt.Sprintf("Java %d", version.Feature), image: image, memory: "unlimited"}
			for _, pair := range c.refusesTogether(together) {
				lock.Lock()
				refused[pair] = true
				lock.Unlock()
			}
		})
	})
	for _, pair := range together {
		if !refused[pair] {
			t.Errorf("no JVM refuses %s beside %s: the rule is needless, or its example wrong", pair[0], pair[1])
		}
	}
}

// refusesTogether starts pairs through the entrypoint, and gives those that a bare java refuses in one order or the
// other.
func (c *comparison) refusesTogether(pairs [][2]string) [][2]string {
	var all []comparable
	for _, pair := range pairs {
		all = append(all, onePair(jvmOpts, jvmArgs, pair[0], pair[1]), onePair(jvmOpts, jvmArgs, pair[1], pair[0]))
	}
	c.accepts("rules", all)
	accepted := c.alone(all)
	var tried, refused [][2]string
	var runs []trialRun
	for i, pair := range pairs {
		if a, b := split(pair[0]), split(pair[1]); accepted(all[2*i]) {
			tried = append(tried, pair, pair)
			runs = append(runs, argument(slices.Concat(a, b)), argument(slices.Concat(b, a)))
		}
	}
	for i, result := range c.run(runs) {
		if result.Code != 0 {
			refused = append(refused, tried[i])
		}
	}
	return refused
}
