package images

import (
	"regexp"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// TestHeapByJVM holds the heap that we think a JVM gives itself against the one that it gives itself.
func TestHeapByJVM(t *testing.T) {
	shares := []string{
		"-Dnothing", "-XX:MaxRAMPercentage=80.0", "-XX:MaxRAMPercentage=50.0", "-XX:MinRAMPercentage=30.0", "-XX:MaxRAMFraction=2", "-XX:MinRAMFraction=4",
		"-XX:MaxRAM=200m", "-XX:MaxRAM=8g", "-Xmx77m", "-XX:MaxHeapSize=77m",
	}
	onEachJava(t, nil, func(t *testing.T, image string, version jvm.Version) {
		limits := []string{"128m", "240m", "512m", "2g"}
		if !isEdge(version) {
			limits = limits[1:3]
		}
		for _, limit := range limits {
			memory, _ := jvm.ParseBytes(limit)
			var tried []string
			var runs []trialRun
			for _, share := range shares {
				if refused := jvm.Refusals([]jvm.Option{jvm.NewOption("", share)}, version); len(refused) == 0 {
					tried = append(tried, share)
					runs = append(runs, trialRun{Argv: []string{"java", share, "-XX:+PrintFlagsFinal", "-version"}})
				}
			}
			for i, result := range runTrials(t, image, limit, runs) {
				has := maxHeapOf(t, result.Output)
				needs := jvm.MemoryNeeds{Limit: memory, Seen: memory, ByJVM: true, Options: []jvm.Option{jvm.NewOption("JVM_ARGS", tried[i])}}
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
