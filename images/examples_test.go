package images

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The commands of the stories about the examples.

// example VARIABLE DOCKERFILE OPTION... builds an example in its folder, from this story's images; VARIABLE is its name,
// and stdout is what the build printed.
func example(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "example VARIABLE DOCKERFILE OPTION...")
	ours := strings.NewReplacer("FROM jvm-base:21\n", "FROM "+ts.Getenv("BASE")+"\n", "FROM hello\n", "FROM "+ts.Getenv("HELLO")+"\n")
	written := ts.ReadFile(args[1])
	text := ours.Replace(written)
	if text == written {
		ts.Fatalf("%s is from neither jvm-base:21 nor hello", args[1])
	}
	file := ts.MkAbs("Dockerfile." + args[0])
	ts.Check(os.WriteFile(file, []byte(text), 0o644))
	name := fmt.Sprintf("jvm-entrypoint-test:%d", time.Now().UnixNano())
	words := slices.Concat([]string{"build", "--progress=plain", "--label", label, "--tag", name, "--file", file}, args[2:], []string{filepath.Dir(ts.MkAbs(args[1]))})
	out, err := output(ts, "docker", words...)
	fmt.Fprint(ts.Stdout(), out)
	if err != nil {
		ts.Fatalf("docker build: %v\n%s", err, out)
	}
	ts.Setenv(args[0], name)
}

// hasCompose: in CI it must be there.
func hasCompose() (bool, error) {
	out, err := exec.Command("docker", "compose", "version").CombinedOutput()
	if err != nil && os.Getenv("CI") == "true" {
		return false, fmt.Errorf("docker compose: %w: %s", err, out)
	}
	return err == nil, nil
}

// compose VARIABLE FILE brings its services up, for as long as the story lasts; VARIABLE is the project's name.
func compose(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 2, "compose VARIABLE FILE")
	project := fmt.Sprintf("jvm-entrypoint-test-%d", time.Now().UnixNano())
	ts.Setenv(args[0], project)
	words := []string{"compose", "--project-name", project, "--file", ts.MkAbs(args[1])}
	ts.Defer(func() { output(ts, "docker", append(words, "down", "--volumes")...) })
	if out, err := output(ts, "docker", append(words, "up", "--detach", "--no-build")...); err != nil {
		ts.Fatalf("docker compose up: %v\n%s", err, out)
	}
}

// A taskDefinition is what any Docker can do of ECS's: not the limits of open files, which a container around it may keep.
type taskDefinition struct {
	Memory               string
	ContainerDefinitions []struct {
		Memory, MemoryReservation int
		PortMappings              []struct{ ContainerPort int }
		Environment               []struct{ Name, Value string }
		MountPoints               []struct{ SourceVolume, ContainerPath string }
		LinuxParameters           struct{ InitProcessEnabled bool }
	}
	Volumes []struct{ Name string }
}

// task VARIABLE FILE OPTION... starts $HELLO as a task definition has it, with its volumes in volumes/.
func task(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 1, "task VARIABLE FILE OPTION...")
	var definition taskDefinition
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &definition))
	words := slices.Concat(args[:1], definition.options(ts), args[2:], []string{ts.Getenv("HELLO")})
	container(ts, false, words)
}

func (d taskDefinition) options(ts *testscript.TestScript) []string {
	var options []string
	add := func(format string, a ...any) { options = append(options, fmt.Sprintf(format, a...)) }
	if d.Memory != "" {
		add("--memory=%sm", d.Memory)
	}
	c := d.ContainerDefinitions[0]
	if c.Memory > 0 {
		add("--memory=%dm", c.Memory)
		add("--memory-reservation=%dm", c.MemoryReservation)
	}
	for _, p := range c.PortMappings {
		add("--publish=127.0.0.1::%d", p.ContainerPort)
	}
	for _, e := range c.Environment {
		add("--env=%s=%s", e.Name, e.Value)
	}
	for _, m := range c.MountPoints {
		if !slices.ContainsFunc(d.Volumes, func(v struct{ Name string }) bool { return v.Name == m.SourceVolume }) {
			ts.Fatalf("no volume %s for %s", m.SourceVolume, m.ContainerPath)
		}
		add("--volume=%s:%s", ts.MkAbs("volumes/"+m.SourceVolume), m.ContainerPath)
	}
	add("--init=%t", c.LinuxParameters.InitProcessEnabled)
	return options
}
