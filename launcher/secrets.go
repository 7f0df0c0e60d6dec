package launcher

import (
	"slices"
	"strings"
)

// masked stands in the place of a secret.
const masked = "(set)"

// secretNames are what a secret's name has in it, - _ and . left out.
var secretNames = []string{
	"password", "passwd", "passphrase", "secret", "token", "credential", "apikey", "privatekey", "accesskey",
}

// namesSecret tells whether a key, or anything in a text, is named as secrets are.
func namesSecret(text string) bool {
	plain := strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(text))
	return slices.ContainsFunc(secretNames, func(name string) bool { return strings.Contains(plain, name) })
}

// maskValue hides what a variable's or property's value must not show.
func maskValue(key, value string) string {
	if value != "" && namesSecret(key) {
		return masked
	}
	return maskText(value)
}

// maskText hides secrets that show inside a text: a password in a URL, and
// everything behind the first key that names a secret, since where its value
// ends is anybody's guess. Patterns would say it shorter; the package for them
// is a quarter of a megabyte of every image, and used for nothing else.
func maskText(text string) string {
	text = maskUserInfo(text)
	if !namesSecret(text) {
		return text
	}
	for i := 0; i < len(text); i++ {
		end := i
		for end < len(text) && isOfKey(text[end]) {
			end++
		}
		if end == i {
			continue
		}
		if value := valueBehind(text, end); value < len(text) && namesSecret(text[i:end]) {
			return text[:value] + masked
		}
		i = end
	}
	return text
}

func isOfKey(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("_.-[]", c) >= 0
}

// valueBehind tells where the value of a key begins that ends at an index, or
// gives the text's length: behind name=, "name"=, "name": or name:value, quotes
// perhaps with a backslash, and perhaps with space before the sign. In prose a
// colon is followed by a space.
func valueBehind(text string, end int) int {
	rest := strings.TrimLeft(text[end:], `\`)
	unquoted := strings.TrimPrefix(strings.TrimPrefix(rest, `"`), "'")
	sign := strings.TrimLeft(unquoted, spaces)
	switch {
	case sign != "" && (sign[0] == '=' || sign[0] == ':' && unquoted != rest):
		return len(text) - len(sign) + 1
	case strings.HasPrefix(text[end:], ":") && strings.TrimLeft(text[end+1:end+min(2, len(text)-end)], spaces) != "":
		return end + 1
	}
	return len(text)
}

const spaces = " \t\n\f\r"

// maskUserInfo hides the password in user:password@ behind a URL's ://, which may
// hold any of : / @.
func maskUserInfo(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	var shown strings.Builder
	for text != "" {
		space := strings.IndexAny(text, spaces)
		if space < 0 {
			space = len(text)
		}
		shown.WriteString(maskOneURL(text[:space]))
		end := len(text) - len(strings.TrimLeft(text[space:], spaces))
		shown.WriteString(text[space:end])
		text = text[end:]
	}
	return shown.String()
}

// maskOneURL does it in a text without space: up to the last @ all may be password.
func maskOneURL(text string) string {
	end := strings.LastIndexByte(text, '@')
	for from := 0; ; {
		at := strings.Index(text[from:], "://")
		if at < 0 {
			return text
		}
		from += at + len("://")
		colon := strings.IndexAny(text[from:], "/@:")
		if colon >= 0 && text[from+colon] == ':' && from+colon+1 < end {
			return text[:from+colon+1] + masked + text[end:]
		}
	}
}

// maskWord hides the secrets of one word of a command line: the value where the
// key says so (-Ddb.password=..., --token=...), otherwise what shows inside it,
// a command line of its own included (-Dargs=--password x).
func maskWord(word string) string {
	if key, value, ok := strings.Cut(word, "="); ok {
		word = key + "=" + maskValue(key, value)
	}
	fields := strings.Fields(word)
	for i, field := range fields[:max(0, len(fields)-1)] {
		option := field[strings.LastIndexByte(field, '=')+1:]
		if isSecretOption(strings.TrimRight(option, ":")) {
			return strings.Join(fields[:i+1], " ") + " " + masked
		}
	}
	return maskText(word)
}

// maskWords hides the secrets of a command line; --password is an option whose
// value is the next word.
func maskWords(words []string) []string {
	shown := make([]string, len(words))
	for i, word := range words {
		shown[i] = maskWord(word)
		if i > 0 && isSecretOption(words[i-1]) && !strings.HasPrefix(word, "--") {
			shown[i] = masked
		}
	}
	return shown
}

// isSecretOption tells an option that is followed by a secret. A system
// property never is.
func isSecretOption(word string) bool {
	return strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "-D") &&
		!strings.Contains(word, "=") && namesSecret(word)
}
