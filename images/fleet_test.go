package images

import (
	"bytes"
	"debug/elf"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"jvm-entrypoint/fleet/simulator"
)

// TestFleet tells stories of fleet beside a real Docker daemon. Java's version makes no difference to it.
func TestFleet(t *testing.T) {
	needDocker(t)
	dist(t)
	t.Setenv("PATH", fleetOnPath(t)+":"+os.Getenv("PATH"))
	jres := javaImages()
	base := buildBase(t, jres[len(jres)-1])
	hello := buildHello(t, base)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/fleet",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(
				env.Vars, "BASE="+base, "HELLO="+hello, "JMXMP_AGENT="+agentJar(t),
				"MACHINE="+strings.TrimSpace(docker(t, "info", "--format", "{{.Name}}")),
				"DOCKER_HOST="+os.Getenv("DOCKER_HOST"), "DOCKER_CONFIG="+os.Getenv("DOCKER_CONFIG"),
			)
			env.Values["failed"] = env.T().(interface{ Failed() bool }).Failed
			return nil
		},
		Cmds: commands,
	})
}

func agentJar(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, "dist", "jmxmp-agent.jar"))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// fleetOnPath is a folder with dist's fleet for this machine, under its name.
func fleetOnPath(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	binary, err := filepath.Abs(filepath.Join(root, "dist", "fleet-linux-"+runtime.GOARCH))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(binary, filepath.Join(folder, "fleet")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// What the README says of fleet is typed as it stands, for a service named otherwise, whose tasks are containers here.
// ECS is simulated; Docker, the addresses and who answers there are real.
func TestFleetReadme(t *testing.T) {
	needDocker(t)
	dist(t)
	jres := javaImages()
	hello := buildHello(t, buildBase(t, jres[len(jres)-1]))
	service := fmt.Sprintf("web%d", os.Getpid())
	work := t.TempDir()
	shell := fleetShell(t, work, startTasks(t, service, hello))

	for _, b := range fleetBlocks(t) {
		out, err := shell(strings.ReplaceAll(b, "web", service))
		t.Logf("%s%s", b, out)
		if err != nil {
			t.Errorf("%s: %v", b, err)
		}
		for what, pattern := range map[string]string{
			"a line of Docker's containers": `(?m)^` + service + ` .* service:jmx:jmxmp://127\.0\.0\.1:\d+$`,
			"a URL alone":                   `(?m)^service:jmx:jmxmp://[\d.]+:\d+$`,
			"an attribute":                  `committed=.*used=`,
		} {
			if !strings.Contains(b, "--output") && !regexp.MustCompile(pattern).MatchString(out) {
				t.Errorf("no %s (%s) in\n%s", what, pattern, out)
			}
		}
	}
	dumps, err := filepath.Glob(filepath.Join(work, "dumps", service+"_*.txt"))
	if err != nil || len(dumps) != tasks {
		t.Fatalf("%q (%v), want %d", dumps, err, tasks)
	}
	for _, dump := range dumps {
		text, err := os.ReadFile(dump)
		if err != nil || !bytes.Contains(text, []byte("\n\"main\" ")) && !bytes.Contains(text, []byte("java.lang.Thread.State:")) {
			t.Errorf("%s is no thread dump (%v):\n%s", dump, err, text)
		}
	}
}

// fleetBlocks are the README's blocks of commands about fleet.
func fleetBlocks(t *testing.T) []string {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, found := range regexp.MustCompile("(?s)<!-- run by images/fleet_test.go -->\n```sh\n(.*?)```").FindAllSubmatch(readme, -1) {
		blocks = append(blocks, string(found[1]))
	}
	if len(blocks) != 2 {
		t.Fatalf("%d blocks, want the three lines and the thread dumps", len(blocks))
	}
	return blocks
}

const tasks = 3

// startTasks starts a service's containers, as Compose labels them, and waits until all of them answer. It gives an AWS
// account in which they are tasks on a machine, which is this one.
func startTasks(t *testing.T, service, image string) *simulator.Cloud {
	t.Helper()
	cloud := simulator.New()
	cloud.AddCluster("prod")
	cloud.Serve("prod", service)
	on := cloud.AddMachine("prod", 1)
	for id, machine := range cloud.Machines {
		machine.IPv4 = ownAddress(t)
		cloud.Machines[id] = machine
	}
	made := cloud.Define("hello", "bridge", simulator.ContainerDefinition{
		Name: "hello", PortMappings: []simulator.PortMapping{{ContainerPort: 5555, Protocol: "tcp"}},
	})
	for i := range tasks {
		id := strings.TrimSpace(docker(t, "run", "--detach", "--label", label, "--label", "com.docker.compose.service="+service, "-p", "5555", image))
		t.Cleanup(func() { docker(t, "rm", "--force", "--volumes", id) })
		first, _, _ := strings.Cut(docker(t, "port", id, "5555"), "\n")
		port, err := strconv.Atoi(first[strings.LastIndex(first, ":")+1:])
		if err != nil {
			t.Fatalf("docker port: %q", first)
		}
		cloud.Run("prod", i+1, simulator.Task{
			TaskDefinitionARN: made, ContainerInstanceARN: on, Group: "service:" + service,
			Containers: []simulator.Container{{Name: "hello", RuntimeID: id, NetworkBindings: []simulator.NetworkBinding{
				{BindIP: "0.0.0.0", ContainerPort: 5555, HostPort: port, Protocol: "tcp"},
			}}},
		})
		address := fmt.Sprintf("127.0.0.1:%d", port)
		for start := time.Now(); exec.Command("java", "-jar", agentJar(t), "get", address, "java.lang:type=Runtime", "Uptime").Run() != nil; time.Sleep(200 * time.Millisecond) {
			if time.Since(start) > patience {
				t.Fatalf("%s does not answer within %v", address, patience)
			}
		}
	}
	return cloud
}

// ownAddress is one that this machine has for others.
func ownAddress(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range addresses {
		if ip, ok := address.(*net.IPNet); ok && ip.IP.To4() != nil && ip.IP.IsGlobalUnicast() {
			return ip.IP.String()
		}
	}
	t.Fatalf("no address beside loopback: %v", addresses)
	return ""
}

// fleetShell types commands where fleet is on PATH and the agent's jar lies, and waits for what they left in the
// background.
func fleetShell(t *testing.T, work string, cloud *simulator.Cloud) func(text string) (string, error) {
	t.Helper()
	server := httptest.NewServer(cloud)
	t.Cleanup(server.Close)
	if err := os.Symlink(agentJar(t), filepath.Join(work, "jmxmp-agent.jar")); err != nil {
		t.Fatal(err)
	}
	path := fleetOnPath(t)
	nowhere := filepath.Join(work, "nowhere")
	return func(text string) (string, error) {
		cmd := exec.Command("bash", "-euo", "pipefail", "-c", text+"for job in $(jobs -p); do wait $job; done\n")
		cmd.Dir = work
		cmd.Env = append(
			os.Environ(), "PATH="+path+":"+os.Getenv("PATH"),
			"AWS_ENDPOINT_URL="+server.URL, "AWS_REGION="+cloud.Region, "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
			"AWS_SESSION_TOKEN=", "AWS_PROFILE=", "AWS_CONFIG_FILE="+nowhere, "AWS_SHARED_CREDENTIALS_FILE="+nowhere, "AWS_EC2_METADATA_DISABLED=true",
		)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
}

// fleet runs on any Linux of its architecture, and whoever builds it gets the same bytes.
func TestFleetBinaries(t *testing.T) {
	dist(t)
	clone := fresh(t)
	for architecture, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		name := "fleet-linux-" + architecture
		binary, err := os.ReadFile(filepath.Join(root, "dist", name))
		if err != nil {
			t.Fatal(err)
		}
		static(t, name, binary, machine)
		again := filepath.Join(t.TempDir(), name)
		build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", again, "./cmd/fleet")
		build.Dir, build.Env = clone, append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture)
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, out)
		}
		if other, err := os.ReadFile(again); err != nil || !bytes.Equal(binary, other) {
			t.Errorf("%s: built elsewhere it is another one (%v)", name, err)
		}
	}
}
