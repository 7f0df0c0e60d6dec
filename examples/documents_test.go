package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A block is what a reader of a document types into a shell.
type block struct{ why, text string }

// blocks finds them, and the comment before each that says why it is not run here.
func blocks(t *testing.T, document string) []block {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var all []block
	for _, found := range regexp.MustCompile("(?s)(?:<!-- not run: ([^>]+) -->\n)?```sh\n(.*?)```").FindAllSubmatch(text, -1) {
		all = append(all, block{string(found[1]), string(found[2])})
	}
	return all
}

// What a reader is told to type is run as it stands, from the repository's root, or the document says why it is not.
func TestDocuments(t *testing.T) {
	for _, document := range []string{"../docs/ecs.md", "../docs/moving.md"} {
		t.Run(filepath.Base(document), func(t *testing.T) {
			all := blocks(t, document)
			if len(all) == 0 {
				t.Fatal("no block of commands")
			}
			for _, b := range all {
				if b.why == "" {
					if out, err := b.run(t); err != nil {
						t.Errorf("%v\n%s%s", err, b.text, out)
					}
				}
			}
		})
	}
}

// A wrong option, a parameter of a wrong type and a query that finds nothing are noticed.
func TestDocumentsMistakes(t *testing.T) {
	for _, text := range []string{
		"aws ecs describe-tasks --clustr default --tasks TASK\n",
		"aws ecs create-service --service-name hello --desired-count two\n",
		"aws ecs register-task-definition --cli-input-json file://examples/ecs/nothing.json\n",
		"aws ecs describe-tasks --cluster default --tasks TASK --query 'tasks[].container[].runtimeId'\n",
		"aws ecs describe-tasks --cluster default --tasks TASK --query 'tasks[.hostPort'\n",
	} {
		if out, err := (block{text: text}).run(t); err == nil {
			t.Errorf("not noticed: %s%s", text, out)
		}
	}
}

// run gives it to a shell whose aws is testdata/aws.py.
func (b block) run(t *testing.T) (string, error) {
	t.Helper()
	stand, err := filepath.Abs("testdata/aws.py")
	if err != nil {
		t.Fatal(err)
	}
	python := filepath.Join(validators(t), "python")
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", "aws() { "+python+" "+stand+" \"$@\"; }\n"+b.text)
	cmd.Dir = ".."
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}
