package prune

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestLock(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "lock")
	first, err := Lock(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(file); err == nil || !strings.Contains(err.Error(), "another fleet prune is at work") {
		t.Errorf("the second got %v", err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can hold it: %v %v", info.Mode(), err)
	}
	// What we start does not hold it.
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = child.Process.Kill(), child.Wait() }()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := Lock(file)
	if err != nil {
		t.Fatal(err)
	}
	second.Close()

	link := filepath.Join(folder, "link")
	if err := os.Symlink("victim", link); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{link, folder, filepath.Join(folder, "nowhere", "lock")} {
		if _, err := Lock(wrong); err == nil || !strings.Contains(err.Error(), "(name another file: --lock FILE)") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "victim")); err == nil {
		t.Error("a link was followed")
	}
}
