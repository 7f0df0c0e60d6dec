package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher"
)

// A block is what a reader of a document types into a shell, and the comment before it that says who else runs it, or why
// nobody can.
type block struct{ comment, text string }

func blocks(t *testing.T, document string) []block {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var all []block
	for _, found := range regexp.MustCompile("(?s)(?:<!-- ((?:not run: |run by )[^>]+) -->\n)?```sh\n(.*?)```").FindAllSubmatch(text, -1) {
		all = append(all, block{string(found[1]), string(found[2])})
	}
	return all
}

// What a reader is told to type is run as it stands, from the repository's root, or the document says who runs it or why
// nobody can.
func TestDocuments(t *testing.T) {
	for _, document := range []string{"../README.md", "../docs/ecs.md", "../docs/images.md", "../docs/moving.md"} {
		t.Run(filepath.Base(document), func(t *testing.T) {
			all := blocks(t, document)
			if len(all) == 0 {
				t.Fatal("no block of commands")
			}
			for _, b := range all {
				if b.comment == "" {
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

// A deployment of the template names parameters of it, which the CLI does not look at. It also is the command that leaves
// alone what it does not name: update-stack would set that back to its default.
func TestDeployments(t *testing.T) {
	template, err := os.ReadFile("ecs/cloudformation.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, parameters, _ := strings.Cut(string(template), "\nParameters:\n")
	parameters, _, _ = strings.Cut(parameters, "\nConditions:\n")
	var known []string
	for _, name := range regexp.MustCompile(`(?m)^  (\w+):$`).FindAllStringSubmatch(parameters, -1) {
		known = append(known, name[1])
	}
	deployments := 0
	for _, b := range blocks(t, "../docs/ecs.md") {
		if strings.Contains(b.text, "update-stack") {
			t.Errorf("sets back what it does not name:\n%s", b.text)
		}
		_, overrides, found := strings.Cut(b.text, " --parameter-overrides ")
		if !found {
			continue
		}
		deployments++
		overrides, _, _ = strings.Cut(overrides, "\n")
		for override := range strings.FieldsSeq(overrides) {
			if name, _, _ := strings.Cut(override, "="); !slices.Contains(known, name) {
				t.Errorf("%s is none of the template's parameters, %v", name, known)
			}
		}
	}
	if deployments != 2 {
		t.Errorf("%d deployments", deployments)
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

// What stands for ours in the tables of docs/moving.md is ours.
func TestMovingNamesSettings(t *testing.T) {
	text, err := os.ReadFile("../docs/moving.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"JAVA_TOOL_OPTIONS": true, "LOG_PATH": true, "DD_AGENT_HOST": true} // not settings, but obeyed
	for _, s := range launcher.AllSettings() {
		known[s.Name] = true
	}
	rows := 0
	for line := range strings.Lines(string(text)) {
		_, ours, found := strings.Cut(strings.ReplaceAll(strings.TrimPrefix(line, "|"), `\|`, ""), "|")
		if !found {
			continue
		}
		rows++
		for _, name := range regexp.MustCompile("[A-Z]+_[A-Z_]+").FindAllString(ours, -1) {
			if !known[name] {
				t.Errorf("%s is no setting:\n%s", name, line)
			}
		}
	}
	if rows < 50 {
		t.Errorf("%d rows", rows)
	}
}

// A link within the repository leads to a file that is there, and to a heading that is in it.
func TestLinks(t *testing.T) {
	documents, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`\]\(([^):# ]*)(?:#([^) ]+))?\)`)
	found := 0
	for _, document := range append(documents, "../README.md", "README.md") {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range link.FindAllStringSubmatch(string(text), -1) {
			target := document
			if l[1] != "" {
				target = filepath.Join(filepath.Dir(document), l[1])
			}
			found++
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %v", document, err)
			} else if l[2] != "" && !slices.Contains(anchors(t, target), l[2]) {
				t.Errorf("%s: %s has no heading #%s", document, target, l[2])
			}
		}
	}
	if found < 50 {
		t.Errorf("%d links", found)
	}
}

// anchors are what a document's headings are called in links.
func anchors(t *testing.T, document string) []string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, heading := range regexp.MustCompile("(?m)^#+ (.+)$").FindAllStringSubmatch(string(text), -1) {
		words := regexp.MustCompile("[^a-z0-9 _-]").ReplaceAllString(strings.ToLower(heading[1]), "")
		all = append(all, strings.ReplaceAll(words, " ", "-"))
	}
	return all
}
