package images

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

const root = ".." // of the repository

// label marks what this run makes, so that all of it can be removed.
var label = fmt.Sprintf("jvm-entrypoint-test=%d", os.Getpid())

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"http": httpMain, "hprof": hprofMain})
}

func TestStories(t *testing.T) {
	needDocker(t)
	dist(t)
	neighbour := buildNeighbour(t)
	machine := strings.TrimSpace(docker(t, "info", "--format", "{{.Name}}"))
	agent, err := filepath.Abs(filepath.Join(root, "dist", "jmxmp-agent.jar"))
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Abs(filepath.Join(root, "examples"))
	if err != nil {
		t.Fatal(err)
	}
	withShell, shellLess := javaImages(), strings.Fields(os.Getenv("IMAGES_JRE_SHELL_LESS"))
	for i, jre := range slices.Concat(withShell, shellLess) {
		base := buildBase(t, jre)
		vars := []string{
			"BASE=" + base,
			"HELLO=" + buildHello(t, base),
			"EXAMPLES=" + examples,
			"JDK_IMAGE=" + cmp.Or(os.Getenv("MAVEN_IMAGE"), "eclipse-temurin:21-jdk"),
			"WITH_SHELL=" + withShell[i%len(withShell)],
			"NEIGHBOUR=" + neighbour,
			"MACHINE=" + machine,
			"JMXMP_AGENT=" + agent,
			"DOCKER_HOST=" + os.Getenv("DOCKER_HOST"),
			"DOCKER_CONFIG=" + os.Getenv("DOCKER_CONFIG"),
		}
		t.Run(path.Base(jre), func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir:                 "testdata",
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
				Setup: func(env *testscript.Env) error {
					env.Vars = append(env.Vars, vars...)
					env.Values["failed"] = env.T().(interface{ Failed() bool }).Failed
					return nil
				},
				Condition: func(name string) (bool, error) {
					switch name {
					case "shell":
						return !slices.Contains(shellLess, jre), nil
					case "compose":
						return hasCompose()
					case "java:17":
						return javaOf(jre) >= 17, nil
					case "java:11":
						return javaOf(jre) >= 11, nil
					case "privileged":
						return mayBePrivileged(neighbour), nil
					}
					return false, fmt.Errorf("unknown condition %s", name)
				},
				Cmds: commands,
			})
		})
	}
}

// commands are the stories', beside testscript's own.
var commands = map[string]func(*testscript.TestScript, bool, []string){
	"alone":     alone,
	"container": container,
	"image":     image,
	"network":   network,
	"set":       set,
	"waitfor":   waitfor,
	"within":    within,
	"logged":    logged,
	"example":   example,
	"compose":   compose,
	"task":      task,
}

// javaOf is the version that a Java image's tag begins with.
func javaOf(jre string) int {
	_, tag, _ := strings.Cut(path.Base(jre), ":")
	number, _, _ := strings.Cut(tag, "-")
	version, _ := strconv.Atoi(number)
	return version
}

// mayBePrivileged tells whether this Docker can start a privileged container: inside of a container of its own it
// often can't.
func mayBePrivileged(image string) bool {
	err := exec.Command("docker", "run", "--rm", "--privileged", image).Run()
	var ended *exec.ExitError
	const byDocker = 125 // its own exit code for what it could not start
	return !errors.As(err, &ended) || ended.ExitCode() != byDocker
}

func javaImages() []string {
	if images := strings.Fields(os.Getenv("IMAGES_JRE")); len(images) > 0 {
		return images
	}
	return []string{"eclipse-temurin:8-jre", "eclipse-temurin:17-jre", "eclipse-temurin:25-jre"}
}

