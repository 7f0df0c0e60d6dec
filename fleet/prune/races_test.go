package prune

import (
	"maps"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Whoever may write in the folders swaps them for links to elsewhere, and back, all
// the while that others of them are removed. Nothing elsewhere changes.
func TestRaces(t *testing.T) {
	for name, swapped := range map[string]string{
		"a folder in a container's": web + short(gone) + "/sub",
		"a container's folder":      web + short(gone),
		"the folder above":          strings.TrimSuffix(web, "/"),
		"a service's folder":        "var/log/acme/web",
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t)
			h.pruner.Rules[0].MinAge = 0
			// Wherever the link is followed to, there is something that looks like it.
			for _, file := range []string{"sub/log", short(gone) + "/sub/log", "containers/" + short(gone) + "/sub/log", "log"} {
				h.file("outside/"+file, "gold")
			}
			h.link(h.path("outside"), "var/link")
			outside := h.outside()
			removed, swaps := 0, 0
			var stop atomic.Bool
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				for ; !stop.Load(); swaps++ {
					_ = os.MkdirAll(h.path(web+short(gone)+"/sub/deep"), 0o755)
					_ = os.WriteFile(h.path(web+short(gone)+"/sub/log"), nil, 0o644)
					for range 2 {
						_ = unix.Renameat2(unix.AT_FDCWD, h.path(swapped), unix.AT_FDCWD, h.path("var/link"), unix.RENAME_EXCHANGE)
					}
					if info, err := os.Lstat(h.path("var/link")); err != nil || info.IsDir() { // it was removed in between
						_ = os.RemoveAll(h.path(swapped))
						_ = os.Rename(h.path("var/link"), h.path(swapped))
						_ = os.Symlink(h.path("outside"), h.path("var/link"))
					}
				}
			}()
			for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); {
				h.asked = 0
				sum, _ := h.pruner.Run(t.Context())
				removed += sum.Removed
			}
			stop.Store(true)
			<-ended
			t.Logf("%d removed, %d swaps", removed, swaps)
			if removed == 0 || swaps < 10 {
				t.Errorf("%d removed, %d swaps: nothing raced", removed, swaps)
			}
			if now := h.outside(); !maps.Equal(now, outside) {
				t.Errorf("outside was %v and is %v", outside, now)
			}
		})
	}
}

// outside is what is there, as snapshot tells it.
func (h *host) outside() map[string]string {
	h.t.Helper()
	root := h.root
	defer func() { h.root = root }()
	h.root = h.path("outside")
	return h.snapshot()
}
