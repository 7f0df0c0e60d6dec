package jvm

import "slices"

// MemoryNeeds is what a memory plan goes by.
type MemoryNeeds struct {
	// Limit is what all of the JVM may take; 0 where nothing bounds it.
	Limit Bytes
	// Reserved tells that nothing bounds it, and that Limit is only what it can count on.
	Reserved bool
	Heap     Heap  // as it was asked for
	Decided  Bytes // the heap, where that is decided already; 0 where the plan decides
	// Seen is the memory that a JVM goes by which sizes its heap itself.
	Seen Bytes
	// ByJVM tells that nobody but the JVM sizes the heap, unless an option does.
	ByJVM bool
	// Options are what the JVM gets, without a heap that is ours, in its order: the
	// last one counts. What they set is taken as given.
	Options   []Option
	Collector string // the one that the JVM chooses where no option does
	Threads   int    // how many there will be; 0 where nobody said
	Classes   int    // in the jars; 0 where they were not counted
	Uncounted string // why there may be more
}

// Memory is a plan of what the memory of a JVM goes to.
type Memory struct {
	Limit    Bytes // 0: none
	Reserved bool  // the limit is only what can be counted on
	// Parts are the heap first, and last what is left. They add up to the limit, but
	// where there is none, or not even the rest of nothing is left. A reservation
	// squeezes none of them.
	Parts []MemoryPart
	// Wanted is what the parts would have in a container without a limit.
	Wanted Bytes
	Bounds
	usual []MemoryPart // beside the heap, of a service of which nothing is known
	needs MemoryNeeds  // that it is for
}

// Bounds are what of metaspace and direct memory is decided beside the heap.
type Bounds struct {
	// MaxMetaspace and MaxDirect are where metaspace and direct memory are to end: at
	// what they want and what is left besides, but never so low that a service would
	// meet it which only has more than most. 0 where nothing bounds the whole, where
	// an option decides, or where the classes could not be counted.
	MaxMetaspace, MaxDirect Bytes
	// FirstMetaspace is where java first collects for its classes' sake: at what they
	// want. 0 where MaxMetaspace is, and where memory is tight.
	FirstMetaspace Bytes
}

// MemoryPart is one thing that memory goes to.
type MemoryPart struct {
	Name   string // stable: it is in json
	Size   Bytes
	Wanted Bytes  // Size, in a container without a limit
	Source string // who gave it; empty where it was planned
	Option string // by which; empty where none did
	By     string // who made it what is not usual, given or not
	Why    string // how it comes to this
}

// The names of parts.
const (
	PartHeap      = "heap"
	PartCollector = "collector"
	PartJVM       = "jvm"
	PartMetaspace = "metaspace"
	PartCode      = "code-cache"
	PartStacks    = "thread-stacks"
	PartDirect    = "direct-memory"
	PartAgents    = "agents"
	PartHeadroom  = "headroom"
)

// Part is the part of a name, its zero value where there is none.
func (m Memory) Part(name string) MemoryPart {
	for _, p := range m.Parts {
		if p.Name == name {
			return p
		}
	}
	return MemoryPart{}
}

// Heap is the heap's size; 0 where only the JVM knows.
func (m Memory) Heap() Bytes { return m.Part(PartHeap).Size }

// IsTight tells whether the parts have less than they want.
func (m Memory) IsTight() bool { return m.Limit > 0 && !m.Reserved && m.Wanted > m.Limit }

// Fitting is the least limit, in whole steps, that would not be tight: for this
// heap, or, where the plan sizes it by the limit, for the one that it would be there.
// Of a reservation it is the one that would hold all.
func (m Memory) Fitting() Bytes {
	n := m.needs
	if n.Decided = m.Heap(); m.Limit > 0 && !m.Reserved && m.Part(PartHeap).Source == "" {
		n.Decided = 0
	}
	n.Limit = wholeSteps(m.Wanted)
	for n.Limit > 0 { // which a size that nobody has would exceed
		wanted := PlanMemory(n).Wanted // with a larger limit never less
		if wanted <= n.Limit {
			break
		}
		n.Limit = wholeSteps(wanted)
	}
	return n.Limit
}

