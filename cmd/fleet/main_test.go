package main

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"jvm-entrypoint/cmd/internal/script"
	"jvm-entrypoint/fleet/docker/dockertest"
	"jvm-entrypoint/fleet/simulator"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fleet": main})
}

// TestScripts runs what docs/fleet.md promises, one file each. In every script:
//
//	aws N DENIED...  starts ECS and EC2 with N tasks of the service web in the
//	                 cluster prod, without permission for some IAM actions
//	daemon FILE      starts a Docker daemon whose containers are in a file, as JSON;
//	                 DOCKER_HOST names it
//	hold FILE        locks a file as a fleet that prunes does, until release
//	exits N COMMAND  runs a command that must end with exit code N
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			// Never the machine's own.
			env.Setenv("DOCKER_HOST", "unix://"+env.WorkDir+"/none.sock")
			env.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"aws":     aws,
			"daemon":  daemon,
			"exits":   script.Exits,
			"hold":    hold,
			"release": release,
		},
	})
}

func daemon(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: daemon FILE")
	}
	var containers []dockertest.Container
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &containers))
	stand := &dockertest.Daemon{Name: "box"}
	stand.Set(containers)
	socket := ts.MkAbs(args[0] + ".sock")
	ts.Check(stand.Start(socket))
	ts.Defer(func() { stand.Close() })
	ts.Setenv("DOCKER_HOST", "unix://"+socket)
}

// aws makes tasks on a bridge, two on each machine. The third one's agent is off.
func aws(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: aws N DENIED...")
	}
	tasks, err := strconv.Atoi(args[0])
	ts.Check(err)
	cloud := simulator.New()
	cloud.AddCluster("prod")
	cloud.Serve("prod", "web")
	for _, action := range args[1:] {
		cloud.Denied[action] = true
	}
	port := simulator.PortMapping{ContainerPort: 5555, Protocol: "tcp"}
	on := cloud.Define("web", "bridge", simulator.ContainerDefinition{Name: "app", PortMappings: []simulator.PortMapping{port}})
	off := cloud.Define("off", "bridge", simulator.ContainerDefinition{
		Name: "app", PortMappings: []simulator.PortMapping{port}, Environment: []simulator.KeyValue{{Name: "JMXMP", Value: "off"}},
	})
	machine := ""
	for i := range tasks {
		if i%2 == 0 {
			machine = cloud.AddMachine("prod", i/2+1)
		}
		made := on
		if i == 2 {
			made = off
		}
		cloud.Run("prod", i+1, simulator.Task{
			TaskDefinitionARN: made, ContainerInstanceARN: machine, Group: "service:web",
			Containers: []simulator.Container{{Name: "app", NetworkBindings: []simulator.NetworkBinding{
				{BindIP: "0.0.0.0", ContainerPort: 5555, HostPort: 32768 + i%2, Protocol: "tcp"},
				{BindIP: "::", ContainerPort: 5555, HostPort: 32768 + i%2, Protocol: "tcp"},
			}}},
		})
	}
	server := httptest.NewServer(cloud)
	ts.Defer(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": cloud.Region, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
	} {
		ts.Setenv(name, value)
	}
}

// The entrypoint has nothing of fleet's in it, nor of the libraries that only
// fleet needs: it would grow by them.
func TestEntrypointIsFreeOfFleet(t *testing.T) {
	dependencies := func(of string) []string {
		out, err := exec.Command("go", "list", "-deps", of).Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(string(out))
	}
	foreign := func(name string) bool {
		return strings.HasPrefix(name, "jvm-entrypoint/fleet") ||
			slices.ContainsFunc([]string{"moby", "docker", "/kong", "opentelemetry", "/service/"}, func(part string) bool { return strings.Contains(name, part) })
	}
	if slices.ContainsFunc(dependencies("jvm-entrypoint/cmd/entrypoint"), foreign) {
		t.Errorf("the entrypoint depends on %q", slices.DeleteFunc(dependencies("jvm-entrypoint/cmd/entrypoint"), func(name string) bool { return !foreign(name) }))
	}
	if !slices.ContainsFunc(dependencies("jvm-entrypoint/cmd/fleet"), foreign) {
		t.Error("fleet depends on nothing of its own: the test looks for the wrong names")
	}
	for _, name := range dependencies("jvm-entrypoint/cmd/fleet") {
		if strings.HasPrefix(name, "jvm-entrypoint/launcher") {
			t.Errorf("fleet depends on %s", name)
		}
	}
}
