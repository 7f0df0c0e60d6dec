package images

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// realAgents are agents that people run beside ours, by the names that their makers give the files.
var realAgents = []string{
	"com.datadoghq:dd-java-agent:1.54.0",
	"io.opentelemetry.javaagent:opentelemetry-javaagent:2.20.1",
}

// TestRealAgents puts agents from Maven Central into each place, and beside it, by another path, into JVM_ARGS: one
// copy of each runs beside ours, and the service starts.
func TestRealAgents(t *testing.T) {
	jars := map[string]string{"app/bin/started.jar": jar(t, "Started", started, "Main-Class: Started\n")}
	var words, elsewhere []string
	for _, artifact := range realAgents {
		file := fetchAgent(t, artifact)
		for _, into := range []struct {
			folder string
			words  *[]string
		}{{"opt/agents/", &words}, {"opt/elsewhere/", &elsewhere}} {
			path := into.folder + filepath.Base(file)
			jars[path] = file
			*into.words = append(*into.words, "-javaagent:/"+path)
		}
	}
	onEachJava(t, jars, func(t *testing.T, image string, version jvm.Version) {
		if !isEdge(version) {
			t.Skip("tried on the oldest and the newest version")
		}
		var names []string
		var runs []trialRun
		for _, p := range places {
			if p.name == jvm.JDKOptions && !version.AtLeast(9) {
				continue
			}
			run := p.put(words)
			if p.name != jvmArgs.name { // the same again
				run.Env = append(run.Env, jvmArgs.put(elsewhere).Env...)
			}
			// They report nothing anywhere.
			run.Env = append(run.Env, "BIN_JAR=/app/bin/started.jar", "OTEL_SDK_DISABLED=true", "DD_TRACE_ENABLED=false",
				"DD_INSTRUMENTATION_TELEMETRY_ENABLED=false", "DD_REMOTE_CONFIGURATION_ENABLED=false")
			names, runs = append(names, p.name), append(runs, run)
		}
		for i, result := range runTrials(t, image, "unlimited", runs) {
			checkAgents(t, names[i], result)
		}
	})
}

// started is a service that tells which options its JVM got.
const started = `public class Started {
	public static void main(String[] arguments) {
		for (String option : java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments()) {
			System.out.println("input " + option);
		}
		System.out.println("started");
	}
}`

// checkAgents looks for one copy of each agent, in what the JVM got and in what the agents say by themselves.
func checkAgents(t *testing.T, name string, result trialResult) {
	t.Helper()
	if result.Code != 0 || !strings.Contains(result.Output, "\nstarted\n") {
		t.Errorf("%s: exit code %d: %s", name, result.Code, result.Output)
	}
	for _, agent := range []string{"dd-java-agent", "opentelemetry-javaagent", "jmxmp-agent"} {
		if n := countAgent(result.Output, agent); n != 1 {
			t.Errorf("%s: %d copies of %s:\n%s", name, n, agent, result.Output)
		}
	}
	if strings.Count(result.Output, "opentelemetry-javaagent - version") != 1 || !strings.Contains(result.Output, "[dd.trace") ||
		strings.Contains(result.Output, "more than once") {
		t.Errorf("%s: the agents say\n%s", name, result.Output)
	}
}

// countAgent counts how often the JVM was given an agent, from wherever.
func countAgent(output, agent string) int {
	n := 0
	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, "input -javaagent:") && strings.Contains(line, "/"+agent+".jar") {
			n++
		}
	}
	return n
}

// fetchAgent takes an artifact from Maven, without the version in its name.
func fetchAgent(t *testing.T, artifact string) string {
	t.Helper()
	folder := t.TempDir()
	cmd := exec.Command("mvn", "-B", "-q", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy", "-Dartifact="+artifact,
		"-DoutputDirectory="+folder, "-Dmdep.stripVersion=true")
	if out, err := cmd.CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("mvn can't fetch %s: %v\n%s", artifact, err, out))
	}
	return filepath.Join(folder, strings.Split(artifact, ":")[1]+".jar")
}
