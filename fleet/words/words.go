// Package words prints what comes from outside, as names, labels and others' errors
// do. It is pure.
package words

import (
	"strconv"
	"unicode/utf8"
)

// Plain is a text that does nothing to a terminal: one with control or other
// invisible characters, or with bytes that are no text, is quoted.
func Plain(text string) string {
	for _, letter := range text {
		if letter == utf8.RuneError || !strconv.IsPrint(letter) {
			return strconv.Quote(text)
		}
	}
	return text
}
