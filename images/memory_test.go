package images

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"testing"

	"jvm-entrypoint/bench/memory/torture"
)

// TestMemory runs a few cells of the table in docs/memory.md: a service that uses all that it may is not killed, and
// keeps answering; one that takes memory without end ends by itself, and explains it.
func TestMemory(t *testing.T) {
	needDocker(t)
	dist(t)
	if _, err := exec.LookPath("javac"); err != nil {
		missing(t, err.Error())
	}
	jars := map[string]string{}
	for _, p := range []torture.Profile{torture.Large, torture.Small} {
		jar, err := torture.Jar(t.TempDir(), p)
		if err != nil {
			t.Fatal(err)
		}
		jars[p.Name] = jar
	}
	const seconds = 15
	for i, jre := range javaImages() {
		image := buildBase(t, jre)
		for _, row := range []struct {
			torture.Profile
			limit int     // MiB
			share float64 // of it that the heap has at least; what the JVM tells is less by a survivor space
			mode  string
		}{
			{torture.Large, 256, 0.37, "churn"},
			{torture.Large, 512, 0.54, "churn"},
			{torture.Small, 128, 0.22, "churn"},
			{torture.Small, 512, 0, "heap"},
		} {
			if row.mode != "churn" && i > 0 { // without end once is enough
				continue
			}
			t.Run(fmt.Sprintf("%s/%s in %d of %s", path.Base(jre), row.Name, row.limit, row.mode), func(t *testing.T) {
				t.Parallel()
				dumps := t.TempDir()
				if err := os.Chmod(dumps, 0o777); err != nil {
					t.Fatal(err)
				}
				cell := torture.Cell{
					Image: image, Jar: jars[row.Name], Profile: row.Profile, Limit: row.limit, Seconds: seconds, Mode: row.mode,
					Docker: []string{"--label", label, "--volume", dumps + ":/heap_dumps"},
				}
				r, err := cell.Run(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("heap %d, peak %d, longest gap %v", r.Heap, r.Peak, r.Gap)
				if row.mode == "churn" {
					if !r.IsWell() || float64(r.Heap) < row.share*float64(row.limit) {
						t.Errorf("killed %t, exit code %d, longest gap %v, heap %d\n%s", r.Killed, r.ExitCode, r.Gap, r.Heap, r.Output)
					}
					return
				}
				if found, _ := filepath.Glob(dumps + "/*/java_1.hprof"); r.Killed || r.ExitCode != 3 || len(found) != 1 {
					t.Errorf("killed %t, exit code %d, dumps %q\n%s", r.Killed, r.ExitCode, found, r.Output)
				}
			})
		}
	}
}