// wholeSteps is a limit as people write one.
func wholeSteps(size Bytes) Bytes {
	step := 64 * MiB
	if size > 2*GiB {
		step = 256 * MiB
	}
	return (size + step - 1) / step * step
}

// tooTight is the part of what it wants that a JVM needs beside its heap. With
// less than about that the kernel ended the service of docs/memory.md.
const tooTight = 0.75

// IsTooTight tells whether what somebody asked for can't be expected to work. A
// container that is small for a JVM of which nothing is known is none of this: its
// service is commonly small as well.
func (m Memory) IsTooTight() bool {
	heap := m.Part(PartHeap)
	besides := m.Wanted - heap.Wanted
	had := m.Limit - heap.Size
	isUnusual := wanted(m.Parts[2:]) > wanted(m.usual)
	return m.IsTight() && float64(had) < tooTight*float64(besides) && (heap.Source != "" || isUnusual)
}

// Least is what a JVM takes that does next to nothing.
func (m Memory) Least() Bytes {
	return m.Heap() + m.Part(PartCollector).Size + m.Part(PartJVM).Size
}

// Cause is who made the plan what is not usual: who gave the heap, or else the
// part that is the most above the usual one. It is empty where nobody did.
func (m Memory) Cause() string {
	if source := m.Part(PartHeap).Source; source != "" && source != byJVM {
		return source
	}
	by, most := "", Bytes(0)
	for _, usual := range m.usual {
		part := m.Part(usual.Name)
		if more := part.Wanted - usual.Wanted; more > most {
			by, most = part.By, more
		}
	}
	return by
}

// byJVM is the source of a heap that the JVM sizes by itself.
const byJVM = "java"

// PlanMemory divides the memory that a JVM may have. What a person set, in any
// option, is taken as given. The heap gets what the other parts leave; they are
// sized for a service as many are (docs/memory.md), and squeezed where the heap
// would have less than a share that a service of that size can do with.
//
// All sizes are whole mebibytes, so that people can add them up.
func PlanMemory(n MemoryNeeds) Memory {
	n.Limit = n.Limit.WholeMiB()
	parts := n.besides()
	m := Memory{Limit: n.Limit, Reserved: n.Reserved, needs: n}
	heap := n.heap(wanted(parts))
	m.Parts = append([]MemoryPart{heap, n.collector(heap.Size)}, parts...)
	m.Wanted = wanted(m.Parts)
	usual := n
	usual.Threads, usual.Classes = 0, 0
	usual.Options = slices.DeleteFunc(slices.Clone(Leaves(n.Options)), func(o Option) bool { return !isOurJar(o) })
	m.usual = usual.besides()
	if n.Limit == 0 || n.Reserved && m.Wanted > n.Limit {
		return m
	}
	m.fit()
	if !n.Reserved {
		m.Bounds = n.bounds(m)
	}
	return m
}

func wanted(parts []MemoryPart) Bytes {
	var sum Bytes
	for _, p := range parts {
		sum += p.Wanted
	}
	return sum
}

// fit gives the parts that are no one's to fix what there is for them, each in
// proportion, and the last one what is left.
func (m *Memory) fit() {
	room, flexible := m.Limit, Bytes(0)
	for _, p := range m.Parts {
		if p.isFixed() {
			room -= p.Size
		} else {
			flexible += p.Wanted
		}
	}
	room = max(room, 0)
	left := room
	for i := range m.Parts {
		p := &m.Parts[i]
		switch {
		case p.isFixed():
			continue
		case p.Name == PartHeadroom:
			p.Size = left
		case room < flexible:
			p.Size = Bytes(float64(p.Wanted) * float64(room) / float64(flexible)).WholeMiB()
		}
		left -= p.Size
	}
}

