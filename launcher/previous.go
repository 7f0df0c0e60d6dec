package launcher

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"jvm-entrypoint/launcher/host"
	"jvm-entrypoint/launcher/jvm"
)

// PreviousLife is how the JVM ended that ran in this container's folders just
// before, where it left a trace. One that ended in good order, or was killed,
// leaves none.
type PreviousLife struct {
	Cause string // OutOfMemoryError, or what the hs_err file tells
	File  string // its path; empty where there is no trace
	Size  jvm.Bytes
	Ago   time.Duration // since it was written
}

// skewMost is how far the clock of another machine, whose disk it is, may be ahead.
const skewMost = time.Minute

// lookAtPreviousLife looks for traces in the container's own folders. Whoever may
// write there could have left anything: only files are looked at.
//
// Each start makes its own time that of the folders, and a trace is never older
// than the folder that it was put into. So an older one is of an earlier life. One
// of the future is of nobody's: it would be told at each start.
func lookAtPreviousLife(logs, dumps ContainerFolder, sys System) PreviousLife {
	var newest PreviousLife
	var written time.Time
	latest := sys.Now().Add(skewMost)
	for _, folder := range []ContainerFolder{logs, dumps} {
		info, err := fs.Lstat(sys.Root, host.InRoot(folder.Path()))
		if err == nil && folder.IsUsable() && info.ModTime().After(written) && !info.ModTime().After(latest) {
			written = info.ModTime()
		}
	}
	look := func(folder ContainerFolder, kind numbered) {
		for _, name := range folder.Names {
			file := path.Join(folder.Path(), name)
			if !kind.isOne(name) {
				continue
			}
			info, err := fs.Lstat(sys.Root, host.InRoot(file))
			if err == nil && info.Mode().IsRegular() && !info.ModTime().Before(written) && !info.ModTime().After(latest) {
				written = info.ModTime()
				newest = PreviousLife{File: file, Size: jvm.Bytes(info.Size())}
			}
		}
	}
	look(logs, errorLogs)
	look(dumps, heapDumps)
	if newest.File == "" {
		return newest
	}
	newest.Ago = max(sys.Now().Sub(written), 0)
	newest.Cause = "OutOfMemoryError"
	if strings.HasSuffix(newest.File, errorLogs.suffix) {
		newest.Cause = crashCause(newest.File, sys)
	}
	return newest
}

func crashCause(file string, sys System) string {
	opened, err := host.OpenFile(sys.Root, file)
	if err != nil {
		return "crash"
	}
	defer opened.Close()
	head, _ := io.ReadAll(io.LimitReader(opened, jvm.ErrorLogHead))
	if cause := jvm.CrashCause(string(head)); cause != "" {
		return "crash, " + cause
	}
	return "crash"
}

// String is one phrase; empty where there is no trace.
func (l PreviousLife) String() string {
	if l.File == "" {
		return ""
	}
	size := l.Size.String()
	if l.Size >= jvm.MiB {
		size = l.Size.WholeMiB().String()
	}
	return fmt.Sprintf("%s, %s of %s, %s ago", l.Cause, l.File, size, roughly(l.Ago))
}

// roughly is a time in the largest unit that it has two of.
func roughly(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= 2*unit.length {
			return count(int(d/unit.length), unit.name)
		}
	}
	return count(int(d/time.Second), "second")
}
