package launcher

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// Whatever people set, wherever they set it, is in the plan as it is, and the
// plan adds up to the limit or a warning says that it can't.
func TestMemoryAsPeopleSetIt(t *testing.T) {
	for _, test := range []struct {
		name    string
		environ string // separated by |
		limit   jvm.Bytes
		part    string
		want    jvm.Bytes
		source  string
		warned  bool
	}{
		{"nothing", "", 512, jvm.PartHeap, 318, "", false},
		{"a heap that fits", "JVM_ARGS=-Xmx256m", 512, jvm.PartHeap, 256, "JVM_ARGS", false},
		{"one that leaves too little", "JVM_ARGS=-Xmx400m", 512, jvm.PartHeap, 400, "JVM_ARGS", true},
		{"one above the limit", "JVM_ARGS=-Xmx600m", 512, jvm.PartHeap, 600, "JVM_ARGS", true},
		{"by another spelling", "JVM_OPTS=-XX:MaxHeapSize=256m", 512, jvm.PartHeap, 256, "JVM_OPTS", false},
		{"in a variable of java's", "JAVA_TOOL_OPTIONS=-Xmx256m", 512, jvm.PartHeap, 256, "JAVA_TOOL_OPTIONS", false},
		{"... that wins over all", "_JAVA_OPTIONS=-Xmx200m|JVM_ARGS=-Xmx256m", 512, jvm.PartHeap, 200, "_JAVA_OPTIONS", false},
		{"a setting", "JVM_HEAP=200m", 512, jvm.PartHeap, 200, "JVM_HEAP", false},
		{"a setting that is a share", "JVM_HEAP=50%", 512, jvm.PartHeap, 256, "JVM_HEAP", false},
		{"a setting that leaves too little", "JVM_HEAP=90%", 512, jvm.PartHeap, 460, "JVM_HEAP", true},
		{"a share by java", "JVM_ARGS=-XX:MaxRAMPercentage=50.0", 512, jvm.PartHeap, 256, "JVM_ARGS", false},
		{"a large share by java", "JDK_JAVA_OPTIONS=-XX:MaxRAMPercentage=90", 512, jvm.PartHeap, 461, "JDK_JAVA_OPTIONS", true},
		{"no heap of ours", "JVM_DEFAULTS=-heap", 1024, jvm.PartHeap, 256, "java", false},
		{"an initial heap alone", "JVM_ARGS=-Xms64m", 1024, jvm.PartHeap, 256, "java", true},
		{"metaspace", "JVM_ARGS=-XX:MaxMetaspaceSize=200m", 1024, jvm.PartMetaspace, 200, "JVM_ARGS", false},
		{"metaspace that doesn't fit", "JVM_ARGS=-XX:MaxMetaspaceSize=400m", 512, jvm.PartMetaspace, 400, "JVM_ARGS", true},
		{"code", "JVM_OPTS=-XX:ReservedCodeCacheSize=64m", 512, jvm.PartCode, 64, "JVM_OPTS", false},
		{"direct memory", "JVM_ARGS=-XX:MaxDirectMemorySize=128m", 1024, jvm.PartDirect, 128, "JVM_ARGS", false},
		{"stacks", "JAVA_TOOL_OPTIONS=-Xss4m", 1024, jvm.PartStacks, 100, "", false},
		{"stacks in the JVM's own unit", "JVM_ARGS=-XX:ThreadStackSize=4096", 1024, jvm.PartStacks, 100, "", false},
		{"threads", "JVM_THREADS=400", 1024, jvm.PartStacks, 100, "", false},
		{"threads that don't fit", "JVM_THREADS=2000", 512, jvm.PartStacks, -1, "", true},
		{"few threads", "JVM_THREADS=8", 128, jvm.PartStacks, -1, "", false},
		{"an agent", "JVM_ARGS=-javaagent:/opt/dd-java-agent.jar", 1024, jvm.PartAgents, -1, "", false},
		{"a collector", "JVM_ARGS=-XX:+UseG1GC", 512, jvm.PartCollector, -1, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := container()
			f.Memory = host.Memory{Limit: host.Fact[int64]{Value: int64(test.limit) << 20}, Own: host.Fact[int64]{Value: int64(test.limit) << 20}}
			p := plan(t, request(t, strings.Split(test.environ, "|")...), f)
			part := p.Memory.Part(test.part)
			if test.want >= 0 && part.Size != test.want*jvm.MiB || part.Source != test.source {
				t.Errorf("%s is %s by %q, want %dm by %q", test.part, part.Size, part.Source, test.want, test.source)
			}
			var total jvm.Bytes
			for _, part := range p.Memory.Parts {
				total += part.Size
			}
			if warned := len(p.Warnings) > 0; warned != test.warned || !warned && total != test.limit*jvm.MiB {
				t.Errorf("%d MiB in all, warnings %q", total/jvm.MiB, p.Warnings)
			}
		})
	}
}

