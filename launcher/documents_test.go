package launcher_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The README's table is the settings', to the letter: what is set, its default
// and what it means.
func TestReadmeHasEverySetting(t *testing.T) {
	text := readme(t)
	for _, s := range launcher.AllSettings() {
		row := fmt.Sprintf("| `%s` | %s | %s |\n", s.Name, s.Default, s.Help)
		if !strings.Contains(text, row) {
			t.Errorf("README.md has no row\n%s", row)
		}
	}
	if rows := strings.Count(text, "\n| `"); rows != len(launcher.AllSettings()) {
		t.Errorf("README.md has %d rows of settings, there are %d", rows, len(launcher.AllSettings()))
	}
}

func TestReadmeHasEveryExitCode(t *testing.T) {
	text := readme(t)
	for _, code := range []int{
		launcher.ExitOther, launcher.ExitSetting, launcher.ExitCannotRun,
		launcher.ExitNotFound, launcher.ExitTerminated,
	} {
		if !strings.Contains(text, fmt.Sprintf("\n| %d | ", code)) {
			t.Errorf("README.md does not tell exit code %d", code)
		}
	}
}

// Each of the two commands of a fresh machine is one line, alone in its block.
func TestReadmeHasTwoCommands(t *testing.T) {
	text := readme(t)
	for heading, command := range map[string]string{"Run": "examples/run", "Test": ".ci/test"} {
		_, section, _ := strings.Cut(text, "\n## "+heading+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section, -1)
		if len(blocks) != 1 || blocks[0][1] != command+"\n" {
			t.Errorf("%s: %q, want one block with %s", heading, blocks, command)
		}
		if info, err := os.Stat("../" + command); err != nil || info.Mode()&0o111 == 0 {
			t.Errorf("%s can't be run (%v)", command, err)
		}
	}
}

// Every default has its line in docs/options.md.
func TestDocsHaveEveryDefault(t *testing.T) {
	text, err := os.ReadFile("../docs/options.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(string(text), -1) {
		documented = append(documented, row[1])
	}
	if want := launcher.DefaultNames(); !slices.Equal(documented, want) {
		t.Errorf("docs/options.md has %q, want %q", documented, want)
	}
}

// Imports point one way, and jvm touches nothing outside.
func TestImports(t *testing.T) {
	for _, test := range []struct {
		folder    string
		forbidden []string
	}{
		{"./jvm", []string{"os", "os/exec", "net", "net/http", "io/fs", "syscall", "jvm-entrypoint/launcher", "jvm-entrypoint/launcher/host"}},
		{"./host", []string{"os", "os/exec", "jvm-entrypoint/launcher", "jvm-entrypoint/launcher/jvm"}},
	} {
		output, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, test.folder).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range strings.Fields(string(output)) {
			if slices.Contains(test.forbidden, name) {
				t.Errorf("%s imports %s", test.folder, name)
			}
		}
	}
}

// Whatever is linked into the binary has its licence shipped and is named.
func TestLicences(t *testing.T) {
	notice, err := os.ReadFile("../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "../cmd/entrypoint").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := strings.Fields(string(output))
	slices.Sort(modules)
	for _, module := range slices.Compact(modules) {
		if !strings.Contains(string(notice), "  "+module+" ") {
			t.Errorf("NOTICE does not name %s", module)
		}
		entries, err := os.ReadDir("../licenses/" + module)
		if err != nil || !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "LICENSE") }) {
			t.Errorf("licenses/%s has no licence (%v)", module, err)
		}
	}
}
