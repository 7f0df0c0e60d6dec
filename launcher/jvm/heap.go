package jvm

import (
	"errors"
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

// Of gives the heap for a memory limit; a limit of 0 means none. Sizes are
// whole mebibytes, since HotSpot aligns them anyway and people read them.
func (h Heap) Of(limit Bytes) Bytes {
	switch {
	case h.Size > 0:
		return h.Size
	case limit <= 0:
		return DefaultHeap
	case h.Share > 0:
		return wholeMiB(Bytes(h.Share * float64(limit)))
	}
	return wholeMiB(auto(limit))
}

// auto leaves 256 MiB for what a JVM needs besides its heap (metaspace, code
// cache, threads, direct memory), but no more than half and no less than a
// quarter of the limit.
func auto(limit Bytes) Bytes {
	return max(limit/2, min(limit/4*3, limit-256*MiB))
}

func wholeMiB(size Bytes) Bytes { return max(size/MiB*MiB, 2*MiB) }

// IsOfLimit tells whether the heap depends on the memory limit.
func (h Heap) IsOfLimit() bool { return h.Size == 0 }
