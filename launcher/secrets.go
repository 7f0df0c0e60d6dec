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
	// userInfo is user:password@ in a URL.
	userInfo = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(://[^/\s:@]*):[^/\s]+@`)
	})
	// pair is a key=value inside a longer text, as in a URL's query or in JSON.
	pair = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`([\w.-]+)(["']?\s*[=:]\s*["']?)([^&;,\s"']+)`)
	})
)

// maskValue hides what a variable's or property's value must not show.
func maskValue(key, value string) string {
	if value != "" && namesSecret(key) {
		return masked
	}
	return maskText(value)
}

// maskText hides secrets that show inside a text.
func maskText(text string) string {
	if strings.Contains(text, "://") {
		text = userInfo().ReplaceAllString(text, "$1:"+masked+"@")
	}
	if !namesSecret(text) {
		return text
	}
	return pair().ReplaceAllStringFunc(text, func(found string) string {
		parts := pair().FindStringSubmatch(found)
		if !namesSecret(parts[1]) {
			return parts[1] + parts[2] + maskText(parts[3])
		}
		return parts[1] + parts[2] + masked
	})
}

// maskWord hides the secrets of one word of a command line: the whole value
// where the key says so (-Ddb.password=..., --token=...), otherwise what shows
// inside it.
func maskWord(word string) string {
	if key, value, ok := strings.Cut(word, "="); ok {
		return key + "=" + maskValue(key, value)
	}
	return maskText(word)
}

// maskWords hides the secrets of a command line; --password is an option whose
// value is the next word.
func maskWords(words []string) []string {
	shown := make([]string, len(words))
	for i, word := range words {
		shown[i] = maskWord(word)
		if i > 0 && isSecretOption(words[i-1]) && !strings.HasPrefix(word, "-") {
			shown[i] = masked
		}
	}
	return shown
}

func isSecretOption(word string) bool {
	return strings.HasPrefix(word, "-") && !strings.Contains(word, "=") && namesSecret(word)
}
