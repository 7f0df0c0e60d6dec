package jvm

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// DefaultHeap is the heap where the container has no memory limit: the figure
// that every service of the original deployment ran with.
const DefaultHeap = 512 * MiB

// Heap is how large a heap was asked for: a size, a share of the memory
// limit, or, as the zero value, whatever fits ("auto").
type Heap struct {
	Size  Bytes
	Share float64 // of the limit, 0 < Share <= 1
}

// ParseHeap reads "auto", a share such as 60%, or a size such as 512m.
func ParseHeap(text string) (Heap, error) {
	if strings.EqualFold(text, "auto") {
		return Heap{}, nil
	}
	if percent, ok := strings.CutSuffix(text, "%"); ok {
		share, err := strconv.ParseFloat(percent, 64)
		if err != nil || !(share > 0 && share <= 100) {
			return Heap{}, errors.New("not a share above 0% and up to 100%")
		}
		return Heap{Share: share / 100}, nil
	}
	size, err := ParseBytes(text)
	if err != nil {
		return Heap{}, errors.New("not a size or a share")
	}
	// HotSpot refuses a heap below 2 MiB.
	if size < 2*MiB {
		return Heap{}, errors.New("a heap has at least 2m")
	}
	return Heap{Size: size}, nil
}

// String is the heap as it was asked for.
func (h Heap) String() string {
	switch {
	case h.Size > 0:
		return h.Size.String()
	case h.Share > 0:
		return strconv.FormatFloat(h.Share*100, 'g', -1, 64) + "%"
	}
	return "auto"
}

// IsOfLimit tells whether the heap depends on the memory limit.
func (h Heap) IsOfLimit() bool { return h.Size == 0 }

// wholeMiB is a heap in whole mebibytes, since HotSpot aligns them anyway and
// people read them, and of no less than HotSpot takes.
func wholeMiB(size Bytes) Bytes { return max(size.WholeMiB(), 2*MiB) }

func upToMiB(size Bytes) Bytes { return (size + MiB - 1) / MiB * MiB }

// sharesOfHeap are the options by which the JVM makes its heap a share of the
// memory that it sees.
var sharesOfHeap = []string{
	"-XX:MaxRAM", "-XX:MaxRAMPercentage", "-XX:MinRAMPercentage", "-XX:MaxRAMFraction", "-XX:MinRAMFraction", "-XX:DefaultMaxRAMFraction",
}

// smallHeap is MaxHeapSize as HotSpot has it on 64 bits before it looks at the
// memory: a JVM that would have less takes the larger share of a small machine.
const smallHeap = 96 * MiB * 13 / 10

// heapByJVM is the maximum heap size that a JVM gives itself where no option sets
// it, of the memory that it sees, and the option that says so, if one does.
// Source: arguments.cpp, Arguments::set_heap_size and set_aggressive_heap_flags.
func heapByJVM(options []Option, seen Bytes) (size Bytes, by namedSetting) {
	if aggressive, found := lastSetting(options, "-XX:AggressiveHeap"); found && strings.HasPrefix(aggressive.name, "-XX:+") {
		return max(min(seen/2, seen-160*MiB), 0), aggressive
	}
	size, by = shareOfHeap(options, seen)
	if set, found := lastSetting(options, "-XX:ErgoHeapSizeLimit"); found {
		if most, err := ParseBytes(set.value); err == nil && most > 0 && most < size {
			size, by = most, set
		}
	}
	// What it begins with lifts the maximum, however little there is.
	set, found := lastSetting(options, "-XX:InitialHeapSize")
	if !found {
		set, found = lastSetting(options, "-XX:MinHeapSize")
	}
	if least, err := ParseBytes(set.value); found && err == nil && least > size {
		size, by = least, set
	}
	return size, by
}

// shareOfHeap is the share of the memory which a JVM sees that is its heap's, and
// the option that says so, if one does.
func shareOfHeap(options []Option, seen Bytes) (size Bytes, by namedSetting) {
	shares := map[string]float64{"Max": 0.25, "Min": 0.5}
	for _, o := range Leaves(options) {
		name, value, _ := o.parts()
		if !slices.Contains(sharesOfHeap, name) {
			continue
		}
		by = namedSetting{setting{name, value}, o.String(), o.Source}
		which := "Max"
		if strings.Contains(name, ":Min") {
			which = "Min"
		}
		number, err := strconv.ParseFloat(value, 64)
		switch {
		case name == "-XX:MaxRAM":
			if memory, err := ParseBytes(value); err == nil {
				seen = memory // whatever there is
			}
		case err != nil || number <= 0:
		case strings.HasSuffix(name, "Percentage"):
			shares[which] = number / 100
		default:
			shares[which] = 1 / number
		}
	}
	small := Bytes(shares["Min"] * float64(seen))
	if small < smallHeap {
		return small, by
	}
	return max(Bytes(shares["Max"]*float64(seen)), smallHeap), by
}
