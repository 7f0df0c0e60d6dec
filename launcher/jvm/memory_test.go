package jvm_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// needs are those of a service of Java 17 under Serial, with options as people write them.
func needs(limit jvm.Bytes, options ...string) jvm.MemoryNeeds {
	n := jvm.MemoryNeeds{Limit: limit, Seen: limit, Collector: "Serial"}
	for _, option := range options {
		n.Options = append(n.Options, jvm.NewOption("JVM_ARGS", option))
	}
	return n
}

func total(m jvm.Memory) (total jvm.Bytes) {
	for _, p := range m.Parts {
		total += p.Size
	}
	return total
}

// The shares of the limit that the heap has at least, so that none of it is wasted.
func TestHeapIsNotWasted(t *testing.T) {
	for limit, least := range map[jvm.Bytes]float64{
		128 * jvm.MiB: 0.25, 192 * jvm.MiB: 0.34, 256 * jvm.MiB: 0.40, 384 * jvm.MiB: 0.43, 512 * jvm.MiB: 0.55, 1 * jvm.GiB: 0.76, 2 * jvm.GiB: 0.8, 4 * jvm.GiB: 0.8, 32 * jvm.GiB: 0.85,
	} {
		for _, collector := range []string{"Serial", "Parallel", "G1"} {
			n := needs(limit)
			n.Collector = collector
			m := jvm.PlanMemory(n)
			if share := float64(m.Heap()) / float64(limit); share < least {
				t.Errorf("%s of %s with %s: %.2f, want at least %.2f", m.Heap(), limit, collector, share, least)
			}
		}
	}
}

// Whatever is asked for, the parts add up to the limit, unless those that are
// given don't fit it.
func TestMemoryAddsUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	options := []string{
		"-Xmx%dm", "-Xss%dk", "-XX:MaxMetaspaceSize=%dm", "-XX:ReservedCodeCacheSize=%dm", "-XX:MaxDirectMemorySize=%dm", "-XX:ThreadStackSize=%d",
		"-XX:MaxRAMPercentage=%d", "-javaagent:/opt/agent-%d.jar", "-XX:+UseG1GC", "-XX:+UseZGC", "-XX:MaxRAM=%dm",
	}
	for range 20_000 {
		n := needs(jvm.Bytes(random.Int64N(8 << 30)))
		n.Reserved = random.IntN(4) == 0
		n.Threads, n.Classes = random.IntN(500), random.IntN(40_000)
		for range random.IntN(4) {
			option := options[random.IntN(len(options))]
			if strings.Contains(option, "%d") {
				option = fmt.Sprintf(option, 1+random.IntN(99))
			}
			n.Options = append(n.Options, jvm.NewOption("JVM_ARGS", option))
		}
		m := jvm.PlanMemory(n)
		given := jvm.Bytes(0)
		for _, p := range m.Parts {
			if p.Size < 0 || p.Size%jvm.MiB != 0 || p.Size > p.Wanted && p.Name != jvm.PartHeadroom {
				t.Fatalf("%+v: %s is %d", n, p.Name, p.Size)
			}
			if p.Source != "" || p.Name == jvm.PartHeap || p.Name == jvm.PartCollector || p.Name == jvm.PartJVM {
				given += p.Size
			}
		}
		limit := n.Limit / jvm.MiB * jvm.MiB
		if n.Reserved { // which squeezes nothing
			given = m.Wanted
		}
		if sum := total(m); limit > 0 && sum != max(limit, given) {
			t.Fatalf("%+v: %d MiB in all, the limit is %d, given are %d\n%+v", n, sum/jvm.MiB, limit/jvm.MiB, given/jvm.MiB, m.Parts)
		}
	}
}

