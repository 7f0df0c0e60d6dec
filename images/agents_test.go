package images

import (
	"os/exec"
	"path/filepath"
	"slices"
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
	needDocker(t)
	dist(t)
	fixture := trialFixture(t)
	var words, elsewhere []string
	for _, agent := range realAgents {
		words = append(words, "-javaagent:"+fetchAgent(t, agent, filepath.Join(fixture, "opt/agents")))
		elsewhere = append(elsewhere, "-javaagent:"+fetchAgent(t, agent, filepath.Join(fixture, "opt/elsewhere")))
	}
	started := jar(t, "Started", `public class Started {
		public static void main(String[] arguments) {
			for (String option : java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments()) {
				System.out.println("input " + option);
			}
			System.out.println("started");
		}
	}`, "Main-Class: Started\n")
	copyTo(t, started, filepath.Join(fixture, "app/bin/started.jar"))
	jres := javaMatrix()
	for _, jre := range []string{jres[0], jres[len(jres)-1]} {
		image := buildTrial(t, jre, fixture)
		version := versionOf(t, image)
		var names []string
		var runs []trialRun
		args := places[slices.IndexFunc(places, func(p place) bool { return p.name == "JVM_ARGS" })]
		for _, p := range places {
			if p.name == jvm.JDKOptions && !version.AtLeast(9) {
				continue
			}
			run := p.put(words)
			if p.name != args.name { // the same again
				run.Env = append(run.Env, args.put(elsewhere).Env...)
			}
			// They report nothing anywhere.
			run.Env = append(run.Env, "BIN_JAR=/app/bin/started.jar", "OTEL_SDK_DISABLED=true", "DD_TRACE_ENABLED=false",
				"DD_INSTRUMENTATION_TELEMETRY_ENABLED=false", "DD_REMOTE_CONFIGURATION_ENABLED=false")
			names, runs = append(names, jre+": "+p.name), append(runs, run)
		}
		for i, result := range runTrials(t, image, "unlimited", runs) {
			if result.Code != 0 || !strings.Contains(result.Output, "\nstarted\n") {
				t.Errorf("%s: exit code %d: %s", names[i], result.Code, result.Output)
			}
			for _, agent := range []string{"dd-java-agent", "opentelemetry-javaagent", "jmxmp-agent"} {
				if n := countAgent(result.Output, agent); n != 1 {
					t.Errorf("%s: %d copies of %s:\n%s", names[i], n, agent, result.Output)
				}
			}
			// What each says by itself, of its start and of a second one.
			if strings.Count(result.Output, "opentelemetry-javaagent - version") != 1 || !strings.Contains(result.Output, "[dd.trace") ||
				strings.Contains(result.Output, "more than once") {
				t.Errorf("%s: the agents say\n%s", names[i], result.Output)
			}
		}
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

// fetchAgent takes an artifact from Maven into a folder, and gives its path in the image.
func fetchAgent(t *testing.T, artifact, folder string) string {
	t.Helper()
	cmd := exec.Command("mvn", "-B", "-q", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy", "-Dartifact="+artifact,
		"-DoutputDirectory="+folder, "-Dmdep.stripVersion=true")
	if out, err := cmd.CombinedOutput(); err != nil {
		missing(t, "mvn can't fetch "+artifact+": "+string(out))
	}
	return "/opt/" + filepath.Base(folder) + "/" + strings.Split(artifact, ":")[1] + ".jar"
}
