package jmx

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

var full = Target{
	Service: "web", Task: "0a1b2c", ContainerID: strings.Repeat("0123456789abcdef", 4), Container: "app",
	Instance: "i-0abc", Addresses: []Address{{"10.0.0.5", 32768}, {"fd00::5", 32769}},
}

func TestPrint(t *testing.T) {
	for name, c := range map[string]struct {
		target             Target
		fields, name, file string
	}{
		"all": {full, "web 0a1b2c 0123456789ab app i-0abc service:jmx:jmxmp://10.0.0.5:32768", "web app 0a1b2c 0123456789ab", "web_app_0a1b2c_0123456789ab"},
		"Docker": {
			Target{ContainerID: full.ContainerID, Container: "web", Instance: "box", Addresses: []Address{{"::1", 1}}},
			"- - 0123456789ab web box service:jmx:jmxmp://[::1]:1", "web 0123456789ab", "web_0123456789ab",
		},
		"Fargate": {
			Target{ContainerID: "0a1b2c0a1b2c0a1b2c0a1b2c0a1b2c0a-0527074092", Container: "web"},
			"- - 0a1b2c0a1b2c0a1b2c0a1b2c0a1b2c0a-0527074092 web - -", "web 0a1b2c0a1b2c0a1b2c0a1b2c0a1b2c0a-0527074092", "web_0a1b2c0a1b2c0a1b2c0a1b2c0a1b2c0a-0527074092",
		},
		"alike": {Target{Service: "web", Container: "web"}, "web - - web - -", "web", "web_web"},
		"hostile": {
			Target{Service: "../../etc", Task: "a\x1b[31m", Container: "two words", Instance: "\u009b\u202e"},
			`../../etc "a\x1b[31m" - "two words" "\u009b\u202e" -`, `../../etc "two words" "a\x1b[31m"`, "_._.._etc_two_words_a__31m",
		},
		"no text":     {Target{Container: "a\x9bb"}, `- - - "a\x9bb" - -`, `"a\x9bb"`, "a_b"},
		"hidden file": {Target{Container: ".bashrc"}, "- - - .bashrc - -", ".bashrc", "_bashrc"},
		"option":      {Target{Container: "-rf"}, "- - - -rf - -", "-rf", "_rf"},
		"long": {
			Target{Container: strings.Repeat("é", 200), ContainerID: "0123456789ab"},
			"- - 0123456789ab " + strings.Repeat("é", 128) + "... - -",
			strings.Repeat("é", 128) + "... 0123456789ab", strings.Repeat("_", 116) + "0123456789ab",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(c.target.Fields(), " "); got != c.fields {
				t.Errorf("fields %s, want %s", got, c.fields)
			}
			if got := c.target.Name(); got != c.name {
				t.Errorf("name %s, want %s", got, c.name)
			}
			if got := c.target.FileName(); got != c.file {
				t.Errorf("file %s, want %s", got, c.file)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	for want, target := range map[string]Target{
		`{"service":"web","task":"0a1b2c","containerID":"` + full.ContainerID + `","container":"app","instance":"i-0abc",` +
			`"host":"10.0.0.5","port":32768,"url":"service:jmx:jmxmp://10.0.0.5:32768",` +
			`"urls":["service:jmx:jmxmp://10.0.0.5:32768","service:jmx:jmxmp://[fd00::5]:32769"],"reason":"","note":""}`: full,
		`{"service":"","task":"","containerID":"","container":"web","instance":"","host":"","port":0,"url":"","urls":[],"reason":"not running (exited)","note":""}`: {Container: "web", Reason: NotRunning("exited")},
	} {
		got, err := json.Marshal(target)
		if err != nil || string(got) != want {
			t.Errorf("%s (%v), want %s", got, err, want)
		}
	}
}

// The package is pure.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(out)) {
		switch name := strings.TrimSpace(name); name {
		case "os", "os/exec", "net/http", "context", "time":
			t.Errorf("it imports %s", name)
		}
	}
}
