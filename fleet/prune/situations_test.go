package prune

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const web = "var/log/acme/web/containers/"

// situations are what a run may meet. What is not named as gone is as it was.
var situations = []struct {
	name     string
	lay      func(h *host)
	gone     []string // whole folders
	told     []string // of those that are not removed
	ends     string   // the error that ends the run
	needRoot bool
	onlyReal bool // only a real run can find it out
}{
	{name: "a container that is gone", lay: func(h *host) { h.logs(short(gone)) }, gone: []string{web + short(gone)}},
	{name: "a folder with a whole id", lay: func(h *host) { h.logs(gone) }, gone: []string{web + gone}},
	{
		name: "the daemon's ids are whole, the folders' short", // the article deleted them
		lay:  func(h *host) { h.logs(short(running)) },
		told: []string{"kept " + web + short(running) + ": its container is there"},
	},
	{
		name: "the daemon's ids are whole, and so are the folders'",
		lay:  func(h *host) { h.logs(running) },
		told: []string{"kept " + web + running + ": its container is there"},
	},
	{
		name: "an id that differs in its last digit",
		lay:  func(h *host) { h.logs(running[:11] + "f"); h.logs(running[:63] + "f") },
		gone: []string{web + running[:11] + "f", web + running[:63] + "f"},
	},
	{
		name: "other places that have containers in their names", // the article's glob reached them
		lay: func(h *host) {
			h.file("var/log/containers/"+short(gone)+"/pod.log", "")
			h.file("var/log/acme/containers/"+short(gone)+"/log", "")
			h.file("var/log/acme/web/old/containers/"+short(gone)+"/log", "")
			h.file("var/log/acme/web/containers.old/"+short(gone)+"/log", "")
			h.file("var/log/acme/web/"+short(gone)+"/log", "")
			h.file("var/log/acme/"+short(gone)+"/containers/log", "")
		},
	},
	{
		name: "an id inside a container's folder",
		lay:  func(h *host) { h.file(web+short(running)+"/containers/"+short(gone)+"/log", "") },
		told: []string{"kept " + web + short(running) + ": its container is there"},
	},
	{
		name: "names that are no ids",
		lay: func(h *host) {
			for _, name := range []string{
				short(gone)[:11], short(gone) + "0", gone[:63], gone + "0", strings.ToUpper(short(gone)), "lost+found", "web",
				short(gone)[:11] + "\n", short(gone)[:11] + "g", "." + short(gone)[:11], "0x" + short(gone)[:10], short(gone)[:10] + "é", short(gone) + ".old",
			} {
				h.logs(name)
			}
		},
	},
	{
		name: "names with newlines in a folder and above it",
		lay: func(h *host) {
			h.file("var/log/acme/new\nline/containers/"+short(gone)+"/a\nb\x1b[2J/\xff\n", "")
		},
		gone: []string{"var/log/acme/new\nline/containers/" + short(gone)},
	},
	{
		name: "the daemon knows nobody", // the article deleted everything
		lay:  func(h *host) { h.logs(short(gone)); h.answers = []answer{{}} },
		ends: "the Docker daemon: it knows no container at all, so nothing is deleted (--allow-empty, where that can be)",
	},
	{
		name: "the daemon knows nobody, and may",
		lay: func(h *host) {
			h.logs(short(gone))
			h.answers = []answer{{}}
			h.pruner.AllowEmpty = true
		},
		gone: []string{web + short(gone)},
	},
	{
		name: "the daemon is down",
		lay:  func(h *host) { h.logs(short(gone)); h.answers = []answer{{err: errDown}} },
		ends: errDown.Error(),
	},
	{
		name: "the daemon goes down meanwhile",
		lay: func(h *host) {
			h.logs(short(gone))
			h.answers = append(h.answers, answer{err: errDown})
		},
		ends: errDown.Error(),
	},
	{
		name: "the daemon forgets everybody meanwhile",
		lay:  func(h *host) { h.logs(short(gone)); h.answers = append(h.answers, answer{}) },
		ends: "it knows no container at all",
	},
	{
		name: "another daemon answers meanwhile",
		lay: func(h *host) {
			h.logs(short(gone))
			h.answers = append(h.answers, answer{ids: []string{running}, identity: "other"})
		},
		ends: "the Docker daemon is not the one that answered before, so nothing more is deleted",
	},
	{
		name: "an answer that is cut in an id",
		lay: func(h *host) {
			h.logs(short(gone))
			h.answers = []answer{{ids: []string{running, gone2[:40]}}}
		},
		ends: "it answers with " + gone2[:40] + ", which is no container's id",
	},
	{
		name: "short ids in an answer",
		lay:  func(h *host) { h.logs(gone); h.answers = []answer{{ids: []string{short(gone)}}} },
		ends: "which is no container's id",
	},
	{
		name: "a container that starts between listing and deleting",
		lay: func(h *host) {
			h.logs(short(gone))
			h.logs(short(gone2))
			h.answers = append(h.answers, answer{ids: []string{running, gone2}})
		},
		gone: []string{web + short(gone)},
		told: []string{"kept " + web + short(gone2) + ": its container is there"},
	},
	{
		name: "a container that is removed while we look",
		lay: func(h *host) {
			h.logs(short(gone))
			h.answers = []answer{{ids: []string{running, gone}}, {ids: []string{running}}}
		},
		told: []string{"kept " + web + short(gone) + ": its container is there"},
	},
	{
		name: "a dead symbolic link in a folder's place",
		lay:  func(h *host) { h.link("nowhere", web+short(gone)) },
		told: []string{"kept " + web + short(gone) + ": is a symbolic link"},
	},
	{
		name: "a symbolic link to elsewhere in a folder's place",
		lay: func(h *host) {
			h.link(h.path("outside"), web+short(gone))
			h.link("../../../../../outside", web+short(gone2))
			h.link(short(running), web+short(gone3))
			h.logs(short(running))
		},
		told: []string{
			"kept " + web + short(running) + ": its container is there",
			"kept " + web + short(gone) + ": is a symbolic link",
			"kept " + web + short(gone2) + ": is a symbolic link",
			"kept " + web + short(gone3) + ": is a symbolic link",
		},
	},
	{
		name: "symbolic links in a folder",
		lay: func(h *host) {
			h.link(h.path("outside"), web+short(gone)+"/out")
			h.link("../../../../../../outside/precious", web+short(gone)+"/file")
			h.link(".", web+short(gone)+"/round")
			h.link("/dev/zero", web+short(gone)+"/endless")
		},
		gone: []string{web + short(gone)},
	},
	{
		name: "symbolic links above a folder",
		lay: func(h *host) {
			h.link(h.path("outside"), "var/log/acme/evil") // which has containers/
			h.link(h.path("outside/containers"), "var/log/acme/web2/containers")
			h.link("../../outside", "var/log/evil")
			h.link("../web3/data", "var/log/acme/web3/containers")
			h.file("var/log/acme/web3/data/"+short(gone)+"/precious", "gold")
		},
		told: []string{
			"kept var/log/acme/evil: is a symbolic link", "kept var/log/acme/web2/containers: is a symbolic link",
			"kept var/log/acme/web3/containers: is a symbolic link", "kept var/log/evil: is a symbolic link",
		},
	},
	{
		name: "what is no folder in a folder's place",
		lay: func(h *host) {
			h.file(web+short(gone), "")
			h.must(unix.Mkfifo(h.path(web+short(gone2)), 0o644))
		},
		told: []string{"kept " + web + short(gone) + ": is no folder", "kept " + web + short(gone2) + ": is no folder"},
	},
	{
		name: "what is no folder above a folder's place",
		lay: func(h *host) {
			h.must(unix.Mkfifo(h.path("var/log/acme/pipe"), 0o644))
			h.must(os.MkdirAll(h.path("var/log/acme/web2"), 0o755))
			h.must(unix.Mkfifo(h.path("var/log/acme/web2/containers"), 0o644))
			h.logs(short(gone))
		},
		gone: []string{web + short(gone)},
	},
	{
		name: "pipes, sockets and devices in a folder",
		lay: func(h *host) {
			h.logs(short(gone))
			h.must(unix.Mkfifo(h.path(web+short(gone)+"/pipe"), 0o644))
			h.must(unix.Mknod(h.path(web+short(gone)+"/null"), unix.S_IFCHR|0o644, int(unix.Mkdev(1, 3))))
			h.must(unix.Mknod(h.path(web+short(gone)+"/socket"), unix.S_IFSOCK|0o644, 0))
		},
		gone:     []string{web + short(gone)},
		needRoot: true,
	},
	{
		name: "read-only files",
		lay: func(h *host) {
			h.file(web+short(gone)+"/folder/log", "")
			h.must(os.Chmod(h.path(web+short(gone)+"/folder/log"), 0o400))
		},
		gone: []string{web + short(gone)},
	},
	{
		name: "read-only folders",
		lay: func(h *host) {
			h.file(web+short(gone)+"/folder/log", "")
			h.must(os.Chmod(h.path(web+short(gone)+"/folder"), 0o500))
			h.must(os.Chmod(h.path(web+short(gone)), 0o500))
		},
		gone:     []string{web + short(gone)},
		needRoot: true,
	},
	{
		name: "a huge tree",
		lay: func(h *host) {
			for i := range 6_000 {
				h.file(fmt.Sprintf("%s/%d/%d/%d.log", web+short(gone), i%10, i%200, i), "")
			}
			for i := range 2_000 { // more than are read at once
				h.file(fmt.Sprintf("%s/flat/%d.log", web+short(gone), i), "")
			}
		},
		gone: []string{web + short(gone)},
	},
	{
		name: "a tree as deep as may be",
		lay:  func(h *host) { h.file(web+short(gone)+strings.Repeat("/deep", deepest)+"/log", "") },
		gone: []string{web + short(gone)},
	},
	{
		name: "a tree that is too deep",
		lay:  func(h *host) { h.file(web+short(gone)+strings.Repeat("/d", deepest+1)+"/log", "") },
		told: []string{"failed " + web + short(gone) + ": " + strings.Repeat("/d", deepest+1)[1:] + ": more than 200 folders are in each other there, so it is left alone"},
		ends: ErrFailed.Error(),
	},
	{
		name: "folders that take too long",
		lay: func(h *host) {
			h.logs(short(gone))
			h.file(web+short(gone2)+"/a/log", "")
			h.logs(short(running))
			h.pruner.patience = 0
		},
		told: []string{
			"failed " + web + short(gone) + ": takes longer than 0s, so the rest of it is left alone",
			"failed " + web + short(gone2) + ": takes longer than 0s, so the rest of it is left alone",
			"kept " + web + short(running) + ": its container is there",
		},
		ends: ErrFailed.Error(),
	},
	{
		name: "a folder that is being written, deep inside",
		lay: func(h *host) {
			h.file(web+short(gone)+"/a/b/c/log", "")
			h.touch(web+short(gone)+"/a/b/c/log", 23*time.Hour)
		},
		told: []string{"kept " + web + short(gone) + ": changed too recently"},
	},
	{
		name: "a folder that has a new time itself",
		lay:  func(h *host) { h.touch(h.logs(short(gone)), time.Minute) },
		told: []string{"kept " + web + short(gone) + ": changed too recently"},
	},
	{
		name: "a folder just old enough",
		lay:  func(h *host) { h.touch(h.logs(short(gone)), 24*time.Hour) },
		gone: []string{web + short(gone)},
	},
	{
		name: "old times on files that were moved here just now",
		lay: func(h *host) {
			folder := h.logs(short(gone))
			h.touch(folder+"/service.log", 1000*time.Hour)
			h.touch(folder, 1000*time.Hour)
			h.now = time.Now()
		},
		told: []string{"kept " + web + short(gone) + ": changed too recently"},
	},
	{
		name: "times in the future, which anybody can set",
		lay:  func(h *host) { h.touch(h.logs(short(gone))+"/service.log", -100*24*time.Hour) },
		gone: []string{web + short(gone)},
	},
	{
		name: "the host's clock was set back",
		lay: func(h *host) {
			h.logs(short(gone))
			h.now = time.Now().Add(-time.Hour)
			h.pruner.Rules[0].MinAge = 0
		},
		told: []string{"kept " + web + short(gone) + ": changed too recently"},
	},
	{
		name: "a link that a container may have put into the pattern's fixed part",
		lay: func(h *host) {
			h.logs(short(gone2))
			h.must(os.RemoveAll(h.path("var/log/acme/web/containers")))
			h.link(h.path("outside/containers"), "var/log/acme/web/containers")
			h.pruner.Rules[0].Patterns = []Pattern{h.pattern("var/log/acme/web/containers/ID")}
		},
		told: []string{"failed var/log/acme/web/containers: " + errFixedLink.Error()},
		ends: ErrFailed.Error(),
	},
	{
		name: "a file that can't be removed",
		lay: func(h *host) {
			h.logs(short(gone))
			h.immutable(h.file(web+short(gone)+"/folder/kept", ""))
			h.logs(short(gone2))
		},
		gone:     []string{web + short(gone) + "/service.log", web + short(gone2)},
		told:     []string{"failed " + web + short(gone) + ": folder/kept: operation not permitted"},
		onlyReal: true,
		ends:     ErrFailed.Error(),
		needRoot: true,
	},
	{
		name: "another file system mounted in a folder",
		lay: func(h *host) {
			h.file(web+short(gone)+"/mount/hidden", "")
			h.mount("tmpfs", web+short(gone)+"/mount", "tmpfs", 0)
			h.file(web+short(gone)+"/mount/precious", "gold")
		},
		told:     []string{"failed " + web + short(gone) + ": mount: something is mounted there, so it is left alone"},
		ends:     ErrFailed.Error(),
		needRoot: true,
	},
	{
		name: "the same file system mounted in a folder once more",
		lay: func(h *host) {
			h.file(web+short(gone)+"/mount/hidden", "")
			h.mount(h.path("outside"), web+short(gone)+"/mount", "", unix.MS_BIND)
		},
		told:     []string{"failed " + web + short(gone) + ": mount: something is mounted there, so it is left alone"},
		ends:     ErrFailed.Error(),
		needRoot: true,
	},
	{
		name: "a file mounted in a folder",
		lay: func(h *host) {
			h.file(web+short(gone)+"/file", "")
			h.mount(h.path("outside/precious"), web+short(gone)+"/file", "", unix.MS_BIND)
		},
		told:     []string{"failed " + web + short(gone) + ": file: something is mounted there, so it is left alone"},
		ends:     ErrFailed.Error(),
		needRoot: true,
	},
	{
		name: "a folder that is a mount",
		lay: func(h *host) {
			h.logs(short(gone))
			h.mount(h.path("outside"), web+short(gone), "", unix.MS_BIND)
		},
		told:     []string{"failed " + web + short(gone) + ": something is mounted there, so it is left alone"},
		ends:     ErrFailed.Error(),
		needRoot: true,
	},
	{
		name: "a container that is there and has something mounted in its folder, where bytes count",
		lay: func(h *host) {
			h.file(web+short(running)+"/mount/hidden", "")
			h.mount("tmpfs", web+short(running)+"/mount", "tmpfs", 0)
			h.pruner.Rules[0].KeepBytes = 0
		},
		told:     []string{"kept " + web + short(running) + ": its container is there"},
		needRoot: true,
	},
	{
		name: "a service's folder on a disk of its own",
		lay: func(h *host) {
			h.must(os.MkdirAll(h.path(web), 0o755))
			h.mount("tmpfs", web, "tmpfs", 0)
			h.logs(short(gone))
		},
		gone:     []string{web + short(gone)},
		needRoot: true,
	},
	{
		name: "something mounted in a folder after it was looked at",
		lay: func(h *host) {
			h.file(web+short(gone)+"/mount/hidden", "")
			h.meantime(func() { h.mount(h.path("outside"), web+short(gone)+"/mount", "", unix.MS_BIND) })
		},
		told:     []string{"failed " + web + short(gone) + ": mount: something is mounted there, so it is left alone"},
		ends:     ErrFailed.Error(),
		needRoot: true,
	},
	{
		name: "a network file system",
		lay:  func(h *host) { h.logs(short(gone)); h.on(unix.NFS_SUPER_MAGIC) },
		told: []string{"failed " + web[:len(web)-1] + ": is on NFS, where other hosts' containers may write, so nothing in it is deleted (--network-root, if none do)"},
		ends: ErrFailed.Error(),
	},
	{
		name: "a network file system that is this host's alone",
		lay: func(h *host) {
			h.logs(short(gone))
			h.on(unix.NFS_SUPER_MAGIC)
			h.pruner.NetworkRoots = true
		},
		gone: []string{web + short(gone)},
	},
	{
		name: "a hard link to a log of a container that is there",
		lay: func(h *host) {
			h.logs(short(gone))
			h.must(os.Link(h.path(h.logs(short(running))+"/service.log"), h.path(web+short(gone)+"/linked.log")))
		},
		gone: []string{web + short(gone)},
		told: []string{"kept " + web + short(running) + ": its container is there"},
	},
	{
		name: "a folder that is swapped for a link after it was looked at",
		lay: func(h *host) {
			h.logs(short(gone))
			h.meantime(func() {
				h.must(os.RemoveAll(h.path(web + short(gone))))
				h.link(h.path("outside"), web+short(gone))
			})
		},
		told: []string{"failed " + web + short(gone) + ": not a directory"},
		ends: ErrFailed.Error(),
	},
	{
		name: "a folder that is swapped for a pipe after it was looked at",
		lay: func(h *host) {
			h.logs(short(gone))
			h.meantime(func() {
				h.must(os.RemoveAll(h.path(web + short(gone))))
				h.must(unix.Mkfifo(h.path(web+short(gone)), 0o644))
			})
		},
		told: []string{"failed " + web + short(gone) + ": not a directory"},
		ends: ErrFailed.Error(),
	},
	{
		name: "a folder that is swapped for another after it was looked at",
		lay: func(h *host) {
			h.logs(short(gone))
			h.meantime(func() {
				h.must(os.Rename(h.path(web+short(gone)), h.path("outside/moved")))
				h.must(os.Rename(h.path("outside/containers"), h.path(web+short(gone))))
			})
		},
		told: []string{"kept " + web + short(gone) + ": was replaced by another meanwhile"},
	},
	{
		name: "the folders above swapped for links after it was looked at",
		lay: func(h *host) {
			h.logs(short(gone))
			h.meantime(func() {
				h.must(os.RemoveAll(h.path(web)))
				h.link(h.path("outside/containers"), strings.TrimSuffix(web, "/"))
			})
		},
		told: []string{"failed " + web + short(gone) + ": not a directory"},
		ends: ErrFailed.Error(),
	},
	{
		name: "a folder that is written after it was looked at",
		lay: func(h *host) {
			h.logs(short(gone))
			h.meantime(func() { h.touch(web+short(gone)+"/service.log", time.Second) })
		},
		told: []string{"kept " + web + short(gone) + ": changed too recently"},
	},
	{
		name: "a folder that somebody else removes meanwhile",
		lay: func(h *host) {
			h.logs(short(gone))
			h.meantime(func() { h.must(os.RemoveAll(h.path(web + short(gone)))) })
		},
	},
	{
		name: "a host where no container was yet",
		lay:  func(h *host) { h.pruner.Rules[0].Patterns = []Pattern{h.pattern("var/log/nobody/*/containers/ID")} },
	},
	{
		name: "a link in the part of the pattern that somebody typed",
		lay: func(h *host) {
			h.logs(short(gone))
			h.link("acme", "var/log/company")
			h.pruner.Rules[0].Patterns = []Pattern{h.pattern("var/log/company/*/containers/ID")}
		},
		told: []string{"failed var/log/company: " + errFixedLink.Error()},
		ends: ErrFailed.Error(),
	},
	{
		name: "a pattern without a star",
		lay: func(h *host) {
			h.logs(short(gone))
			h.file("var/log/acme/app/containers/"+short(gone)+"/log", "")
			h.pruner.Rules[0].Patterns = []Pattern{h.pattern("var/log/acme/web/containers/ID")}
		},
		gone: []string{web + short(gone)},
	},
	{
		name: "heap dumps with an age of their own, in the same run",
		lay: func(h *host) {
			h.logs(short(gone))
			h.file("var/log/acme/web/heap_dumps/"+short(gone)+"/java_1.hprof", "")
			h.file("var/log/acme/web/heap_dumps/"+short(running)+"/java_1.hprof", "")
			h.file("var/log/acme/web/heap_dumps/"+short(gone2)+"/java_1.hprof", "")
			h.touch("var/log/acme/web/heap_dumps/"+short(gone2)+"/java_1.hprof", 46*time.Hour)
			h.pruner.Rules = append(h.pruner.Rules, Rule{Kind: "dumps", Patterns: []Pattern{h.pattern("var/log/*/*/heap_dumps/ID")}, MinAge: 47 * time.Hour, KeepBytes: -1})
		},
		gone: []string{web + short(gone), "var/log/acme/web/heap_dumps/" + short(gone)},
		told: []string{
			"kept var/log/acme/web/heap_dumps/" + short(running) + ": its container is there",
			"kept var/log/acme/web/heap_dumps/" + short(gone2) + ": changed too recently",
		},
	},
}

