package launcher

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Log writes our own lines, never the service's. Secrets are masked here, so
// that no line can forget to.
type Log struct {
	To   io.Writer
	Form LogForm
}

// Info says what is going on.
func (l Log) Info(message string) { l.write("info", message) }

// Warn says what will be missing.
func (l Log) Warn(message string) { l.write("warning", message) }

// Refuse says why nothing was started, one line for each reason. It is said
// even where the log is off.
func (l Log) Refuse(err error) {
	if l.Form == "off" {
		l.Form = "text"
	}
	for _, line := range Lines(err) {
		l.write("error", line)
	}
}

// Lines gives the lines of joined errors.
func Lines(err error) []string {
	return strings.Split(maskText(err.Error()), "\n")
}

func (l Log) write(level, message string) {
	// One line stays one line, whatever a value brings.
	message = strings.NewReplacer("\n", `\n`, "\r", `\r`).Replace(maskText(message))
	switch l.Form {
	case "off":
	case "json":
		line, _ := json.Marshal(struct {
			Level   string `json:"level"`
			Message string `json:"message"`
		}{level, message})
		fmt.Fprintf(l.To, "%s\n", line)
	default:
		if level == "warning" {
			message = "warning: " + message
		}
		fmt.Fprintf(l.To, "entrypoint: %s\n", message)
	}
}
