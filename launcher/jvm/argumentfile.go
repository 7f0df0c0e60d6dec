package jvm

import "strings"

// splitArgumentFile cuts an argument file (@FILE) as the java command does:
// by white space, which either kind of quote keeps in a word. Within quotes a
// backslash escapes, and at the end of a line takes the next line's blanks
// away; a line's end closes an open quote. Outside of them # begins a comment,
// wherever it stands. Source: nextToken in libjli's args.c, state by state.
func splitArgumentFile(text string, version Version) []word {
	s := argumentScanner{line: 1, keepsCommented: version.AtLeast(26)}
	for _, c := range []byte(text) {
		s.step(c)
		if c == '\n' {
			s.line++
		}
	}
	// What an escape or a comment leaves open at the end is lost, and so is an
	// empty word.
	if (s.state == inWord || s.state == inQuote) && len(s.parts)+len(s.plain) > 0 {
		s.end()
	}
	return s.words
}

type argumentScanner struct {
	line  int
	state argumentState
	words []word
	began int    // the word's line
	parts []byte // of the word: what stands up to its last quote or escape
	plain []byte // what follows
	quote byte
	// keepsCommented is true from 26 on: what stands before a comment without
	// white space between them is a word. Earlier releases lose it.
	keepsCommented bool
}

type argumentState int

const (
	between argumentState = iota
	inWord
	inQuote
	escaped
	continued // behind a backslash at the end of a line
	inComment
)

func (s *argumentScanner) step(c byte) {
	blank := strings.IndexByte(" \t\n\r\f", c) >= 0
	lineEnd := c == '\n' || c == '\r'
	switch {
	case s.state == inComment:
		if lineEnd {
			s.state = between
		}
	case (s.state == between || s.state == continued) && blank:
	case s.state == escaped:
		s.unescape(c, lineEnd)
	default:
		switch s.state {
		case between:
			s.state, s.began = inWord, s.line
		case continued:
			s.state = inQuote
		}
		s.inside(c, blank, lineEnd)
	}
}

// inside takes a byte of a word.
func (s *argumentScanner) inside(c byte, blank, lineEnd bool) {
	quoted := s.state == inQuote
	switch {
	case lineEnd || blank && !quoted:
		s.end()
	case c == '#' && !quoted:
		if s.keepsCommented && len(s.plain) > 0 {
			s.end()
		}
		s.plain = nil // else lost, and the parts begin the next word
		s.state = inComment
	case c == '\\' && quoted:
		s.cut(escaped)
	case quoted && c == s.quote:
		s.cut(inWord)
	case !quoted && (c == '\'' || c == '"'):
		s.quote = c
		s.cut(inQuote)
	default:
		s.plain = append(s.plain, c)
	}
}

// unescape takes the byte behind a backslash.
func (s *argumentScanner) unescape(c byte, lineEnd bool) {
	if lineEnd {
		s.state = continued
		return
	}
	if i := strings.IndexByte("nrtf", c); i >= 0 {
		c = "\n\r\t\f"[i]
	}
	s.parts = append(s.parts, c)
	s.state = inQuote
}

// cut ends a part of the word.
func (s *argumentScanner) cut(next argumentState) {
	s.parts, s.plain, s.state = append(s.parts, s.plain...), nil, next
}

// end ends the word.
func (s *argumentScanner) end() {
	s.cut(between)
	s.words = append(s.words, word{string(s.parts), s.began})
	s.parts = nil
}
