package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The units are what systemd takes, and their commands what fleet takes.
func TestPruneUnits(t *testing.T) {
	fleet := buildFleet(t)
	files, err := filepath.Glob("prune/*.*")
	if err != nil || len(files) != 4 {
		t.Fatalf("%s, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, ".cron") {
			checkCron(t, fleet, string(text))
			continue
		}
		if told := verifyUnit(t, fleet, filepath.Base(file), string(text)); told != "" {
			t.Errorf("%s: %s", file, told)
		}
		_, command, found := strings.Cut(strings.ReplaceAll(string(text), "\\\n", " "), "ExecStart=")
		if found {
			command, _, _ = strings.Cut(command, "\n")
			checkFleet(t, fleet, file, command)
		}
	}
}

// The timer's run starts no Docker that somebody stopped, and a wrong command line is
// not tried for ever.
func TestPruneUnitsStayModest(t *testing.T) {
	for file, words := range map[string]struct{ has, hasNot string }{
		"fleet-prune.service":       {"\nAfter=docker.service\n", "\nWants="},
		"fleet-prune-watch.service": {"\nRestartPreventExitStatus=2\n", "\nRequires="},
	} {
		text, err := os.ReadFile("prune/" + file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), words.has) || strings.Contains(string(text), words.hasNot) {
			t.Errorf("%s: has to have %q and not %q", file, words.has, words.hasNot)
		}
	}
}

// Mistakes in the units and their commands are noticed.
func TestPruneMistakes(t *testing.T) {
	fleet := buildFleet(t)
	for _, m := range []mistake{
		{"fleet-prune.service", "Nice=19", "Nicer=19", "Unknown key"},
		{"fleet-prune.service", "Type=oneshot", "Type=once", "once"},
		{"fleet-prune.service", "/usr/local/bin/fleet", "/usr/local/bin/fleets", "fleets"},
		{"fleet-prune-watch.service", "PrivateNetwork=yes", "PrivateNetwork=perhaps", "perhaps"},
		{"fleet-prune.timer", "OnCalendar=hourly", "OnCalendar=always", "always"},
	} {
		text, err := os.ReadFile("prune/" + m.file)
		if err != nil {
			t.Fatal(err)
		}
		if !hasSystemd() {
			continue
		}
		wrong := strings.Replace(string(text), m.old, m.new, 1)
		if told := verifyUnit(t, fleet, m.file, wrong); wrong == string(text) || !strings.Contains(told, m.told) {
			t.Errorf("%s with %s: %s", m.file, m.new, told)
		}
	}
	for _, command := range []string{"fleet prune --min-age 24hours", "fleet prune --keep-byte 20g", "fleet prune --logs /var/log/*/ID/containers"} {
		if told := runFleet(t, fleet, command); strings.Contains(told, "docker: ") {
			t.Errorf("%s: %s", command, told)
		}
	}
}

func buildFleet(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "fleet")
	if out, err := exec.Command("go", "build", "-o", file, "../cmd/fleet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

// hasSystemd tells whether the units can be looked at here: containers have none.
func hasSystemd() bool {
	_, err := exec.LookPath("systemd-analyze")
	return err == nil
}

// verifyUnit gives what systemd finds wrong with a unit whose program is there.
func verifyUnit(t *testing.T, fleet, name, text string) string {
	t.Helper()
	if !hasSystemd() {
		return ""
	}
	folder := t.TempDir()
	texts := map[string]string{name: text}
	if name == "fleet-prune.timer" {
		service, err := os.ReadFile("prune/fleet-prune.service")
		if err != nil {
			t.Fatal(err)
		}
		texts["fleet-prune.service"] = string(service)
	}
	for file, text := range texts {
		text = regexp.MustCompile(`/usr/local/bin/fleet\b`).ReplaceAllString(text, fleet)
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("systemd-analyze", "verify", "--man=no", filepath.Join(folder, name))
	cmd.Env = append(os.Environ(), "SYSTEMD_UNIT_PATH="+folder+":")
	out, err := cmd.CombinedOutput()
	var told []string
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "fleet-prune") { // other units of the machine are not ours
			told = append(told, line)
		}
	}
	if err != nil && len(told) == 0 {
		told = []string{err.Error(), string(out)}
	}
	return strings.Join(told, "")
}

// checkCron looks at the lines of a file of /etc/cron.d, which has a user in each.
func checkCron(t *testing.T, fleet, text string) {
	t.Helper()
	line := regexp.MustCompile(`^((?:[0-9*/,-]+ ){5})root (.*)>/dev/null$`)
	jobs := 0
	for each := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if strings.HasPrefix(each, "#") || strings.HasPrefix(each, "PATH=") {
			continue
		}
		found := line.FindStringSubmatch(each)
		if found == nil || strings.Contains(each, "%") { // which is a newline to cron
			t.Errorf("not a line of cron's: %s", each)
			continue
		}
		jobs++
		checkFleet(t, fleet, "the cron line", found[2])
	}
	if jobs != 1 || !strings.HasSuffix(text, "\n") {
		t.Errorf("%d jobs, and cron wants a newline at the end", jobs)
	}
}

// checkFleet runs a command where no daemon is: it gets as far as asking for one.
func checkFleet(t *testing.T, fleet, where, command string) {
	t.Helper()
	if told := runFleet(t, fleet, command); !strings.HasPrefix(told, "fleet: docker: ") {
		t.Errorf("%s: %s: %s", where, command, told)
	}
}

func runFleet(t *testing.T, fleet, command string) string {
	t.Helper()
	words := strings.Fields(strings.ReplaceAll(command, "'", ""))
	words = slices.DeleteFunc(words, func(word string) bool { return word == "--watch" }) // which would wait for one
	cmd := exec.Command(fleet, append(words[1:], "--dry-run")...)
	cmd.Env = append(os.Environ(), "DOCKER_HOST=unix:///nowhere/docker.sock")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("%s: no daemon, and no error", command)
	}
	return string(out)
}