// Classes in the jars count where they are more than is usual.
func TestClassesCount(t *testing.T) {
	r := request(t)
	f := container()
	few := plan(t, r, f)
	r.Program.Classes = 30_000
	many := plan(t, r, f)
	if many.MaxHeap >= few.MaxHeap || len(many.Warnings) > 0 {
		t.Errorf("heap %s, with 30,000 classes %s, warnings %q", few.MaxHeap, many.MaxHeap, many.Warnings)
	}
	r.Program.Classes = 100_000
	if p := plan(t, r, f); len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "set the limit to") {
		t.Errorf("100,000 classes: warnings %q", p.Warnings)
	}
}

// Where they could not be counted, the plan goes by what is usual, says so, and
// does not end a service that has more.
func TestClassesThatAreNotCounted(t *testing.T) {
	r := request(t)
	f := container()
	usual := plan(t, r, f)
	r.Program.ClassesErr = errors.New("they are in more than 1000 jars")
	p := plan(t, r, f)
	if p.Memory.Part(jvm.PartMetaspace).Size != usual.Memory.Part(jvm.PartMetaspace).Size || p.MaxHeap != usual.MaxHeap {
		t.Errorf("heap %s, metaspace %s", p.MaxHeap, p.Memory.Part(jvm.PartMetaspace).Size)
	}
	if why := "as is usual or more: they are in more than 1000 jars"; !strings.Contains(p.Explain(), why) {
		t.Errorf("it is not told that %s:\n%s", why, p.Explain())
	}
	if len(usual.Warnings) > 0 || len(p.Warnings) != 1 || !strings.HasPrefix(p.Warnings[0], "the program's classes: they are in more than 1000 jars; the memory plan has ") {
		t.Errorf("warnings %q", p.Warnings)
	}
	r.Program.Classes = 100_000
	if some := plan(t, r, f).Memory.Part(jvm.PartMetaspace); some.Wanted <= 300*jvm.MiB {
		t.Errorf("what was counted counts for nothing: %s", some.Wanted)
	}
	bounded := request(t, "JVM_ARGS=-XX:MaxMetaspaceSize=64m")
	bounded.Program.ClassesErr = r.Program.ClassesErr
	if lines := plan(t, bounded, f).Warnings; len(lines) > 0 {
		t.Errorf("bounded by hand: warnings %q", lines)
	}
	if has := func(p Plan) bool { return strings.Contains(p.Line(), "-XX:MaxMetaspaceSize") }; has(p) || !has(usual) {
		t.Errorf("metaspace is bounded: %s", p.Line())
	}
}

// Without a limit the plan goes by the reservation, or by nothing.
func TestMemoryWithoutLimit(t *testing.T) {
	f := container()
	f.Dumps.Free = -1
	f.Memory = host.Memory{Reservation: host.Fact[int64]{Value: 300 << 20}}
	for reservation, heap := range map[int64]jvm.Bytes{0: 512, 300: 512, 2048: 1722} {
		f.Memory.Reservation.Value = reservation << 20
		p := plan(t, request(t), f)
		if p.MaxHeap != heap*jvm.MiB || has(p, "-XX:MaxMetaspaceSize") || !strings.Contains(p.Summary("", 0), "without a limit") || len(p.Warnings) > 0 {
			t.Errorf("%d MiB reserved: heap %s, %q, warnings %q", reservation, p.MaxHeap, p.Summary("", 0), p.Warnings)
		}
	}
}

