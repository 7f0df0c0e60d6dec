package prune

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Very many folders take no more memory than few: what lives on the heap is measured
// while they go.
func TestMemory(t *testing.T) {
	many := 100_000
	if testing.Short() {
		many = 10_000
	}
	few := clearing(t, 1_000, -1)
	for _, c := range []struct {
		name string
		many int
		keep int64
		most uint64 // KiB more than for few
	}{
		{"all", many, -1, 512},
		{"the oldest", many / 3, 0, 20_000}, // in several passes, in each as many as are held
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			live := clearing(t, c.many, c.keep)
			t.Logf("%d folders: %d KiB live on the heap, for 1000 %d KiB; made and cleared in %s", c.many, live>>10, few>>10, time.Since(began).Round(time.Millisecond))
			if live > few+c.most<<10 {
				t.Errorf("%d folders take %d KiB, 1000 take %d KiB", c.many, live>>10, few>>10)
			}
		})
	}
}

// clearing removes so many folders and gives the most that lived on the heap.
func clearing(t *testing.T, many int, keep int64) (most uint64) {
	h := newHost(t)
	containers := h.path(web)
	h.must(os.MkdirAll(containers, 0o755))
	if os.Geteuid() == 0 { // disks take a minute to make them
		h.mount("tmpfs", web, "tmpfs", 0)
	}
	for i := range many {
		folder := filepath.Join(containers, fmt.Sprintf("%012x", i))
		h.must(os.Mkdir(folder, 0o755))
		h.must(os.WriteFile(filepath.Join(folder, "log"), []byte("x"), 0o644))
	}
	h.pruner.Rules[0].KeepBytes = keep
	told := 0
	h.pruner.Report = func(Finding) {
		if told++; told%(many/20) == 1 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
	sum, err := h.pruner.Run(t.Context())
	h.checkEnd(err, "")
	left, err := os.ReadDir(containers)
	h.must(err)
	if sum.Removed != many || told != many || len(left) > 0 {
		t.Errorf("%d removed, %d told, %d left: %+v", sum.Removed, told, len(left), sum)
	}
	return most
}
