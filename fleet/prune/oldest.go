package prune

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"
)

// oldest are the oldest of very many candidates, as many as there is room for.
type oldest struct {
	room int
	all  newestFirst
	more bool // than there was room for
}

// add takes one that comes after another in age.
func (o *oldest) add(c, after candidate) {
	if compareAge(c, after) <= 0 {
		return
	}
	heap.Push(&o.all, c)
	if len(o.all) > o.room {
		heap.Pop(&o.all)
		o.more = true
	}
}

// sorted are all of them, the oldest first.
func (o *oldest) sorted() []candidate {
	return slices.SortedFunc(slices.Values(o.all), compareAge)
}

// compareAge orders by age, the oldest first. Not even two of one time are equal, so
// that one can tell where an earlier pass ended.
func compareAge(a, b candidate) int {
	return cmp.Or(a.Changed.Compare(b.Changed), strings.Compare(a.Path, b.Path))
}

// newestFirst is a heap with the newest at its top.
type newestFirst []candidate

func (n newestFirst) Len() int           { return len(n) }
func (n newestFirst) Less(i, j int) bool { return compareAge(n[i], n[j]) > 0 }
func (n newestFirst) Swap(i, j int)      { n[i], n[j] = n[j], n[i] }
func (n *newestFirst) Push(c any)        { *n = append(*n, c.(candidate)) }
func (n *newestFirst) Pop() any {
	last := len(*n) - 1
	c := (*n)[last]
	*n = (*n)[:last]
	return c
}
