package images

import (
	"strings"
	"testing"

	"jvm-entrypoint/launcher/jvm"
)

// TestDiagnosticsAreQuiet starts each JVM with every diagnostic that there is: none is refused, or warned of.
func TestDiagnosticsAreQuiet(t *testing.T) {
	all := []string{"JVM_GC_LOG=on", "JVM_JFR=on", "JVM_NMT=detail", "JVM_DEBUG_PORT=5005"}
	onEachJava(t, nil, func(t *testing.T, image string, version jvm.Version) {
		runs := []trialRun{{Argv: []string{"/usr/local/bin/entrypoint"}, Env: all}}
		result := runTrials(t, image, "512m", runs)[0]
		said := strings.ToLower(result.Output)
		// Before 17 the recording's beginning is told on stdout, come what may.
		if result.Code != 0 || strings.Contains(said, "warning") || version.AtLeast(17) && strings.Contains(said, "recording") {
			t.Errorf("exit code %d:\n%s", result.Code, result.Output)
		}
		if !strings.Contains(said, "heap ") {
			t.Errorf("the entrypoint says nothing:\n%s", result.Output)
		}
	})
}
