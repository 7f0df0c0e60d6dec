package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"jvm-entrypoint/fleet/words"
)

// complain prints each line of an error. What stands in it may come from anywhere.
func complain(to io.Writer, err error) {
	if err == nil {
		return
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		tell(to, line)
	}
}

// tell prints a line that is no answer.
func tell(to io.Writer, line string) { fmt.Fprintln(to, "fleet: "+words.Plain(line)) }

// printJSON prints a value in a line of its own, of characters that do nothing to
// a terminal.
func printJSON(to io.Writer, value any) error {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	var line strings.Builder
	for _, letter := range text.String() {
		switch {
		case letter == '\n' || strconv.IsPrint(letter):
			line.WriteRune(letter)
		case letter > 0xffff:
			high, low := utf16.EncodeRune(letter)
			fmt.Fprintf(&line, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&line, `\u%04x`, letter)
		}
	}
	_, err := io.WriteString(to, line.String())
	return err
}
