package launcher

import (
	"slices"
	"strings"
)

// masked stands in the place of a secret.
const masked = "(set)"

// What is a secret, the JMX agent decides by the same rule (Secrets.java), and
// testdata/secrets.txt has cases for both.

// secretNames are what a secret's name has in it, - _ and . left out.
var secretNames = []string{
	"password", "passwd", "passphrase", "secret", "token", "credential", "apikey", "privatekey", "accesskey", "licensekey", "licencekey",
}

// secretWords are what a secret's name ends with, as a word of its own: bypass
// and authorization.url are none.
var secretWords = []string{"pass", "pwd", "authorization"}

// namesSecret tells whether a key is named as secrets are.
func namesSecret(key string) bool {
	plain := strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(key))
	return slices.ContainsFunc(secretNames, func(name string) bool { return strings.Contains(plain, name) }) ||
		slices.Contains(secretWords, lastWord(key))
}

// lastWord is the pass of db.pass, DB_PASS, dbPass and -Dpass[0].
func lastWord(key string) string {
	key = strings.TrimRight(strings.TrimPrefix(key, "-D"), "-_.[]0123456789")
	begin := len(key)
	isUpper := func(i int) bool { return i >= 0 && 'A' <= key[i] && key[i] <= 'Z' }
	for begin > 0 && isLetterOrDigit(key[begin-1]) {
		if begin--; isUpper(begin) && !isUpper(begin-1) {
			break
		}
	}
	return strings.ToLower(key[begin:])
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
	text = maskURLs(text)
	for i := 0; i < len(text); i++ {
		end := i
		for end < len(text) && isOfKey(text[end]) {
			end++
		}
		if end == i {
			continue
		}
		value := valueBehind(text, end)
		if header := text[end:]; value == len(text) && strings.HasPrefix(header, ": ") && lastWord(text[i:end]) == "authorization" {
			value = end + len(": ")
		}
		if value < len(text) && namesSecret(text[i:end]) {
			return text[:value] + masked
		}
		i = end
	}
	return text
}

func isOfKey(c byte) bool { return isLetterOrDigit(c) || strings.IndexByte("_.-[]", c) >= 0 }

func isLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
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

// maskURLs hides what opens a door in URLs: the password in user:password@, and
// the whole of what stands before the @ where it is a token.
func maskURLs(text string) string {
	if !strings.Contains(text, "://") && !strings.Contains(text, oracle) {
		return text
	}
	var shown strings.Builder
	for text != "" {
		space := strings.IndexAny(text, spaces)
		if space < 0 {
			space = len(text)
		}
		shown.WriteString(maskURLsOfWord(maskOracle(text[:space])))
		end := len(text) - len(strings.TrimLeft(text[space:], spaces))
		shown.WriteString(text[space:end])
		text = text[end:]
	}
	return shown.String()
}

// maskURLsOfWord does it in a text without space. A password may hold any of
// : / @, so up to the last @ all may be it.
func maskURLsOfWord(word string) string {
	last := strings.LastIndexByte(word, '@')
	var shown strings.Builder
	done := 0
	for {
		at := strings.Index(word[done:], "://")
		if at < 0 || done+at > last {
			break
		}
		from := done + at + len("://")
		sign := strings.IndexAny(word[from:], "/@:") // one is there
		isToken := takesToken(word[done : done+at])  // where there is no password
		shown.WriteString(word[done:from])
		switch done = from + sign; {
		case word[done] == ':' && done+1 < last:
			return shown.String() + word[from:done+1] + masked + word[last:]
		case isToken && done > from && word[done] != '/' && !strings.ContainsAny(word[from:done], "?#"):
			shown.WriteString(masked)
			done = endOfUser(word, done)
		default:
			shown.WriteString(word[from:done])
		}
	}
	return shown.String() + word[done:]
}

// endOfUser is the last @ before the host, which begins behind the first or a later one.
func endOfUser(word string, from int) int {
	end := strings.IndexAny(word[from:], "/?#")
	if end < 0 {
		end = len(word) - from
	}
	return from + strings.LastIndexByte(word[from:from+end], '@')
}

// takesToken tells whether the user of a URL without a password is a token, by
// what stands before ://. Elsewhere it is a name, as in ssh://git@host.
func takesToken(before string) bool {
	begin := len(before)
	for begin > 0 && (isLetterOrDigit(before[begin-1]) || before[begin-1] == '-' || before[begin-1] == '.') {
		begin--
	}
	scheme := strings.ToLower(before[begin:])
	return slices.Contains([]string{"http", "https", "ws", "wss"}, scheme) || strings.HasPrefix(scheme, "redis")
}

// oracle begins a URL of its JDBC driver: jdbc:oracle:thin:user/password@host.
const oracle = "jdbc:oracle:"

func maskOracle(word string) string {
	before, rest, found := strings.Cut(word, oracle)
	sign := strings.IndexAny(rest, "/@")
	last := strings.LastIndexByte(rest, '@')
	if !found || sign < 0 || rest[sign] != '/' || sign+1 >= last {
		return word
	}
	return before + oracle + rest[:sign+1] + masked + rest[last:]
}

// maskWord hides the secrets of one word of a command line: the value where the
// key says so (-Ddb.password=..., --token=...), otherwise what shows inside it,
// a command line of its own included (-Dargs=--password x).
func maskWord(word string) string {
	if key, value, ok := strings.Cut(word, "="); ok {
		if isAgent(key) {
			value = maskBehindKey(value)
		}
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

func isAgent(key string) bool {
	return slices.ContainsFunc([]string{"-javaagent:", "-agentlib:", "-agentpath:"}, func(option string) bool {
		return strings.HasPrefix(key, option)
	})
}

// maskBehindKey hides what follows a secret's name in an agent's arguments, where
// a comma may stand for the = (apiKey,value).
func maskBehindKey(arguments string) string {
	for done := 0; ; {
		end := strings.IndexByte(arguments[done:], ',')
		if end < 0 || done+end+1 == len(arguments) {
			return arguments
		}
		key := arguments[done : done+end]
		done += end + 1
		if !strings.Contains(key, "=") && namesSecret(key) {
			return arguments[:done] + masked
		}
	}
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