// isFixed tells whether a part is what it is, however little there is.
func (p MemoryPart) isFixed() bool {
	return p.Source != "" || p.Name == PartHeap || p.Name == PartCollector || p.Name == PartJVM
}

// heap decides it: as it is given, or what the other parts leave.
func (n MemoryNeeds) heap(besides Bytes) MemoryPart {
	decided := func(size Bytes, source, why string) MemoryPart {
		size = upToMiB(size)
		return MemoryPart{Name: PartHeap, Size: size, Wanted: size, Source: source, Why: why}
	}
	given := func(size Bytes, by namedSetting, why string) MemoryPart {
		p := decided(size, by.source, why)
		p.Option = by.name
		return p
	}
	if set, found := lastSetting(n.Options, maxHeap); found {
		size, _ := ParseBytes(set.value)
		return given(size, set, set.name)
	}
	if size, by := heapByJVM(n.Options, n.Seen); by.source != "" {
		return given(size, by, by.name+", by the JVM")
	} else if n.ByJVM {
		return decided(size, byJVM, "a share that the JVM takes by itself")
	}
	source, why := "", n.Heap.String()
	switch {
	case n.Heap != (Heap{}):
		source = "JVM_HEAP"
	case n.Limit == 0:
		why += ", as there is no limit"
	}
	switch {
	case n.Decided > 0:
		return decided(n.Decided, source, why)
	case n.Heap.Size > 0:
		return decided(n.Heap.Size, source, why)
	case n.Limit == 0:
		return decided(DefaultHeap, source, why)
	case n.Heap.Share > 0:
		return decided(wholeMiB(Bytes(n.Heap.Share*float64(n.Limit))), source, why)
	}
	size := Bytes(float64(n.Limit-besides) / (1 + collectorShare(n.chosenCollector()))).WholeMiB()
	for size+n.collector(size).Size+besides > n.Limit && size > 0 { // which was rounded up
		size -= MiB
	}
	size = max(size, leastHeap(n.Limit))
	if n.Reserved {
		size = max(size, DefaultHeap)
	}
	return decided(wholeMiB(size), source, why)
}

// leastHeap is below what the heap is not squeezed: 32 MiB of 128, 103 of 256. With
// 39 of 128 the kernel ended a small service on 26.
func leastHeap(limit Bytes) Bytes { return max(limit/9*5-39*MiB, limit/8) }

// collector is what it takes for itself, a share of the heap.
func (n MemoryNeeds) collector(heap Bytes) MemoryPart {
	chosen := n.chosenCollector()
	size := upToMiB(Bytes(collectorShare(chosen) * float64(heap)))
	return MemoryPart{Name: PartCollector, Size: size, Wanted: size, Why: chosen}
}

// chosenCollector is the one that an option names, or the JVM's own choice.
func (n MemoryNeeds) chosenCollector() string {
	if set, found := lastSetting(n.Options, collector); found {
		return set.value
	}
	return n.Collector
}

func (n MemoryNeeds) bounds(m Memory) (b Bounds) {
	bound := func(name string, decidedBy ...string) Bytes {
		for _, flag := range decidedBy {
			if _, found := lastSetting(n.Options, flag); found {
				return 0
			}
		}
		part := m.Part(name)
		return max(part.Wanted+m.Part(PartHeadroom).Size, 2*part.Wanted)
	}
	// Java 25 warns where the class space is larger than all of metaspace.
	b.MaxMetaspace, b.MaxDirect = bound(PartMetaspace, maxMetaspace, "-XX:MetaspaceSize", "-XX:CompressedClassSpaceSize"), bound(PartDirect, maxDirect)
	if n.Uncounted != "" { // there may be any number of classes, and a bound would end the service
		b.MaxMetaspace = 0
	}
	if b.MaxMetaspace > 0 && !m.IsTight() {
		b.FirstMetaspace = m.Part(PartMetaspace).Wanted
	}
	return b
}