// A warning about memory begins with the variable that is the reason, where one is,
// and says what to write.
func TestMemoryAdvice(t *testing.T) {
	for _, test := range []struct {
		environ string // separated by |
		limit   int64
		setting string
		message string // its begin and its end, with ... between; empty: none
	}{
		{"", 512, "", ""},
		{"", 46, "", ""},
		{"", 45, "", "java takes 46m at least (heap 5m, collector 1m, jvm 40m), but the container's memory ends at 45m: ...set the limit to 384m"},
		{"JVM_HEAP=600m", 512, "JVM_HEAP", "JVM_HEAP: the heap may reach 600m, but the container's memory ends at 512m: set JVM_HEAP=auto, or, for this heap, ...set the limit to 832m"},
		{"JVM_HEAP=90%", 512, "JVM_HEAP", "JVM_HEAP: a heap of 460m leaves 52m of 512m for ...: set JVM_HEAP=auto, or, for this heap, set the limit to 704m"},
		{"JVM_ARGS=-Xms500m -XX:MaxRAMPercentage=50", 512, "JVM_ARGS", "JVM_ARGS: a heap of 500m leaves ...: leave -Xms500m out, or, for this heap, set the limit to 704m"},
		{"JVM_OPTS=-Xmx1g", 512, "JVM_OPTS", "JVM_OPTS: the heap may reach 1g, but ... leave -Xmx1g out, or, for this heap, set the limit to 1280m"},
		{"JDK_JAVA_OPTIONS=-XX:MaxRAMPercentage=90", 512, "JDK_JAVA_OPTIONS", "JDK_JAVA_OPTIONS: a heap of 461m ... leave -XX:MaxRAMPercentage=90 out, or, for this heap, set the limit to 704m"},
		{"JVM_THREADS=2000", 512, "JVM_THREADS", "JVM_THREADS: a heap of 245m leaves ...: set the limit to 1472m"},
		{"JAVA_TOOL_OPTIONS=-Xss20m", 512, "JAVA_TOOL_OPTIONS", "JAVA_TOOL_OPTIONS: a heap of 245m leaves ...: set the limit to 1472m"},
		{"JVM_ARGS=-XX:MaxMetaspaceSize=400m", 512, "JVM_ARGS", "JVM_ARGS: a heap of 245m leaves ...: set the limit to 1216m"},
		{"JVM_ARGS=-javaagent:/a/newrelic.jar -javaagent:/b/b.jar|JVM_THREADS=101", 200, "JVM_ARGS", "JVM_ARGS: a heap of ...: set the limit to 576m"},
	} {
		f := container()
		limit := host.Fact[int64]{Value: test.limit << 20}
		f.Memory = host.Memory{Limit: limit, Own: limit}
		p := plan(t, request(t, strings.Split(test.environ, "|")...), f)
		var messages []string
		setting := ""
		for _, found := range findings(nil, nil, p.Warnings) {
			if !strings.Contains(found.Message, "took the place") {
				messages, setting = append(messages, found.Message), found.Setting
			}
		}
		begin, end, _ := strings.Cut(test.message, "...")
		message := strings.Join(messages, "\n")
		if !strings.HasPrefix(message, begin) || !strings.HasSuffix(message, end) || setting != test.setting || test.message == "" && message != "" {
			t.Errorf("%s in %d MiB: %q about %q, want %q about %q", test.environ, test.limit, message, setting, test.message, test.setting)
		}
	}
}

// What is left out takes no memory, and a dump has to have room for the heap that this leaves.
func TestHeapWithoutWhatIsMissing(t *testing.T) {
	f := container()
	f.Dumps.Free = 320 * jvm.MiB
	heap := plan(t, request(t), f).MaxHeap
	r := request(t, "JVM_JFR=on")
	recording := plan(t, r, f)
	if !has(recording, "-XX:StartFlightRecording") || !has(recording, "-XX:HeapDumpPath") || recording.MaxHeap >= heap {
		t.Errorf("heap %s, with a recording %s, %q", heap, recording.MaxHeap, recording.Argv)
	}
	f.Chunks = 3
	p := plan(t, r, f)
	if has(p, "-XX:StartFlightRecording") || p.MaxHeap != heap || p.Memory.Heap() != heap || p.Memory.Part(jvm.PartAgents).Size != 2*jvm.MiB {
		t.Errorf("heap %s, want %s, agents %s", p.MaxHeap, heap, p.Memory.Part(jvm.PartAgents).Size)
	}
	if len(p.Warnings) != 1 || !strings.HasPrefix(p.Warnings[0], "JVM_JFR") {
		t.Errorf("warnings %q", p.Warnings)
	}
	f.Dumps.Free = recording.MaxHeap + jvm.MiB
	if p := plan(t, r, f); has(p, "-XX:HeapDumpPath") || len(p.Warnings) != 2 {
		t.Errorf("a dump of %s in %s, warnings %q", p.MaxHeap, f.Dumps.Free, p.Warnings)
	}
}

