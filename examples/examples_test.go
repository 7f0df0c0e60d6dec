package examples

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A check is a validator of files, and mistakes that it must find in them: what holds for a file is worth nothing where
// the validator takes anything.
type check struct {
	name     string
	files    string // a pattern
	command  []string
	mistakes []mistake
}

type mistake struct{ file, old, new, told string }

var checks = []check{
	{
		"task definitions", "ecs/*.json",
		[]string{"python", "testdata/register.py", "FILE"},
		[]mistake{
			{"ecs/ec2-bridge.json", `"image"`, `"picture"`, "Unknown parameter in containerDefinitions"},
			{"ecs/ec2-bridge.json", `"essential": true`, `"essential": "true"`, "Invalid type for parameter"},
			{"ecs/ec2-bridge.json", `"name": "hello",`, ``, "name should not be null"},
			{"ecs/ec2-awsvpc.json", `"awsvpc"`, `"vpc"`, "'vpc' is not one of"},
			{"ecs/fargate.json", `"memory": "1024"`, `"memory": "700"`, "not compatible with memory '700'"},
		},
	},
	{
		"CloudFormation", "ecs/*.yaml",
		[]string{"cfn-lint", "FILE"},
		[]mistake{
			{"ecs/cloudformation.yaml", "!Ref Logs", "!Ref Log", "E1020"},
			{"ecs/cloudformation.yaml", "StopTimeout: 30", "StopTime: 30", "E3002"},
			{"ecs/cloudformation.yaml", "EnableExecuteCommand: !If [Exec,", "EnableExecuteCommand: !If [Execute,", "E1028"},
			{"ecs/cloudformation.yaml", "[X86_64, ARM64]", "[X86_64, ARM]", "W1030"},
			{"ecs/cloudformation.yaml", "  JvmArgs:\n", "  Unused: { Type: String }\n  JvmArgs:\n", "W2001"}, // a warning fails, too
		},
	},
	{
		"Kubernetes", "kubernetes/*.yaml",
		[]string{"kubernetes-validate", "--strict", "FILE"},
		[]mistake{
			{"kubernetes/deployment.yaml", "replicas: 2", "replicas: two", "is not of type"},
			{"kubernetes/deployment.yaml", "readOnlyRootFilesystem", "readonlyRootFilesystem", "Additional properties are not allowed"},
			{"kubernetes/deployment.yaml", "  selector:\n", "  selectors:\n", "selector"},
		},
	},
	{
		"Compose", "compose/*.yaml",
		[]string{"docker", "compose", "--file", "FILE", "config", "--quiet"},
		[]mistake{
			{"compose/compose.yaml", "stop_grace_period", "stop_grace", "stop_grace"},
			{"compose/compose.yaml", "- logs:/var/log", "- log:/var/log", "undefined volume log"},
			{"compose/compose.yaml", "$${CONTAINER_ID}", "${CONTAINER ID}", "invalid interpolation format"},
		},
	},
}

func TestExamples(t *testing.T) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if c.command[0] == "docker" {
				needCompose(t)
			}
			files, err := filepath.Glob(c.files)
			if err != nil || len(files) == 0 {
				t.Fatalf("%s: %d files, %v", c.files, len(files), err)
			}
			for _, file := range files {
				if out, err := c.run(t, file); err != nil {
					t.Errorf("%s: %v\n%s", file, err, out)
				}
			}
			for _, m := range c.mistakes {
				wrong := m.in(t)
				if out, err := c.run(t, wrong); err == nil || !strings.Contains(out, m.told) {
					t.Errorf("%s with %q is told by %v, not with %q:\n%s", m.file, m.new, err, m.told, out)
				}
			}
		})
	}
}

// What is kept when the stack goes has no fixed name: the next stack could not make it again.
func TestKeptHasNoName(t *testing.T) {
	template, err := os.ReadFile("ecs/cloudformation.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, resources, _ := strings.Cut(string(template), "\nResources:\n")
	kept := 0
	for _, resource := range regexp.MustCompile(`(?m)^  \w+:\n(?:(?:    .*)?\n)+`).FindAllString(resources, -1) {
		if !strings.Contains(resource, "DeletionPolicy: Retain\n") {
			continue
		}
		kept++
		if regexp.MustCompile(`(?m)^      \w*Name: `).MatchString(resource) {
			t.Errorf("kept under a fixed name:\n%s", resource)
		}
	}
	if kept == 0 {
		t.Error("nothing is kept")
	}
}

func (c check) run(t *testing.T, file string) (string, error) {
	t.Helper()
	words := slices.Clone(c.command)
	words[slices.Index(words, "FILE")] = file
	return run(t, words...)
}

// in makes the file with the mistake in it.
func (m mistake) in(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(m.file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), m.old) {
		t.Fatalf("%s has no %q", m.file, m.old)
	}
	wrong := filepath.Join(t.TempDir(), filepath.Base(m.file))
	if err := os.WriteFile(wrong, []byte(strings.Replace(string(text), m.old, m.new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	return wrong
}

// run returns what a program prints on both streams, with the validators first on its PATH.
func run(t *testing.T, words ...string) (string, error) {
	t.Helper()
	if words[0] != "docker" {
		words[0] = filepath.Join(validators(t), words[0])
	}
	out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	return string(out), err
}

// validators is the folder of their programs.
func validators(t *testing.T) string {
	t.Helper()
	folder, err := install()
	if err != nil {
		missing(t, err.Error())
	}
	return folder
}

// install makes a virtual environment for exactly what is pinned. One that was left half made lacks the file that the
// last step writes.
var install = sync.OnceValues(func() (string, error) {
	pinned, err := os.ReadFile("testdata/requirements.txt")
	if err != nil {
		return "", err
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	home := filepath.Join(cache, "jvm-entrypoint", fmt.Sprintf("python-%x", sha256.Sum256(append(pinned, python...)))[:24])
	programs, done := filepath.Join(home, "bin"), filepath.Join(home, "installed")
	if _, err := os.Stat(done); err == nil {
		return programs, nil
	}
	for _, words := range [][]string{
		{python, "-m", "venv", "--clear", home},
		{filepath.Join(programs, "pip"), "install", "--quiet", "--no-compile", "--only-binary=:all:", "--requirement", "testdata/requirements.txt"},
	} {
		if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w\n%s", strings.Join(words, " "), err, out)
		}
	}
	return programs, os.WriteFile(done, nil, 0o644)
})

func needCompose(t *testing.T) {
	t.Helper()
	if out, err := exec.Command("docker", "compose", "version").CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("docker compose: %v: %s", err, out))
	}
}

// missing skips the test on somebody's laptop; in CI, where all is there, nothing may be skipped.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}