func TestSituations(t *testing.T) {
	for _, s := range situations {
		t.Run(s.name, func(t *testing.T) {
			if s.needRoot {
				needRoot(t)
			}
			h := newHost(t)
			s.lay(h)
			before := h.snapshot()
			var planned []string
			if !h.busy {
				planned = h.dryRun(before)
			} else { // what happens meanwhile is none of our doing
				do := h.answers[1].meantime
				h.answers[1].meantime = func() { do(); before = h.snapshot() }
			}
			sum, err := h.pruner.Run(t.Context())
			h.checkEnd(err, s.ends)
			h.check(before, s.gone)
			told := h.outcomes()
			want := slices.Clone(s.told)
			for _, name := range s.gone {
				if IsID(filepath.Base(name)) {
					want = append(want, "removed "+name)
				}
			}
			slices.Sort(want)
			if !slices.Equal(told, want) {
				t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
			}
			if !h.busy && !s.onlyReal && !slices.Equal(planned, told) {
				t.Errorf("a dry run told\n%s\nand a real one\n%s", strings.Join(planned, "\n"), strings.Join(told, "\n"))
			}
			if removed := strings.Count("\n"+strings.Join(told, "\n"), "\nremoved "); sum.Removed != removed {
				t.Errorf("the sum says %d were removed, and %d were told", sum.Removed, removed)
			}
		})
	}
}
