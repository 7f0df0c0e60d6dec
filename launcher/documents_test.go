package launcher_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jvm-entrypoint/launcher"
	"jvm-entrypoint/launcher/jvm"
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
		for _, document := range []string{text, document(t, "what-happened.md")} {
			if !strings.Contains(document, fmt.Sprintf("\n| %d | ", code)) {
				t.Errorf("exit code %d is not told in\n%s", code, document)
			}
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
	text, _, _ := strings.Cut(document(t, "options.md"), "<!-- ")
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(text, -1) {
		documented = append(documented, row[1])
	}
	if want := launcher.DefaultNames(); !slices.Equal(documented, want) {
		t.Errorf("docs/options.md has %q, want %q", documented, want)
	}
}

func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The tables of rules and of versions in docs/ are those of the code.
// UPDATE_DOCS=1 writes them.
func TestDocsHaveEveryRule(t *testing.T) {
	for _, table := range []struct {
		file, name, text string
	}{
		{"options.md", "rules", rulesTable()},
		{"options.md", "two words", twoWordsTable()},
		{"host.md", "facts", launcher.FactsTable()},
		{"check.md", "strict", launcher.StrictTable()},
		{"removed.md", "lifetimes", lifetimesTable()},
		{"removed.md", "flags", flagsTable()},
	} {
		text := document(t, table.file)
		begin, end := fmt.Sprintf("<!-- %s: generated -->\n", table.name), fmt.Sprintf("<!-- %s: end -->", table.name)
		before, rest, found := strings.Cut(text, begin)
		got, after, closed := strings.Cut(rest, end)
		switch {
		case !found || !closed:
			t.Errorf("docs/%s has no place for %s", table.file, table.name)
		case got == table.text:
		case os.Getenv("UPDATE_DOCS") != "":
			if err := os.WriteFile("../docs/"+table.file, []byte(before+begin+table.text+end+after), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("docs/%s: the table of %s is not the code's (UPDATE_DOCS=1 go test ./launcher writes it)", table.file, table.name)
		}
	}
}

func rulesTable() string {
	text := "| options | effect | source |\n|---|---|---|\n"
	for _, r := range jvm.Rules() {
		text += fmt.Sprintf("| `%s` | %s | %s |\n", r.Options, r.Effect, r.Source)
	}
	return text
}

func twoWordsTable() string {
	byRelease := map[int][]string{}
	for option, since := range jvm.TwoWords() {
		byRelease[since] = append(byRelease[since], "`"+option+"`")
	}
	text := "| from Java | options |\n|---|---|\n"
	for _, since := range slices.Sorted(maps.Keys(byRelease)) {
		slices.Sort(byRelease[since])
		text += fmt.Sprintf("| %d | %s |\n", since, strings.Join(byRelease[since], " "))
	}
	return text
}

func lifetimesTable() string {
	release := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint(n)
	}
	text := "| option | since | ignored from | refused from | instead | source |\n|---|---|---|---|---|---|\n"
	for _, l := range jvm.Lifetimes() {
		refused := release(l.Refused)
		if l.AtLatest {
			refused = "at latest " + refused
		}
		text += fmt.Sprintf("| `%s` | %s | %s | %s | %s | %s |\n", l.Option, release(l.Since), release(l.Ignored), refused, l.Instead, l.Source)
	}
	return text
}

func flagsTable() string {
	text := "| Java " + strings.Trim(fmt.Sprint(jvm.MeasuredVersions()), "[]") + " | flags |\n|---|---|\n"
	byLetters := map[string][]string{}
	for _, flag := range jvm.MeasuredFlags() {
		byLetters[flag.Letters] = append(byLetters[flag.Letters], flag.Name)
	}
	for _, letters := range slices.Sorted(maps.Keys(byLetters)) {
		text += fmt.Sprintf("| `%s` | %s |\n", letters, strings.Join(byLetters[letters], " "))
	}
	return text
}

// Imports point one way, and jvm touches nothing outside.
func TestImports(t *testing.T) {
	for folder, allowed := range map[string]string{
		"./jvm":  "cmp embed errors fmt maps math path slices sort strconv strings sync unicode github.com/kballard/go-shellquote",
		"./host": "bytes cmp context encoding/json errors fmt io io/fs math net net/http net/netip net/url path slices strconv strings sync syscall time github.com/aws/aws-sdk-go-v2/aws github.com/aws/aws-sdk-go-v2/feature/ec2/imds github.com/vishvananda/netlink",
	} {
		output, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, folder).Output()
		if err != nil {
			t.Fatal(err)
		}
		for name := range strings.FieldsSeq(string(output)) {
			if !slices.Contains(strings.Fields(allowed), name) {
				t.Errorf("%s imports %s", folder, name)
			}
		}
	}
}

// Whatever is linked into a binary has its licence shipped and is named.
func TestLicences(t *testing.T) {
	for program, folders := range map[string][]string{"entrypoint": {".."}, "fleet": {"../fleet", ".."}} {
		notice, err := os.ReadFile(folders[0] + "/NOTICE")
		if err != nil {
			t.Fatal(err)
		}
		output, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "../cmd/"+program).Output()
		if err != nil {
			t.Fatal(err)
		}
		modules := strings.Fields(string(output))
		slices.Sort(modules)
		for _, module := range slices.Compact(modules) {
			if !strings.Contains(string(notice), "  "+module+" ") {
				t.Errorf("the NOTICE of %s does not name %s", program, module)
			}
			if !slices.ContainsFunc(folders, func(folder string) bool { return hasLicence(folder + "/licenses/" + module) }) {
				t.Errorf("%s: licenses/%s has no licence", program, module)
			}
		}
	}
}

func hasLicence(folder string) bool {
	entries, err := os.ReadDir(folder)
	return err == nil && slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		return strings.HasPrefix(e.Name(), "LICENSE") || e.Name() == "COPYING"
	})
}
