package launcher

import (
	"fmt"
	"slices"
	"strings"

	"jvm-entrypoint/launcher/jvm"
)

// memoryNeeds are what the memory plan goes by, for the options that java gets
// but for a heap of ours.
func (in inputs) memoryNeeds(options []jvm.Option) jvm.MemoryNeeds {
	limit := in.memoryLimit()
	needs := jvm.MemoryNeeds{
		Limit: jvm.Bytes(limit.Value), Heap: in.JVMHeap.Heap, Options: options,
		Threads: int(in.JVMThreads), Classes: in.Classes,
	}
	if in.ClassesErr != nil {
		needs.Uncounted = in.ClassesErr.Error()
	}
	container := in.container()
	needs.Seen = jvm.VisibleMemory(in.Version, container, options)
	needs.Collector = jvm.DefaultCollector(in.Version, jvm.ActiveProcessors(in.Version, container, options).Count, needs.Seen)
	if !limit.Known() && in.Memory.Reservation.Known() {
		needs.Limit, needs.Reserved = jvm.Bytes(in.Memory.Reservation.Value), true
	}
	return needs
}

// planMemory decides the heap that is ours to decide, and what bounds the rest,
// by what people set beside it, and by the other default options.
func (in inputs) planMemory(asked Asked) jvm.Memory {
	var options []jvm.Option
	entering, _ := groups(in) // whose sizes, not known yet, count for nothing
	for _, g := range entering {
		if !slices.Contains(plannedOptions, g.name) {
			options = append(options, g.options...)
		}
	}
	for _, layer := range asked {
		options = append(options, layer.Options...)
	}
	return jvm.PlanMemory(in.memoryNeeds(jvm.WithoutHeap(options)))
}

// memoryOf is the plan for what java gets in the end, whoever decided the heap.
func (in inputs) memoryOf(merged jvm.Merged) jvm.Memory {
	var others, heap []jvm.Option
	for _, o := range merged.InEffect() {
		switch {
		case o.Source == ofDefault+"heap" || o.Source == "JVM_HEAP":
			heap = append(heap, o)
		case !slices.Contains(plannedOptions, strings.TrimPrefix(o.Source, ofDefault)):
			others = append(others, o)
		}
	}
	needs := in.memoryNeeds(others)
	needs.Decided = jvm.MaxHeap(heap)
	needs.ByJVM = needs.Decided == 0
	return jvm.PlanMemory(needs)
}

// plannedOptions are the default options that follow from the plan.
var plannedOptions = []string{"heap", "metaspace", "direct-memory"}

// heapSize is the heap of the plan, all of it from the start: a heap that grows
// later finds its memory taken by then.
func heapSize(in inputs) [][]string {
	size := in.memory.Heap().String()
	return [][]string{{"-Xms" + size}, {"-Xmx" + size}}
}

// metaspace bounds what otherwise only the kernel would: a service that loads
// classes without end ends by itself, with a heap dump that shows which. Where there
// is room for it, java collects for its classes' sake when they take more than the
// plan has for them, not at 21 MiB already, which most services pass as they start.
func metaspace(in inputs) (options [][]string) {
	if first := in.memory.FirstMetaspace; first > 0 {
		options = append(options, []string{"-XX:MetaspaceSize=" + first.String()})
	}
	if bound := in.memory.MaxMetaspace; bound > 0 {
		options = append(options, []string{"-XX:MaxMetaspaceSize=" + bound.String()})
	}
	return options
}

// maxDirectMemory bounds what java would let grow as large as the heap is.
func maxDirectMemory(in inputs) [][]string {
	if bound := in.memory.MaxDirect; bound > 0 {
		return [][]string{{"-XX:MaxDirectMemorySize=" + bound.String()}}
	}
	return nil
}

// isThrifty tells whether the container is so small that memory which stays with
// the process unused counts for more than the time that this saves.
func (in inputs) isThrifty() bool {
	m := in.memory
	return m.Limit > 0 && !m.Reserved && m.Limit <= jvm.GiB
}

// thriftyMalloc has glibc's malloc give back what was freed, and hold few arenas,
// in a small container: what a compiler freed stayed with the process, 20 MiB with
// the torture service (docs/memory.md). Only what nobody tuned is tuned; other C
// libraries read none of it.
func thriftyMalloc(in inputs) []Change {
	if !in.isThrifty() {
		return nil
	}
	var list []Change
	for _, v := range []struct {
		name, value string
		unless      []string
	}{
		{"MALLOC_ARENA_MAX", "2", []string{"MALLOC_ARENA_TEST"}},
		// Unless they are set, the first large block that is freed raises both, for good.
		// glibc begins with 128 KiB, but then each block of a mebibyte, such as java takes
		// for each write of an array, is had from the kernel and given back.
		{"MALLOC_MMAP_THRESHOLD_", "2097152", []string{"MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_MAX_"}},
		{"MALLOC_TRIM_THRESHOLD_", "2097152", []string{"MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_MAX_"}},
	} {
		if !in.Env.isSet(append(v.unless, v.name, "GLIBC_TUNABLES")...) {
			list = append(list, Change{Name: v.name, Value: v.value})
		}
	}
	return list
}

