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
	for _, document := range documents(t) {
		t.Run(filepath.Base(document), func(t *testing.T) {
			for _, b := range blocks(t, document) {
				if b.comment != "" {
					b.existing(t)
					continue
				}
				if out, err := b.run(t); err != nil {
					t.Errorf("%v\n%s%s", err, b.text, out)
				}
			}
		})
	}
}

// A command that is not in a block of sh would be overlooked.
func TestDocumentsHaveBlocks(t *testing.T) {
	command := regexp.MustCompile(`(?m)^ {4}(?:[A-Z_]+=\S* )*(?:aws|curl|docker|go|java|jconsole|kubectl|mvn|visualvm) .*`)
	found := 0
	for _, document := range documents(t) {
		found += len(blocks(t, document))
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range command.FindAllString(string(text), -1) {
			t.Errorf("%s: not in a block of sh:\n%s", document, line)
		}
	}
	if found < 20 {
		t.Errorf("%d blocks", found)
	}
}

// documents are all that people read.
func documents(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("../docs/*.md")
	if err != nil || len(all) < 10 {
		t.Fatalf("%d documents, %v", len(all), err)
	}
	return append(all, "../README.md", "README.md")
}

// existing: the files are there that a comment says run the block.
func (b block) existing(t *testing.T) {
	t.Helper()
	by, found := strings.CutPrefix(b.comment, "run by ")
	if !found {
		return
	}
	files := regexp.MustCompile(`[\w.]+/[\w./]+`).FindAllString(by, -1)
	if len(files) == 0 && by != "CI" {
		t.Errorf("run by no file: %s", b.comment)
	}
	for _, file := range files {
		if _, err := os.Stat(filepath.Join("..", file)); err != nil {
			t.Errorf("%s: %v", b.comment, err)
		}
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
	link := regexp.MustCompile(`\]\(([^):# ]*)(?:#([^) ]+))?\)`)
	found := 0
	for _, document := range documents(t) {
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
