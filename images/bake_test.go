package images

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// baked is a target as buildx understands docker-bake.hcl.
type baked struct {
	Context, Dockerfile string
	Contexts, Args      map[string]string
	Labels              map[string]string
	Tags, Platforms     []string
	Output, Attest      []map[string]string
}

// The bake file is a matrix of all versions and variants, which differ in what they are built on.
func TestBake(t *testing.T) {
	t.Setenv("REPOSITORY", "acme/jvm-base")
	t.Setenv("TAG", "1.4.0")
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	t.Setenv("JRE_IMAGE", "eclipse-temurin:VERSION-jre") // the tests' own variable has that name, too
	targets := bake(t)
	for _, version := range []string{"8", "11", "17", "21", "25"} {
		for variant, jre := range map[string]string{"slim": "eclipse-temurin:" + version + "-jre", "distroless": "jre"} {
			name := variant + "-" + version
			target, found := targets[name]
			tag := "acme/jvm-base:" + strings.TrimSuffix(version+"-"+strings.TrimPrefix(variant, "slim"), "-") + "-1.4.0"
			if !found || target.Dockerfile != "Dockerfile.base" || target.Args["JRE_IMAGE"] != jre || fmt.Sprint(target.Tags) != "["+tag+"]" ||
				fmt.Sprint(target.Platforms) != "[linux/amd64 linux/arm64]" || target.Output[0]["rewrite-timestamp"] != "true" ||
				len(target.Attest) != 2 || target.Labels["org.opencontainers.image.version"] != "1.4.0" {
				t.Errorf("%s is %+v", name, target)
			}
		}
		if target := targets["jre-distroless-"+version]; targets["distroless-"+version].Contexts["jre"] != "target:jre-distroless-"+version ||
			target.Context != "images" || target.Args["JRE_IMAGE"] != "eclipse-temurin:"+version+"-jre" {
			t.Errorf("without a shell %s is built on %+v", version, target)
		}
	}
	if want := 5 * 3; len(targets) != want {
		t.Errorf("%d targets, want %d", len(targets), want)
	}
}

// What goes into this machine's Docker is what any Docker can take: its own platform alone, and nothing beside the image.
func TestBakeLocal(t *testing.T) {
	t.Setenv("PLATFORMS", "local")
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	for name, target := range bake(t) {
		if fmt.Sprint(target.Platforms) != "[local]" || len(target.Attest) > 0 {
			t.Errorf("%s is %+v", name, target)
		}
		if !strings.HasPrefix(name, "jre-") && fmt.Sprint(target.Output) != "[map[type:docker]]" {
			t.Errorf("%s goes to %v", name, target.Output)
		}
	}
}

// bake is docker-bake.hcl as buildx reads it.
func bake(t *testing.T) map[string]baked {
	t.Helper()
	command := []string{"docker", "buildx"}
	if own := os.Getenv("BUILDX"); own != "" {
		command = []string{own}
	} else if err := exec.Command("docker", "buildx", "version").Run(); err != nil {
		missing(t, "docker has no buildx, and BUILDX names none")
	}
	cmd := exec.Command(command[0], append(command[1:], "bake", "--file", "images/docker-bake.hcl", "--print")...)
	cmd.Dir = root
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("buildx bake: %v\n%s", err, &stderr)
	}
	var file struct{ Target map[string]baked }
	if err := json.Unmarshal(stdout.Bytes(), &file); err != nil {
		t.Fatal(err)
	}
	return file.Target
}

// Both builders make the same runtime without a shell.
func TestDistrolessByAnyBuilder(t *testing.T) {
	needDocker(t)
	jres := javaImages()
	shell := "--entrypoint=/bin/sh"
	for _, buildKit := range []string{"0", "1"} {
		t.Setenv("DOCKER_BUILDKIT", buildKit)
		jre := build(t, "--build-arg=JRE_IMAGE="+jres[len(jres)-1], "--file="+filepath.Join(root, "images", "distroless.Dockerfile"), filepath.Join(root, "images"))
		docker(t, "run", "--rm", jre, "java", "-version")
		if err := exec.Command("docker", "run", "--rm", shell, jre, "-c", "true").Run(); err == nil {
			t.Errorf("DOCKER_BUILDKIT=%s: there is a shell", buildKit)
		}
	}
}

// What was bundled is told for scanners: the binaries' modules and the agent's libraries.
func TestBillsOfMaterials(t *testing.T) {
	dist(t)
	if out, err := exec.Command(filepath.Join(root, "images", "sbom")).CombinedOutput(); err != nil {
		t.Fatalf("images/sbom: %v\n%s", err, out)
	}
	for name, wanted := range map[string][]string{
		"entrypoint-linux-amd64": modules(t, "entrypoint-linux-amd64"),
		"entrypoint-linux-arm64": modules(t, "entrypoint-linux-arm64"),
		"fleet-linux-amd64":      modules(t, "fleet-linux-amd64"),
		"fleet-linux-arm64":      modules(t, "fleet-linux-arm64"),
		"jmxmp-agent":            {"jmxremote_optional-repackaged"},
	} {
		text, err := os.ReadFile(filepath.Join(root, "dist", "sbom", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var bill struct {
			BOMFormat  string
			Components []struct{ Name, Version string }
		}
		if err := json.Unmarshal(text, &bill); err != nil || bill.BOMFormat != "CycloneDX" {
			t.Errorf("%s: %q, %v", name, bill.BOMFormat, err)
		}
		told := map[string]string{}
		for _, component := range bill.Components {
			told[component.Name] = component.Version
		}
		for _, want := range wanted {
			if told[want] == "" {
				t.Errorf("%s: no %s in %v", name, want, told)
			}
		}
	}
}

// modules are those that a binary was built from.
func modules(t *testing.T, binary string) []string {
	t.Helper()
	out, err := exec.Command("go", "version", "-m", filepath.Join(root, "dist", binary)).Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] == "dep" {
			list = append(list, fields[1])
		}
	}
	if len(list) < 5 {
		t.Fatalf("built from %q alone", list)
	}
	return list
}