// Each agent and each diagnostic has its part, where it is on.
func TestMemoryOfAgents(t *testing.T) {
	for _, test := range []struct {
		options string
		want    jvm.Bytes
		why     string
	}{
		{"", 0, "none"},
		{"-XX:NativeMemoryTracking=off", 0, "none"},
		{"-XX:NativeMemoryTracking=summary", 8 * jvm.MiB, "native memory tracking 8m"},
		{"-XX:NativeMemoryTracking=detail", 8 * jvm.MiB, "native memory tracking 8m"},
		{"-XX:StartFlightRecording", 24 * jvm.MiB, "a flight recording 24m"},
		{"-XX:NativeMemoryTracking=off -XX:StartFlightRecording:maxage=1d -javaagent:/a/jacocoagent.jar", 44 * jvm.MiB, "jacocoagent 20m, a flight recording 24m"},
	} {
		part := jvm.PlanMemory(needs(jvm.GiB, strings.Fields(test.options)...)).Part(jvm.PartAgents)
		if part.Size != test.want || part.Why != test.why {
			t.Errorf("%s: %s, %s, want %s, %s", test.options, part.Size, part.Why, test.want, test.why)
		}
	}
}

// What people set is taken as it is, whoever set it, and the heap makes room for it.
func TestGivenPartsOfMemory(t *testing.T) {
	for _, test := range []struct {
		option, part string
		want         jvm.Bytes
	}{
		{"-Xmx300m", jvm.PartHeap, 300 * jvm.MiB},
		{"-mx300m", jvm.PartHeap, 300 * jvm.MiB},
		{"-XX:MaxHeapSize=300000k", jvm.PartHeap, 293 * jvm.MiB},
		{"-XX:MaxRAMPercentage=25.0", jvm.PartHeap, 256 * jvm.MiB},
		{"-XX:MaxRAMFraction=2", jvm.PartHeap, 512 * jvm.MiB},
		{"-XX:MaxRAM=512m", jvm.PartHeap, 128 * jvm.MiB},
		{"-XX:MaxMetaspaceSize=200m", jvm.PartMetaspace, 200 * jvm.MiB},
		{"-XX:ReservedCodeCacheSize=100m", jvm.PartCode, 100 * jvm.MiB},
		{"-Xmaxjitcodesize100m", jvm.PartCode, 100 * jvm.MiB},
		{"-XX:MaxDirectMemorySize=128m", jvm.PartDirect, 128 * jvm.MiB},
		{"-Xss4m", jvm.PartStacks, 100 * jvm.MiB},
		{"-XX:ThreadStackSize=4096", jvm.PartStacks, 100 * jvm.MiB},
		{"-Xss128k", jvm.PartStacks, 13 * jvm.MiB},
	} {
		plain, m := jvm.PlanMemory(needs(jvm.GiB)), jvm.PlanMemory(needs(jvm.GiB, test.option))
		if got := m.Part(test.part).Size; got != test.want {
			t.Errorf("%s: %s is %s, want %s", test.option, test.part, got, test.want)
		}
		if m.IsTight() {
			t.Errorf("%s: tight: %+v", test.option, m.Parts)
		}
		if test.part != jvm.PartHeap && (m.Heap() < plain.Heap()) != (test.want > plain.Part(test.part).Size) {
			t.Errorf("%s: the heap went from %s to %s", test.option, plain.Heap(), m.Heap())
		}
	}
}