// A reservation that does not hold the plan squeezes no part of it, and is no limit.
func TestSmallReservation(t *testing.T) {
	f := container()
	f.Memory = host.Memory{Reservation: host.Fact[int64]{Value: 300 << 20}}
	title := "Memory in MiB, 733 in all, which no limit bounds; a reservation of 768m would hold it, not that of 300m:"
	p := plan(t, request(t), f)
	if page := p.Explain(); !strings.Contains(page, title) || strings.Contains(page, "wanted") || strings.Contains(page, "tight") {
		t.Errorf("no %s\n%s", title, page)
	}
	f.Memory.Reservation.Value = 768 << 20
	if page := plan(t, request(t), f).Explain(); !strings.Contains(page, "768 in all, by the reservation of 768") {
		t.Errorf("768 MiB do not hold it\n%s", page)
	}
}

// The limit that is said to fit is silent.
func TestFittingLimitFits(t *testing.T) {
	for _, environ := range []string{"", "JVM_THREADS=400", "JVM_HEAP=600m", "JVM_ARGS=-Xmx900m", "JVM_NMT=detail|JVM_ARGS=-XX:+UseG1GC"} {
		for limit := int64(64); limit <= 1024; limit += 8 {
			f := container()
			f.Dumps.Free = -1
			in := func(limit int64) Plan {
				f.Memory = host.Memory{Limit: host.Fact[int64]{Value: limit}, Own: host.Fact[int64]{Value: limit}}
				return plan(t, request(t, strings.Split(environ, "|")...), f)
			}
			m := in(limit << 20).Memory
			if !m.IsTight() {
				continue
			}
			if p := in(int64(m.Fitting())); p.Memory.IsTight() || len(p.Warnings) > 0 {
				t.Errorf("%s in %d MiB: %s, warnings %q", environ, limit, p.memoryTitle(), p.Warnings)
			}
		}
	}
}

// What the entrypoint decides by itself is never tight for what it adds itself,
// where there is room at all.
func TestOwnPlanFits(t *testing.T) {
	for _, limit := range []int64{384, 512, 768, 1024, 2048, 8192} {
		for _, environ := range []string{"", "JVM_JFR=on|JVM_NMT=detail", "HEAPSTER_AGENT=/lib/heapster.so", "JMXMP=off"} {
			f := container()
			f.Dumps.Free = -1
			f.Memory = host.Memory{Limit: host.Fact[int64]{Value: limit << 20}, Own: host.Fact[int64]{Value: limit << 20}}
			f.Heapster = strings.TrimPrefix(environ, "HEAPSTER_AGENT=")
			if !strings.HasPrefix(f.Heapster, "/") {
				f.Heapster = ""
			}
			p := plan(t, request(t, strings.Split(environ, "|")...), f)
			if isSmall := limit < 512; p.Memory.IsTight() && !isSmall || len(p.Warnings) > 0 || p.MaxHeap != p.Memory.Heap() {
				t.Errorf("%s in %d: heap %s, %s, warnings %q", environ, limit, p.MaxHeap, p.memoryTitle(), p.Warnings)
			}
		}
	}
}

// In a small container malloc gives memory back, unless somebody tuned it.
func TestThriftyMalloc(t *testing.T) {
	const arenas, trim = "MALLOC_ARENA_MAX=2", "MALLOC_MMAP_THRESHOLD_=2097152 MALLOC_TRIM_THRESHOLD_=2097152"
	for _, test := range []struct {
		name     string
		environ  string // separated by |
		limit    jvm.Bytes
		reserved bool
		want     string
	}{
		{"a small container", "", 256 * jvm.MiB, false, arenas + " " + trim},
		{"the largest that is small", "", jvm.GiB, false, arenas + " " + trim},
		{"a larger one", "", jvm.GiB + jvm.MiB, false, ""},
		{"no limit", "", 0, false, ""},
		{"a reservation alone", "", 256 * jvm.MiB, true, ""},
		{"a heap of somebody's", "JVM_ARGS=-Xmx100m", 256 * jvm.MiB, false, arenas + " " + trim},
		{"arenas are set", "MALLOC_ARENA_MAX=4", 256 * jvm.MiB, false, trim},
		{"... by another name", "MALLOC_ARENA_TEST=4", 256 * jvm.MiB, false, trim},
		{"... to nothing", "MALLOC_ARENA_MAX=", 256 * jvm.MiB, false, arenas + " " + trim},
		{"the threshold is set", "MALLOC_TRIM_THRESHOLD_=1", 256 * jvm.MiB, false, arenas},
		{"... by what it depends on", "MALLOC_MMAP_THRESHOLD_=1", 256 * jvm.MiB, false, arenas},
		{"all of it is tuned", "GLIBC_TUNABLES=glibc.malloc.check=3", 256 * jvm.MiB, false, ""},
		{"it is left out", "JVM_DEFAULTS=-malloc", 256 * jvm.MiB, false, ""},
		{"all is", "JVM_DEFAULTS=off", 256 * jvm.MiB, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := container()
			limit := host.Fact[int64]{Value: int64(test.limit)}
			f.Memory = host.Memory{Limit: limit, Own: limit}
			if test.reserved {
				f.Memory = host.Memory{Reservation: limit}
			}
			var got []string
			for _, change := range plan(t, request(t, strings.Split(test.environ, "|")...), f).Changes {
				if strings.HasPrefix(change.Name, "MALLOC_") {
					got = append(got, change.Name+"="+change.Value)
					if change.Source != "default:malloc" {
						t.Errorf("%s is from %q", change.Name, change.Source)
					}
				}
			}
			if got := strings.Join(got, " "); got != test.want {
				t.Errorf("sets %q, want %q", got, test.want)
			}
		})
	}
}

