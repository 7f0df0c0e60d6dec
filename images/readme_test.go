package images

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// The README's Run command, given in a fresh clone, shows what it says, with Docker and without.
func TestReadmeRun(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)\n## Run\n[^#]*?\n```sh\n(.+?)\n```\n").FindSubmatch(readme)
	if block == nil {
		t.Fatal("no code block under the README's heading Run")
	}
	for _, where := range []string{"here", "docker"} {
		t.Run(where, func(t *testing.T) {
			if where == "docker" {
				needDocker(t)
				if os.Getenv("CI") != "true" {
					t.Skip("it would take the name jvm-base:21, which may be in use on this machine")
				}
			}
			if _, err := exec.LookPath("mvn"); err != nil {
				missing(t, err.Error())
			}
			cmd := exec.Command("bash", "-c", string(block[1]))
			cmd.Dir = fresh(t)
			cmd.Env = append(os.Environ(), "RUN_IN="+where)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", block[1], err, out)
			}
			for what, pattern := range map[string]string{
				"command line": `-Xmx200m .*'?-Dgreeting=hello world'? .*-jar \S*/service\.jar`,
				"answer":       `(?m)^hello world from `,
				"attribute":    `(?s)through JMXMP.*used`,
				"clean end":    `(?s)\nbye\n.*exit code 143`,
			} {
				if !regexp.MustCompile(pattern).Match(out) {
					t.Errorf("no %s (%s) in\n%s", what, pattern, out)
				}
			}
		})
	}
}
