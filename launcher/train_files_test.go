package launcher

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestDropOtherLoaders(t *testing.T) {
	list := filepath.Join(t.TempDir(), "classes.lst")
	const own, plugin = "java/lang/Object id: 0\nAn id: 7\n@lambda-proxy An run ()V\n", "Plugin id: 8 super: 0 source: /plugins/a.jar\n"
	if err := os.WriteFile(list, []byte(own[:23]+plugin+own[23:]+plugin), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := dropOtherLoaders(list); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(list); err != nil || string(text) != own {
		t.Errorf("%q, %v", text, err)
	}
}

// Java's user can put anything there.
func TestDropOtherLoadersOfNoFile(t *testing.T) {
	pipe, link := filepath.Join(t.TempDir(), "pipe"), filepath.Join(t.TempDir(), "link")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", link); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{pipe, link} {
		if dropOtherLoaders(list) == nil {
			t.Errorf("%s passes for a list of classes", filepath.Base(list))
		}
	}
}