// needDocker also sees to it that nothing which this test makes stays behind.
func needDocker(t *testing.T) {
	t.Helper()
	out, err := exec.Command("docker", "version", "--format", "{{.Server.Version}}").CombinedOutput()
	if err != nil {
		missing(t, fmt.Sprintf("no Docker daemon answers: %s", bytes.TrimSpace(out)))
	}
	// A bridge that an aborted run left holds addresses that ours needs.
	docker(t, "network", "prune", "--force", "--filter", "label=jvm-entrypoint-test")
	t.Cleanup(func() {
		for kind, remove := range map[string]string{"ps --all": "rm --force", "images": "rmi --force"} {
			list := docker(t, strings.Fields(kind+" --quiet --filter label="+label)...)
			if ids := strings.Fields(list); len(ids) > 0 {
				docker(t, append(strings.Fields(remove), ids...)...)
			}
		}
	})
}

// missing skips the test on somebody's laptop; in CI, where all is there, nothing may be skipped.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// dist makes dist/ from the sources as they are now, so that no story is told of an older binary.
func dist(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("mvn"); err != nil {
		missing(t, err.Error())
	}
	if err := makeDist(); err != nil {
		t.Fatal(err)
	}
}

// makeDist asks Go for its default of naming the commit, whatever this machine has set: images/dist must not take it.
var makeDist = sync.OnceValue(func() error {
	cmd := exec.Command(filepath.Join(root, "images", "dist"))
	flags, err := exec.Command("go", "env", "GOFLAGS").Output()
	if err != nil {
		return err
	}
	cmd.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(string(flags))+" -buildvcs=auto")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("images/dist: %w\n%s", err, out)
	}
	return nil
})

func buildNeighbour(t *testing.T) string {
	t.Helper()
	context := t.TempDir()
	goBuild(t, filepath.Join(context, "neighbour"), "./neighbour")
	return build(t, dockerfile(t, "FROM scratch\nCOPY neighbour /\nENTRYPOINT [\"/neighbour\"]\n"), context)
}

// goBuild builds a program that runs in any container.
func goBuild(t *testing.T, target, pkg string) {
	t.Helper()
	cmd := exec.Command("go", "build", "-o", target, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", pkg, err, out)
	}
}

// buildBase builds what a platform team builds. The images to compile in don't exist: with DIST=prebuilt nobody needs
// them.
func buildBase(t *testing.T, jre string) string {
	t.Helper()
	return build(t, "--build-arg=DIST=prebuilt", "--build-arg=JRE_IMAGE="+jre,
		"--build-arg=GO_IMAGE=not.needed/golang", "--build-arg=MAVEN_IMAGE=not.needed/maven",
		"--file="+filepath.Join(root, "Dockerfile.base"), root)
}

// buildHello builds what a service team builds on it.
func buildHello(t *testing.T, base string) string {
	t.Helper()
	hello := filepath.Join(root, "examples", "hello")
	if _, err := os.Stat(filepath.Join(hello, "target", "service.jar")); err != nil {
		missing(t, fmt.Sprintf("%v (run mvn -B -q package in examples/hello)", err))
	}
	twoLines, err := os.ReadFile(filepath.Join(hello, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	ours, found := strings.CutPrefix(string(twoLines), "FROM jvm-base:21\n")
	if !found {
		t.Fatalf("examples/hello/Dockerfile is not from jvm-base:21:\n%s", twoLines)
	}
	return build(t, dockerfile(t, "FROM "+base+"\n"+ours), hello)
}

// dockerfile is the argument that gives the content, in a file outside of the context.
func dockerfile(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "Dockerfile")
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return "--file=" + file
}

var builds int

// build returns the image's name: it needs one, since FROM knows no ids of images that come from no registry.
func build(t *testing.T, args ...string) string {
	t.Helper()
	builds++
	name := fmt.Sprintf("jvm-entrypoint-test:%d-%d", os.Getpid(), builds)
	docker(t, append([]string{"build", "--quiet", "--label", label, "--tag", name}, args...)...)
	return name
}

// docker returns what it prints.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("docker", args...)
	cmd.Env = append([]string{"DOCKER_BUILDKIT=1"}, os.Environ()...) // unless the test says otherwise
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("docker %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return stdout.String()
}
