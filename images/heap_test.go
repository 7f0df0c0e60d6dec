package images

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// TestHeapByJVM holds the heap that we think a JVM gives itself against the one that it gives itself.
func TestHeapByJVM(t *testing.T) {
	sizings := []string{
		"-Dnothing", "-XX:MaxRAMPercentage=80.0", "-XX:MaxRAMPercentage=50.0", "-XX:MinRAMPercentage=30.0", "-XX:MaxRAMFraction=2", "-XX:MinRAMFraction=4",
		"-XX:MaxRAM=200m", "-XX:MaxRAM=8g", "-Xmx77m", "-XX:MaxHeapSize=77m",
		"-Xms1g", "-Xms90m", "-Xms500m -XX:MaxRAMPercentage=50.0", "-XX:InitialHeapSize=400m", "-XX:MinHeapSize=300m", "-XX:MinHeapSize=300m -Xms90m",
		"-XX:ErgoHeapSizeLimit=100m", "-XX:ErgoHeapSizeLimit=100m -Xms200m", "-XX:+AggressiveHeap", "-XX:+AggressiveHeap -XX:MaxRAM=300m",
		"-XX:+AggressiveHeap -XX:ErgoHeapSizeLimit=100m -Xmx200m", "-XX:-AggressiveHeap -Xmx77m",
	}
	onEachJava(t, nil, func(t *testing.T, image string, version jvm.Version) {
		limits := []string{"128m", "240m", "512m", "2g"}
		if !isEdge(version) {
			limits = limits[1:3]
		}
		for _, limit := range limits {
			memory, _ := jvm.ParseBytes(limit)
			var tried [][]jvm.Option
			var runs []trialRun
			for _, sizing := range sizings {
				var options []jvm.Option
				for word := range strings.FieldsSeq(sizing) {
					options = append(options, jvm.NewOption("JVM_ARGS", word))
				}
				if strings.Contains(sizing, "+AggressiveHeap") && memory < 256*jvm.MiB { // which it refuses
					continue
				}
				if refused := jvm.Refusals(options, version); len(refused) == 0 {
					tried = append(tried, options)
					runs = append(runs, trialRun{Argv: slices.Concat([]string{"java"}, strings.Fields(sizing), []string{"-XX:+PrintFlagsFinal", "-version"})})
				}
			}
			for i, result := range runTrials(t, image, limit, runs) {
				has := maxHeapOf(t, result.Output)
				needs := jvm.MemoryNeeds{Limit: memory, Seen: memory, ByJVM: true, Options: tried[i]}
				// The JVM rounds to what its collector takes for a region or a page.
				const rounded = 4 * jvm.MiB
				if heap := jvm.PlanMemory(needs).Heap(); heap > has+rounded || heap < has-rounded {
					t.Errorf("%s in %s: the JVM has a heap of %s, we say %s", tried[i], limit, has, heap)
				}
			}
		}
	})
}

var maxHeapFlag = regexp.MustCompile(`(?m)^ *\w+ MaxHeapSize +:?= *(\d+)`)

func maxHeapOf(t *testing.T, flags string) jvm.Bytes {
	t.Helper()
	found := maxHeapFlag.FindStringSubmatch(flags)
	if found == nil {
		t.Fatalf("no MaxHeapSize in\n%s", flags)
	}
	size, err := jvm.ParseBytes(found[1])
	if err != nil {
		t.Fatal(err)
	}
	return size
}
