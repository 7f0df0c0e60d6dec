package launcher

import (
	"regexp"
	"strings"
)

// masked stands in the place of a secret.
const masked = "****"

const secretWords = `password|passwd|passphrase|secret|token|credential|api[-_.]?key|private[-_.]?key|access[-_.]?key`

var (
	secretKey = regexp.MustCompile(`(?i)` + secretWords)
	// userInfo is user:password@ in a URL.
	userInfo = regexp.MustCompile(`(://[^/\s:@]*):[^/\s]+@`)
	// secretPair is a password=value inside a longer value.
	secretPair = regexp.MustCompile(`(?i)([\w.-]*(?:` + secretWords + `)[\w.-]*["']?\s*[=:]\s*["']?)[^&;,\s"']+`)
)

// maskValue hides what a variable's or property's value must not show.
func maskValue(key, value string) string {
	if value != "" && secretKey.MatchString(key) {
		return masked
	}
	return maskText(value)
}

// maskText hides secrets that show inside a text.
func maskText(text string) string {
	return secretPair.ReplaceAllString(userInfo.ReplaceAllString(text, "$1:"+masked+"@"), "${1}"+masked)
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
	return strings.HasPrefix(word, "-") && !strings.Contains(word, "=") && secretKey.MatchString(word)
}