// Biased locking costs memory on 8 and 11; later versions refuse or warn of the option.
func TestNoBiasedLocking(t *testing.T) {
	for _, test := range []struct {
		version int
		limit   jvm.Bytes
		want    bool
	}{
		{8, 256 * jvm.MiB, true},
		{8, jvm.GiB, true},
		{8, 2 * jvm.GiB, false},
		{8, 0, false},
		{11, 256 * jvm.MiB, true},
		{11, 2 * jvm.GiB, true},
		{11, 0, true},
		{17, 256 * jvm.MiB, false},
	} {
		r, f := request(t), container()
		r.Program.Version = jvm.Version{Feature: test.version}
		f.Memory = host.Memory{Limit: host.Fact[int64]{Value: int64(test.limit)}}
		if got := has(plan(t, r, f), "-XX:-UseBiasedLocking"); got != test.want {
			t.Errorf("Java %d in %s: %t, want %t", test.version, test.limit, got, test.want)
		}
	}
}

// A trial that KILL ended was the kernel's to end, most likely, where memory has a limit.
func TestKilledTrial(t *testing.T) {
	for _, test := range []struct {
		signal string
		limit  int64
		want   string
	}{
		{"KILL", 16, "java was killed as it was tried, likely since the container's memory ends at 16m: its options could not be tried (set the limit to 384m)"},
		{"KILL", 512, "java was killed as it was tried, likely since the container's memory ends at 512m: its options could not be tried (try it where nothing else takes of that)"},
		{"KILL", 0, "java was ended as it was tried: signal: killed (its options could not be tried)"},
		{"TERM", 16, "java was ended as it was tried: signal: terminated (its options could not be tried)"},
	} {
		f := container()
		limit := host.Fact[int64]{Value: test.limit << 20}
		f.Memory = host.Memory{Limit: limit, Own: limit}
		c := checker{Plan: plan(t, request(t), f), sys: System{Output: func(ctx context.Context, _ []string, _ ...string) (string, error) {
			return "", exec.CommandContext(ctx, "sh", "-c", "kill -"+test.signal+" $$").Run()
		}}}
		c.checkJava(t.Context())
		if len(c.advice) != 1 || c.advice[0] != test.want {
			t.Errorf("%s in %d MiB: %q, want %q", test.signal, test.limit, c.advice, test.want)
		}
	}
}

// Java's first collection for its classes' sake comes when the plan is passed, but
// where memory is tight, or somebody decides.
func TestMetaspaceSize(t *testing.T) {
	for _, test := range []struct {
		setting string
		limit   int64 // MiB
		want    bool
	}{
		{"JVM_THREADS=100", 512, true},
		{"JVM_THREADS=100", 128, false},
		{"JVM_ARGS=-Xmx450m", 512, false}, // tight by somebody's heap
		{"JVM_HEAP=450m", 512, false},
		{"JVM_ARGS=-Xmx48m", 256, true}, // no longer tight by it
		{"JVM_HEAP=48m", 256, true},
		{"JVM_ARGS=-XX:MetaspaceSize=64m", 512, false},
		{"JVM_OPTS=-XX:MaxMetaspaceSize=64m", 512, false},
		{"JAVA_TOOL_OPTIONS=-XX:CompressedClassSpaceSize=64m", 512, false},
	} {
		f := container()
		limit := host.Fact[int64]{Value: test.limit << 20}
		f.Memory = host.Memory{Limit: limit, Own: limit}
		p := plan(t, request(t, test.setting), f)
		if got := slices.ContainsFunc(p.Options, func(o jvm.Kept) bool { return o.Words[0] == "-XX:MetaspaceSize=43m" }); got != test.want {
			t.Errorf("%s, %d MiB: %t: %s", test.setting, test.limit, got, p.Line())
		}
	}
}
