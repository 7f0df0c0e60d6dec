package torture

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed service
var sources embed.FS

// Jar compiles a profile's service for every Java version into a folder, and
// gives the jar's path. It needs a JDK.
func Jar(folder string, p Profile) (string, error) {
	work := filepath.Join(folder, p.Name)
	if err := os.MkdirAll(work, 0o755); err != nil {
		return "", err
	}
	service, err := fs.Sub(sources, "service")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(work, service); err != nil {
		return "", err
	}
	if err := writeUnits(filepath.Join(work, "unit"), p.Classes); err != nil {
		return "", err
	}
	script := "javac --release 8 -Xlint:-options -nowarn -d classes Torture.java unit/*.java && jar --create --file service.jar --main-class Torture -C classes ."
	cmd := exec.Command("sh", "-ec", script)
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("javac: %w\n%s", err, out)
	}
	return filepath.Join(work, "service.jar"), nil
}
