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

	"jvm-entrypoint/launcher/jvm"
)

// What ./trial reads and writes: it is another program, since it runs in containers.
type (
	trialRun struct {
		Argv     []string
		Env      []string `json:",omitempty"`
		File     string   `json:",omitempty"`
		FileText string   `json:",omitempty"`
	}
	trialResult struct {
		Code   int
		Output string
	}
)

// trialJar ends at once.
const trialJar = "/app/bin/nothing.jar"

// runTrials runs commands one after the other in one container of an image with so much memory.
func runTrials(t *testing.T, image, memory string, runs []trialRun) []trialResult {
	t.Helper()
	if memory == "unlimited" {
		return runTrialsWith(t, image, nil, runs)
	}
	return runTrialsWith(t, image, []string{"--memory", memory, "--memory-swap", memory}, runs)
}

// runTrialsWith does it with these limits, as docker run takes them.
func runTrialsWith(t *testing.T, image string, limits []string, runs []trialRun) []trialResult {
	t.Helper()
	if len(runs) == 0 {
		return nil
	}
	var input, output, stderr bytes.Buffer
	encoder := json.NewEncoder(&input)
	for _, run := range runs {
		if err := encoder.Encode(run); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"run", "--rm", "--interactive", "--label", label, "--entrypoint", "/trial"}
	cmd := exec.Command("docker", append(append(args, limits...), image)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &input, &output, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("docker run: %v\n%s", err, &stderr)
	}
	decoder := json.NewDecoder(&output)
	var results []trialResult
	for range runs {
		var result trialResult
		if err := decoder.Decode(&result); err != nil {
			t.Fatalf("after %d of %d: %v\n%s", len(results), len(runs), err, &stderr)
		}
		results = append(results, result)
	}
	return results
}

// onEachJava runs a test on an image for each Java version, with what else the fixture is to have: jars by their path.
func onEachJava(t *testing.T, jars map[string]string, test func(t *testing.T, image string, version jvm.Version)) {
	t.Helper()
	needDocker(t)
	dist(t)
	fixture := trialFixture(t)
	for path, jar := range jars {
		copyTo(t, jar, filepath.Join(fixture, path))
	}
	for _, jre := range javaMatrix() {
		image := buildTrial(t, jre, fixture)
		version := versionOf(t, image)
		t.Run(fmt.Sprintf("java%d", version.Feature), func(t *testing.T) {
			t.Parallel()
			test(t, image, version)
		})
	}
}

// isEdge tells the oldest and the newest of the versions, on which CI tries most.
func isEdge(version jvm.Version) bool {
	all := jvm.MeasuredVersions()
	return version.Feature == all[0] || version.Feature == all[len(all)-1]
}

func versionOf(t *testing.T, image string) jvm.Version {
	t.Helper()
	results := runTrials(t, image, "unlimited", []trialRun{{Argv: []string{"java", "-fullversion"}}})
	version, err := jvm.ParseFullVersion(results[0].Output)
	if err != nil {
		t.Fatalf("%v: %s", err, results[0].Output)
	}
	return version
}

// javaMatrix are the images of all Java versions.
func javaMatrix() []string {
	if images := strings.Fields(os.Getenv("IMAGES_JRE_MATRIX")); len(images) > 0 {
		return images
	}
	return javaImages()
}

// buildTrial puts the fixture over the base image on a Java image.
func buildTrial(t *testing.T, jre, fixture string) string {
	t.Helper()
	return build(t, dockerfile(t, "FROM "+buildBase(t, jre)+"\nCOPY . /\n"+
		"ENV HOST_IP=10.0.0.5 BIN_JAR="+trialJar+" JVM_RUN_AS=off\n"), fixture) // as java alone is: its log files are in root's folders
}

// trialFixture is what the strings of the corpus name, and what runs them.
func trialFixture(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, folder := range []string{"app/bin", "opt/agents", "opt/app/classes", "opt/app/mods", "opt/app/ext", "etc/app", "dumps", "var/log/app"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"etc/app/jvm.args":           "# a comment\n-Xmx120m\n\"-Dgreeting=hello world\"\n",
		"etc/app/vm.options":         "-Xmx120m -Dgreeting='hello world'\n",
		"etc/app/flags":              "+UseSerialGC MaxHeapSize=100m\n",
		"etc/app/app.policy":         "grant { permission java.security.AllPermission; };\n",
		"etc/app/logging.properties": "handlers=java.util.logging.ConsoleHandler\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	goBuild(t, filepath.Join(dir, "trial"), "./trial")
	nothing := jar(t, "Nothing", "public class Nothing { public static void main(String[] arguments) {} }", "Main-Class: Nothing\n")
	agent := jar(t, "Agent", "public class Agent { public static void premain(String arguments) {} }", "Premain-Class: Agent\n")
	copyTo(t, nothing, filepath.Join(dir, trialJar))
	for _, name := range []string{"newrelic", "jmx_prometheus_javaagent", "elastic-apm-agent", "jamm"} {
		copyTo(t, agent, filepath.Join(dir, "opt/agents", name+".jar"))
	}
	return dir
}

func copyTo(t *testing.T, file, target string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// jar compiles a class for every Java version, and packs it.
func jar(t *testing.T, class, source, manifest string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{class + ".java": source, "manifest": manifest} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, command := range []string{
		"javac --release 8 -Xlint:-options " + class + ".java",
		"jar --create --file packed.jar --manifest manifest " + class + ".class",
	} {
		words := strings.Fields(command)
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	return filepath.Join(dir, "packed.jar")
}
