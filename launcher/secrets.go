package launcher

import (
	"regexp"
	"slices"
	"strings"
	"sync"
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

// Compiled when they are needed, which is seldom: they cost a good part of a start.
var (
	// userInfo is user:password@ in a URL; a password may hold any of : / @.
	userInfo = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(://[^/\s:@]*):\S+@`)
	})
	// key is what stands before a value: name=, "name":, name:value. In prose a
	// colon is followed by a space.
	key = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`[\w.-]+(?:\\*["']?\s*=|\\*["']\s*:|:\S)`)
	})
)

// maskValue hides what a variable's or property's value must not show.
func maskValue(key, value string) string {
	if value != "" && namesSecret(key) {
		return masked
	}
	return maskText(value)
}

// maskText hides secrets that show inside a text: a password in a URL, and
// everything behind the first key that names a secret, since where its value
// ends is anybody's guess.
func maskText(text string) string {
	if strings.Contains(text, "://") {
		text = userInfo().ReplaceAllString(text, "$1:"+masked+"@")
	}
	if !namesSecret(text) {
		return text
	}
	for _, at := range key().FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		end := strings.IndexAny(found, "=:")
		if value := at[0] + end + 1; namesSecret(found[:end]) && value < len(text) {
			return text[:value] + masked
		}
	}
	return text
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
