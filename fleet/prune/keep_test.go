package prune

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// large makes a folder of so many KiB of the disk whose last change was so long ago.
func (h *host) large(name string, kib int, ago time.Duration) string {
	h.t.Helper()
	folder := web + name
	h.file(folder+"/log", strings.Repeat("x", kib<<10))
	h.touch(folder+"/log", ago)
	return folder
}

// The oldest go until the rest fits, that of containers that are there included.
// Memory for two of them only takes more passes, does the same and tells less of what
// stays.
func TestKeepBytes(t *testing.T) {
	nth := func(n int) string { return fmt.Sprintf("%012x", n+1) }
	for _, c := range []struct {
		name string
		keep int64 // KiB
		gone []int // of ten, the first of which is the oldest
	}{
		{"everything fits", 2000, nil},
		{"nothing may stay", 0, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{"one is enough", 1150, []int{0}},
		{"some go", 900, []int{0, 1, 2, 3}},
		{"the containers that are there take it all", 150, []int{0, 1, 2, 3, 4, 5, 6, 7}},
	} {
		for _, room := range []int{2, 20_000} {
			for _, batch := range []int{1, 1000} {
				t.Run(fmt.Sprintf("%s/%d/%d", c.name, room, batch), func(t *testing.T) {
					h := newHost(t)
					h.pruner.oldest, h.pruner.batch = room, batch
					h.pruner.Rules[0].KeepBytes = c.keep << 10
					for _, n := range []int{3, 7, 0, 5, 1, 6, 2, 4} {
						h.large(nth(n), 96, passed-time.Duration(n)*time.Hour-time.Minute)
					}
					h.large(short(running), 200, passed)
					h.large(nth(9), 200, 23*time.Hour)
					var want []string
					for _, n := range c.gone {
						want = append(want, web+nth(n))
					}
					before := h.snapshot()
					planned := h.dryRun(before)
					sum, err := h.pruner.Run(t.Context())
					h.checkEnd(err, "")
					h.check(before, want)
					var removed []string
					for _, f := range h.found {
						if f.Outcome == Removed {
							removed = append(removed, f.Path[len(h.root)+1:])
						}
					}
					if !slices.Equal(removed, want) {
						t.Errorf("removed in this order: %s", removed)
					}
					// Those that stay, and each pass that was needed tells of all that it held.
					most := 2 + max(1, (len(want)+room-1)/room)*min(room, 8)
					if told := h.outcomes(); !slices.Equal(told, planned) || len(told) != most {
						t.Errorf("a dry run told\n%s\nand a real one, of %d,\n%s", strings.Join(planned, "\n"), most, strings.Join(told, "\n"))
					}
					if sum.Removed != len(want) || sum.Kept[Fits] != 8-len(want) || sum.Kept[OfContainer] != 1 || sum.Kept[Young] != 1 || sum.Folders != 10 {
						t.Errorf("%+v", sum)
					}
				})
			}
		}
	}
}

// What can't be removed does not count as freed: the next one goes in its place.
func TestKeepBytesWhereOneStays(t *testing.T) {
	needRoot(t)
	h := newHost(t)
	h.pruner.Rules[0].KeepBytes = 150 << 10
	first, second := h.large(short(gone), 100, passed-time.Minute), h.large(short(gone2), 100, passed-time.Hour)
	h.immutable(first + "/log")
	before := h.snapshot()
	_, err := h.pruner.Run(t.Context())
	h.checkEnd(err, ErrFailed.Error())
	h.check(before, []string{second})
}

// Where a folder goes in part, that part counts as freed: no more of the next ones go.
func TestKeepBytesWhereOneGoesInPart(t *testing.T) {
	needRoot(t)
	h := newHost(t)
	h.pruner.Rules[0].KeepBytes = 250 << 10
	first := h.large(short(gone), 100, passed-time.Minute)
	h.immutable(h.file(first+"/kept", ""))
	h.must(os.Link(h.path(first+"/log"), h.path(first+"/link")))
	h.large(short(gone2), 100, passed-time.Hour)
	h.large(short(gone3), 100, passed-2*time.Hour)
	before := h.snapshot()
	sum, err := h.pruner.Run(t.Context())
	h.checkEnd(err, ErrFailed.Error())
	h.check(before, []string{first + "/log", first + "/link"})
	if sum.Freed < 100<<10 || sum.Freed > 120<<10 || sum.Failed != 1 || sum.Kept[Fits] != 2 {
		t.Errorf("%+v", sum)
	}
}

// A file counts once, however many names it has, and only what is on the disk.
func TestBytes(t *testing.T) {
	h := newHost(t)
	folder := h.large(short(gone), 100, 0)
	for i := range 3 {
		h.must(os.Link(h.path(folder+"/log"), h.path(fmt.Sprintf("%s/%d", folder, i))))
	}
	h.file(folder+"/sparse", "")
	h.must(os.Truncate(h.path(folder+"/sparse"), 1<<40))
	in, err := openFolder(h.path(folder))
	h.must(err)
	defer in.Close()
	sum, err := in.survey(t.Context(), time.Now())
	h.must(err)
	if sum.bytes < 100<<10 || sum.bytes > 120<<10 {
		t.Errorf("%d bytes", sum.bytes)
	}
}
