package launcher

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// Log writes our own lines, never the service's. Each goes through show, so
// that none can forget to hide a secret.
type Log struct {
	To   io.Writer
	Form LogForm
}

// Info says what is going on.
func (l Log) Info(message string) { l.write("info", show(message)) }

// Warn says what will be missing.
func (l Log) Warn(message string) { l.write("warning", show(message)) }

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

// Lines gives one line for each of joined errors, fit for showing.
func Lines(err error) []string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []string{show(err.Error())}
	}
	var lines []string
	for _, one := range joined.Unwrap() {
		lines = append(lines, Lines(one)...)
	}
	return lines
}

// show makes a text fit for a line that people read: without secrets, and plain.
func show(text string) string { return plain(maskText(text)) }

// plain keeps a line one line, and a terminal's control sequences out of it,
// whatever a value brings. A byte that is no UTF-8 may begin one, too.
func plain(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if !strings.ContainsFunc(text, isControl) {
		return text
	}
	var line strings.Builder
	for _, r := range text {
		if isControl(r) {
			line.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		} else {
			line.WriteRune(r)
		}
	}
	return line.String()
}

func isControl(r rune) bool { return !unicode.IsPrint(r) }

func (l Log) write(level, message string) {
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
