package images

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// believing is a program that tells how many processors its JVM believes in, and its collectors.
const believing = `public class Believing { public static void main(String[] arguments) {
	StringBuilder text = new StringBuilder();
	for (java.lang.management.GarbageCollectorMXBean collector : java.lang.management.ManagementFactory.getGarbageCollectorMXBeans())
		text.append(' ').append(collector.getName());
	System.out.println("believes " + Runtime.getRuntime().availableProcessors() + text);
} }`

// collectorMarks are names that the collectors' beans have.
var collectorMarks = map[string]string{jvm.SerialCollector: "MarkSweepCompact", jvm.ParallelCollector: "PS Scavenge", jvm.G1Collector: "G1 Young Generation"}

// TestProcessors holds what the entrypoint says of processors, and what collector follows, against what each JVM believes
// in in the same container. The machine has two processors at least.
func TestProcessors(t *testing.T) {
	jars := map[string]string{"app/bin/believing.jar": jar(t, "Believing", believing, "Main-Class: Believing\n")}
	onEachJava(t, jars, func(t *testing.T, image string, version jvm.Version) {
		for _, test := range []struct {
			limits  string
			options string
			memory  jvm.Bytes // 0: much
		}{
			{"--cpus 0.5 --memory 2g", "", 2 * jvm.GiB},
			{"--cpus 1.5 --memory 1792m", "", 1792 * jvm.MiB},
			{"--memory 1791m", "", 1791 * jvm.MiB},
			{"--cpuset-cpus 0", "", 0},
			{"--cpu-shares 256", "", 0},
			{"--cpu-shares 1024", "", 0},
			{"--cpu-shares 2048 --cpus 0.5", "", 0},
			{"--cpus 0.5", "-XX:-UseContainerSupport", 0},
			{"--cpus 0.5", "-XX:ActiveProcessorCount=3", 0},
		} {
			run := trialRun{Argv: []string{"java", "-jar", "/app/bin/believing.jar"}, Env: []string{"JAVA_TOOL_OPTIONS=" + test.options}}
			plan := trialRun{Argv: []string{"/usr/local/bin/entrypoint", "--dry-run=json"}, Env: run.Env}
			results := runTrialsWith(t, image, strings.Fields(test.limits), []trialRun{plan, run})
			var told struct{ CPU struct{ Processors int } }
			if err := json.Unmarshal([]byte(results[0].Output), &told); err != nil {
				t.Fatalf("%v: %s", err, results[0].Output)
			}
			collector := jvm.DefaultCollector(version, told.CPU.Processors, test.memory)
			_, believes, _ := strings.Cut(results[1].Output, "believes ")
			if !strings.HasPrefix(believes, fmt.Sprintf("%d ", told.CPU.Processors)) || !strings.Contains(believes, collectorMarks[collector]) {
				t.Errorf("%s %s: we say %d, %s; the JVM believes in %s", test.limits, test.options, told.CPU.Processors, collector, results[1].Output)
			}
		}
	})
}