// noBiasedLocking switches off what later versions no longer have. Revoking a bias
// walks the thread's stack, and what that takes stays with the process: with a
// hundred busy threads 130 MiB on 11, and 20 on 8 (docs/memory.md), where only a
// small container is worth doing without.
func noBiasedLocking(in inputs) [][]string {
	if in.Version.Feature != 11 && !(in.Version.Feature == 8 && in.isThrifty()) {
		return nil
	}
	return [][]string{{"-XX:-UseBiasedLocking"}}
}

// memoryAdvice tells where memory will not do, whose doing that is, and what would.
func (p Plan) memoryAdvice() []string {
	m, heap := p.Memory, p.Memory.Part(jvm.PartHeap)
	what := ""
	switch machine := jvm.Bytes(p.Facts.Memory.Machine.Value); {
	case m.Limit == 0 || m.Reserved:
		if machine > 0 && heap.Size > machine {
			what = fmt.Sprintf("the heap may reach %s, but the machine has %s: set a smaller one, with JVM_HEAP or -Xmx", heap.Size, machine.WholeMiB())
		}
	case heap.Size > m.Limit:
		what = fmt.Sprintf("the heap may reach %s, but the container's memory ends at %s: %s", heap.Size, m.Limit, whatFits(m))
	case m.IsTooTight():
		what = fmt.Sprintf("a heap of %s leaves %s of %s for what wants %s (%s): %s",
			heap.Size, m.Limit-heap.Size, m.Limit, m.Wanted-heap.Wanted, strings.Join(p.needs(), ", "), whatFits(m))
	case m.Least() > m.Limit:
		what = fmt.Sprintf("java takes %s at least (heap %s, collector %s, jvm %s), but the container's memory ends at %s: %s",
			m.Least(), heap.Size, m.Part(jvm.PartCollector).Size, m.Part(jvm.PartJVM).Size, m.Limit, whatFits(m))
	}
	if what == "" {
		return nil
	}
	if cause := m.Cause(); cause != "" && !isDefault(cause) {
		what = cause + ": " + what
	}
	return []string{what}
}

// whatFits is what to write where the memory will not do.
func whatFits(m jvm.Memory) string {
	heap, other := m.Part(jvm.PartHeap), ""
	switch {
	case heap.Option != "":
		other = fmt.Sprintf("leave %s out, or, ", heap.Option)
	case heap.Source == "JVM_HEAP":
		other = "set JVM_HEAP=auto, or, "
	}
	return fmt.Sprintf("%s%sset the limit to %s", other, forThisHeap(m), m.Fitting())
}

// classesAdvice tells that a plan goes by fewer classes than there may be, and may
// be another at the next start.
func (p Plan) classesAdvice() []string {
	metaspace := p.Memory.Part(jvm.PartMetaspace)
	if err := p.Request.Program.ClassesErr; err != nil && p.Memory.Limit > 0 && metaspace.Source == "" {
		return []string{fmt.Sprintf("the program's classes: %v; the memory plan has %s for them (set -XX:MaxMetaspaceSize to what they need)", err, metaspace.Size)}
	}
	return nil
}

// needs are what the parts beside the heap want, and who gave those that were given.
func (p Plan) needs() []string {
	var needs []string
	for _, part := range p.Memory.Parts[1:] {
		switch {
		case part.Source != "":
			needs = append(needs, fmt.Sprintf("%s %s by %s", part.Name, part.Size, part.Source))
		case part.Wanted > 0:
			needs = append(needs, fmt.Sprintf("%s %s", part.Name, part.Wanted))
		}
	}
	return needs
}

// memoryTitle says what the parts of the memory add up to.
func (p Plan) memoryTitle() string {
	m := p.Memory
	var total jvm.Bytes
	for _, part := range m.Parts {
		total += part.Size
	}
	title := fmt.Sprintf("Memory in MiB, %d in all", total/jvm.MiB)
	switch {
	case m.Reserved && m.Wanted > m.Limit:
		title += fmt.Sprintf(", which no limit bounds; a reservation of %s would hold it, not that of %s", m.Fitting(), m.Limit)
	case m.Limit > 0 && total > m.Limit:
		title += fmt.Sprintf(", %d more than there are", (total-m.Limit)/jvm.MiB)
	case m.Limit == 0:
		title += ", which no limit bounds"
	case m.Reserved:
		title += fmt.Sprintf(", by the reservation of %d, as no limit is known", m.Limit/jvm.MiB)
	}
	if m.IsTight() {
		title += fmt.Sprintf("; tight: %s%s would fit", forThisHeap(m), m.Fitting())
	}
	return title
}

// forThisHeap says what a fitting limit is for, where the plan does not size the heap by it.
func forThisHeap(m jvm.Memory) string {
	if m.Part(jvm.PartHeap).Source == "" {
		return ""
	}
	return "for this heap, "
}

func explainedPart(p jvm.MemoryPart) string {
	text := fmt.Sprintf("%-14s %6d  %s", p.Name, p.Size/jvm.MiB, show(p.Why))
	if p.Source != "" {
		text += fmt.Sprintf(" (%s)", show(p.Source))
	}
	if p.Size < p.Wanted {
		text += fmt.Sprintf("; %d wanted", p.Wanted/jvm.MiB)
	}
	return text
}