// A heap that a JVM sizes itself is what it will be in 512 MiB: a size to begin with
// lifts it above any share of them.
func TestHeapByJVM(t *testing.T) {
	for _, test := range []struct {
		options string
		want    jvm.Bytes
		why     string
	}{
		{"-Dnothing", 128, "a share that the JVM takes by itself"},
		{"-Xms500m -XX:MaxRAMPercentage=50.0", 500, "-Xms500m, by the JVM"},
		{"-Xms200m -XX:MaxRAMPercentage=50.0", 256, "-XX:MaxRAMPercentage=50.0, by the JVM"},
		{"-Xms1g", 1024, "-Xms1g, by the JVM"},
		{"-ms1g", 1024, "-ms1g, by the JVM"},
		{"-Xms100m", 128, "a share that the JVM takes by itself"},
		{"-XX:InitialHeapSize=400m", 400, "-XX:InitialHeapSize=400m, by the JVM"},
		{"-Xms1g -Xms400m", 400, "-Xms400m, by the JVM"},
		{"-XX:MinHeapSize=300m", 300, "-XX:MinHeapSize=300m, by the JVM"},
		{"-XX:MinHeapSize=300m -Xms100m", 128, "a share that the JVM takes by itself"},
		{"-XX:ErgoHeapSizeLimit=100m", 100, "-XX:ErgoHeapSizeLimit=100m, by the JVM"},
		{"-XX:ErgoHeapSizeLimit=0", 128, "a share that the JVM takes by itself"},
		{"-XX:ErgoHeapSizeLimit=200m -XX:MaxRAMPercentage=75.0", 200, "-XX:ErgoHeapSizeLimit=200m, by the JVM"},
		{"-XX:ErgoHeapSizeLimit=100m -Xms200m", 200, "-Xms200m, by the JVM"},
		{"-XX:+AggressiveHeap", 256, "-XX:+AggressiveHeap, by the JVM"},
		{"-XX:+AggressiveHeap -XX:MaxRAM=300m", 256, "-XX:+AggressiveHeap, by the JVM"},
		{"-XX:-AggressiveHeap", 128, "a share that the JVM takes by itself"},
		{"-XX:+AggressiveHeap -Xmx200m", 200, "-Xmx200m"},
	} {
		n := needs(512*jvm.MiB, strings.Fields(test.options)...)
		n.ByJVM = true
		if heap := jvm.PlanMemory(n).Part(jvm.PartHeap); heap.Size != test.want*jvm.MiB || heap.Why != test.why {
			t.Errorf("%s: %s by %q, want %dm by %q", test.options, heap.Size, heap.Why, test.want, test.why)
		}
	}
}

// What is said to fit does: planned with that, the memory is not tight. Nothing less does.
func TestFittingFits(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*jvm.MemoryNeeds)
	}{
		{"auto", func(*jvm.MemoryNeeds) {}},
		{"G1", func(n *jvm.MemoryNeeds) { n.Collector = "G1" }},
		{"many threads", func(n *jvm.MemoryNeeds) { n.Threads = 2000 }},
		{"a heap", func(n *jvm.MemoryNeeds) { n.Heap.Size = 900 * jvm.MiB }},
		{"a heap in an option", func(n *jvm.MemoryNeeds) { n.Options = []jvm.Option{jvm.NewOption("JVM_ARGS", "-Xmx3g")} }},
		{"metaspace", func(n *jvm.MemoryNeeds) {
			n.Options = []jvm.Option{jvm.NewOption("JVM_ARGS", "-XX:MaxMetaspaceSize=300m")}
		}},
		{"a heap that nobody has", func(n *jvm.MemoryNeeds) { n.Heap.Size = jvm.Bytes(1) << 50 }},
	} {
		for limit := 64 * jvm.MiB; limit <= jvm.GiB; limit += jvm.MiB {
			n := needs(limit)
			test.change(&n)
			m := jvm.PlanMemory(n)
			if !m.IsTight() {
				continue
			}
			n.Limit = m.Fitting()
			if n.Limit <= limit || jvm.PlanMemory(n).IsTight() {
				t.Fatalf("%s in %s: with %s it is %+v", test.name, limit, n.Limit, jvm.PlanMemory(n))
			}
			step := 64 * jvm.MiB
			if n.Limit > 2*jvm.GiB {
				step = 256 * jvm.MiB
			}
			if n.Limit -= step; n.Limit > limit && !jvm.PlanMemory(n).IsTight() {
				t.Fatalf("%s in %s: %s would do", test.name, limit, n.Limit)
			}
		}
	}
}

// A reservation bounds nothing: the parts have what they want, and the one that
// would hold them does.
func TestReservationSqueezesNothing(t *testing.T) {
	n := needs(300 * jvm.MiB)
	n.Reserved = true
	m := jvm.PlanMemory(n)
	for _, p := range m.Parts {
		if p.Size != p.Wanted {
			t.Errorf("%s is %s of %s", p.Name, p.Size, p.Wanted)
		}
	}
	if m.IsTight() || m.Heap() != 512*jvm.MiB || m.Fitting() < m.Wanted {
		t.Errorf("tight %t, heap %s, %s would hold %s", m.IsTight(), m.Heap(), m.Fitting(), m.Wanted)
	}
	n.Limit = m.Fitting()
	if held := jvm.PlanMemory(n); total(held) != n.Limit {
		t.Errorf("%s in %s", total(held), n.Limit)
	}
}
