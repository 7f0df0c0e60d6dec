package jmx

import (
	"encoding/json"
	"strconv"
	"strings"

	"jvm-entrypoint/fleet/words"
)

const (
	// wholeID is how many digits a container's id has, and shortID how many of them
	// docker ps prints.
	wholeID, shortID = 64, 12
	// fieldMost is how many letters of a name are printed.
	fieldMost = 128
)

// Fields are a target's in a line for people and for awk: service, task,
// container id, container, instance and URL. What is not known is a dash, and
// what holds blanks or what a terminal would act on is quoted.
func (t Target) Fields() []string {
	fields := []string{t.Service, t.Task, t.ShortID(), t.Container, t.Instance, t.URL()}
	for i, text := range fields {
		fields[i] = field(text)
	}
	return fields
}

func field(text string) string {
	if text == "" {
		return "-"
	}
	if letters := []rune(text); len(letters) > fieldMost {
		text = string(letters[:fieldMost]) + "..."
	}
	if strings.Contains(text, " ") {
		return strconv.Quote(text)
	}
	return words.Plain(text)
}

// ShortID is the container's id as docker ps prints it. One of another form, as
// Fargate has it (TASK-NUMBER), is another container's without its end.
func (t Target) ShortID() string {
	if len(t.ContainerID) == wholeID && strings.Trim(t.ContainerID, "0123456789abcdef") == "" {
		return t.ContainerID[:shortID]
	}
	return t.ContainerID
}

// URL is the best address's, or empty.
func (t Target) URL() string {
	if len(t.Addresses) == 0 {
		return ""
	}
	return t.Addresses[0].URL()
}

// Name is how a person would call the target: what is known of service, container,
// task and container id.
func (t Target) Name() string {
	var known []string
	for _, text := range []string{t.Service, t.Container, t.Task, t.ShortID()} {
		if text != "" && (len(known) == 0 || known[len(known)-1] != text) {
			known = append(known, field(text))
		}
	}
	return strings.Join(known, " ")
}

// FileName is one for what is found out about the target: no other target of a
// look-up has it, and it leads nowhere else.
func (t Target) FileName() string {
	var parts []string
	for _, text := range []string{t.Service, t.Container, t.Task, t.ShortID()} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	name := []rune(strings.Join(parts, "_"))
	name = name[max(0, len(name)-fieldMost):] // the ids stand last
	for i, letter := range name {
		plain := letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z' || letter >= '0' && letter <= '9'
		if !plain && (i == 0 || !strings.ContainsRune("-_.", letter)) {
			name[i] = '_'
		}
	}
	return string(name)
}

// MarshalJSON is the form of --json. Each name is there each time.
func (t Target) MarshalJSON() ([]byte, error) {
	form := struct {
		Service     string   `json:"service"`
		Task        string   `json:"task"`
		ContainerID string   `json:"containerID"`
		Container   string   `json:"container"`
		Instance    string   `json:"instance"`
		Host        string   `json:"host"`
		Port        uint16   `json:"port"`
		URL         string   `json:"url"`
		URLs        []string `json:"urls"`
		Reason      string   `json:"reason"`
		Note        string   `json:"note"`
	}{t.Service, t.Task, t.ContainerID, t.Container, t.Instance, "", 0, t.URL(), []string{}, t.Reason, t.Note}
	for _, a := range t.Addresses {
		form.URLs = append(form.URLs, a.URL())
	}
	if len(t.Addresses) > 0 {
		form.Host, form.Port = t.Addresses[0].Host, t.Addresses[0].Port
	}
	return json.Marshal(form)
}
