package launcher

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"io/fs"
	"math/big"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"jvm-entrypoint/launcher/host"
)

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// certificate gives a certificate of a key, as PEM, that is valid for a time.
func certificate(t *testing.T, key crypto.Signer, from, to time.Time) []byte {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: to}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func pkcs8(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// reads is a System with nothing but files.
func reads(files fstest.MapFS) System {
	return System{Outside: host.Outside{Root: files, Now: func() time.Time { return noon }}, WorkingDir: "/work"}
}

func private(data []byte) *fstest.MapFile { return &fstest.MapFile{Data: data, Mode: 0o600} }

// protectionFiles are right ones, and every way in which one is wrong.
func protectionFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	key, other := ecKey(t, elliptic.P256()), ecKey(t, elliptic.P256())
	right := certificate(t, key, noon.AddDate(-1, 0, 0), noon.AddDate(1, 0, 0))
	another := certificate(t, other, noon.AddDate(-1, 0, 0), noon.AddDate(1, 0, 0))
	block, _ := pem.Decode(right)
	truncated := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: block.Bytes[:100]})
	files := fstest.MapFS{"work/relative.pem": private(right), "a,b": private(right)}
	for name, data := range map[string][]byte{
		"cert": right, "other-cert": another, "chain": slices.Concat([]byte("leaf\r\n"), right, []byte("its CA\n"), another),
		"wrong-order": slices.Concat(another, right),
		"latin1":      []byte("p\xe4ssword"), "nul": []byte("a\x00b"),
		"expired": certificate(t, key, noon.AddDate(-2, 0, 0), noon.AddDate(0, 0, -1)),
		"early":   certificate(t, key, noon.AddDate(0, 0, 1), noon.AddDate(1, 0, 0)),
		"key":     pkcs8(t, key), "other-key": pkcs8(t, other),
		"combined": slices.Concat(right, pkcs8(t, key)), "truncated": truncated, "der": block.Bytes,
		"encrypted":   pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("hunter2")}),
		"traditional": pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED"}, Bytes: []byte("x")}),
		"dsa":         pem.EncodeToMemory(&pem.Block{Type: "DSA PRIVATE KEY", Bytes: []byte("x")}),
		"nonsense":    pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("hunter2")}),
		"p12":         {0x30, 0x82, 1, 2}, "jks": {0xfe, 0xed, 0xfe, 0xed},
		"secret": []byte("hunter2\n"), "windows": []byte("hunter2\r\n"), "empty": {}, "break": []byte("\r\n"), "tab": []byte("a\tb"),
		"big": bytes.Repeat([]byte("x"), 1<<20+1), "long": bytes.Repeat([]byte("x"), 64<<10+1),
	} {
		files[name] = private(data)
	}
	files["pipe"] = &fstest.MapFile{Mode: fs.ModeNamedPipe | 0o600}
	files["folder"] = &fstest.MapFile{Mode: fs.ModeDir | 0o700}
	return files
}

// Each wrong one is refused by its variable, before anything is started, and no
// secret is quoted.
func TestReadProtectionRefuses(t *testing.T) {
	const cert, key, store = "JMXMP_TLS_CERT=/cert ", "JMXMP_TLS_KEY=/key ", "JMXMP_TLS_KEYSTORE=/p12 JMXMP_TLS_KEYSTORE_PASSWORD=hunter2 "
	files := protectionFiles(t)
	for _, test := range []struct {
		environ string
		want    []string // how the lines begin
	}{
		{"JMXMP_TLS_CERT=/cert", []string{"JMXMP_TLS_CERT: has no key (set JMXMP_TLS_KEY "}},
		{"JMXMP_TLS_KEY=/key", []string{"JMXMP_TLS_KEY: has no certificate (set JMXMP_TLS_CERT "}},
		{cert + key + store, []string{"JMXMP_TLS_KEYSTORE: is set beside JMXMP_TLS_CERT (unset one"}},
		{key + store, []string{"JMXMP_TLS_KEYSTORE: is set beside JMXMP_TLS_KEY (unset one"}},
		{"JMXMP_TLS_KEYSTORE=/p12", []string{"JMXMP_TLS_KEYSTORE: has no password (set JMXMP_TLS_KEYSTORE_PASSWORD_FILE, "}},
		{store + "JMXMP_TLS_KEYSTORE_PASSWORD_FILE=/secret", []string{"JMXMP_TLS_KEYSTORE_PASSWORD: is set beside JMXMP_TLS_KEYSTORE_PASSWORD_FILE (unset one)"}},
		{"JMXMP_TLS_KEYSTORE_PASSWORD=hunter2", []string{"JMXMP_TLS_KEYSTORE_PASSWORD: is for JMXMP_TLS_KEYSTORE, which is not set ("}},
		{"JMXMP_TLS_KEYSTORE_PASSWORD_FILE=/secret", []string{"JMXMP_TLS_KEYSTORE_PASSWORD_FILE: is for JMXMP_TLS_KEYSTORE, "}},
		{"JMXMP_TLS_CLIENT_CA=/cert", []string{"JMXMP_TLS_CLIENT_CA: needs TLS (set JMXMP_TLS_CERT and JMXMP_TLS_KEY, "}},
		{"JMXMP_PASSWORD=hunter2", []string{"JMXMP_PASSWORD: needs TLS, as it would cross the network in clear (set "}},
		{"JMXMP_PASSWORD_FILE=/secret", []string{"JMXMP_PASSWORD_FILE: needs TLS, "}},
		{cert + key + "JMXMP_PASSWORD=hunter2 JMXMP_PASSWORD_FILE=/secret", []string{"JMXMP_PASSWORD: is set beside JMXMP_PASSWORD_FILE (unset one)"}},
		{cert + key + "JMXMP_PASSWORD=hunter2 JMXMP_USER=me JMXMP_USER_FILE=/secret", []string{"JMXMP_USER: is set beside JMXMP_USER_FILE (unset one)"}},
		{cert + key + "JMXMP_USER=me", []string{"JMXMP_USER: has no password (set JMXMP_PASSWORD_FILE, or JMXMP_PASSWORD)"}},
		{"JMXMP_USER_FILE=/secret", []string{"JMXMP_USER_FILE: has no password ("}},
		{"JMXMP=full JMXMP_BIND=any", []string{"JMXMP full: whoever reaches 0.0.0.0:5555 could run code "}},
		{
			"JMXMP=full JMXMP_BIND=any JMXMP_TLS_CERT=/nowhere JMXMP_PASSWORD_FILE=/empty",
			[]string{"JMXMP_TLS_CERT: has no key (", "JMXMP_TLS_CERT /nowhere: file does not exist (", "JMXMP_PASSWORD_FILE /empty: is empty ("},
		},

		{key + "JMXMP_TLS_CERT=/pipe", []string{"JMXMP_TLS_CERT /pipe: not a file (name a readable file)"}},
		{key + "JMXMP_TLS_CERT=/folder", []string{"JMXMP_TLS_CERT /folder: not a file ("}},
		{key + "JMXMP_TLS_CERT=/big", []string{"JMXMP_TLS_CERT /big: too long to be meant ("}},
		{key + "JMXMP_TLS_CERT=/empty", []string{"JMXMP_TLS_CERT /empty: is empty ("}},
		{key + "JMXMP_TLS_CERT=/der", []string{"JMXMP_TLS_CERT /der: is not PEM (openssl x509 -inform DER "}},
		{key + "JMXMP_TLS_CERT=/key", []string{`JMXMP_TLS_CERT /key: has something else than certificates in it, "PRIVATE KEY" (`}},
		{key + "JMXMP_TLS_CERT=/combined", []string{"JMXMP_TLS_CERT /combined: has something else than certificates in it"}},
		{key + "JMXMP_TLS_CERT=/truncated", []string{"JMXMP_TLS_CERT /truncated: certificate 1 of it can't be read: x509: "}},
		{key + "JMXMP_TLS_CERT=/other-cert", []string{"JMXMP_TLS_KEY /key: is not the key of the first certificate in JMXMP_TLS_CERT ("}},
		{key + "JMXMP_TLS_CERT=/wrong-order", []string{"JMXMP_TLS_KEY /key: is not the key of the first certificate "}},
		{cert + "JMXMP_TLS_KEY=/other-key", []string{"JMXMP_TLS_KEY /other-key: is not the key of the first certificate "}},
		{cert + "JMXMP_TLS_KEY=/cert", []string{"JMXMP_TLS_KEY /cert: has no private key in it, but CERTIFICATE ("}},
		{cert + "JMXMP_TLS_KEY=/secret", []string{"JMXMP_TLS_KEY /secret: is not PEM ("}},
		{cert + "JMXMP_TLS_KEY=/encrypted", []string{"JMXMP_TLS_KEY /encrypted: is encrypted (openssl pkcs8 -topk8 -nocrypt "}},
		{cert + "JMXMP_TLS_KEY=/traditional", []string{"JMXMP_TLS_KEY /traditional: is encrypted ("}},
		{cert + "JMXMP_TLS_KEY=/dsa", []string{`JMXMP_TLS_KEY /dsa: is a key of a kind that is not read, "DSA PRIVATE KEY" (openssl pkcs8 `}},
		{cert + "JMXMP_TLS_KEY=/nonsense", []string{"JMXMP_TLS_KEY /nonsense: has a private key in it that can't be read ("}},
		{cert + key + "JMXMP_TLS_CLIENT_CA=/secret", []string{"JMXMP_TLS_CLIENT_CA /secret: is not PEM ("}},
		{cert + key + "JMXMP_TLS_CLIENT_CA=/nowhere", []string{"JMXMP_TLS_CLIENT_CA /nowhere: file does not exist ("}},
		{"JMXMP_TLS_KEYSTORE=/cert JMXMP_TLS_KEYSTORE_PASSWORD=hunter2", []string{"JMXMP_TLS_KEYSTORE /cert: is PEM (use JMXMP_TLS_CERT and JMXMP_TLS_KEY)"}},
		{"JMXMP_TLS_KEYSTORE=/jks JMXMP_TLS_KEYSTORE_PASSWORD=hunter2", []string{"JMXMP_TLS_KEYSTORE /jks: is not PKCS12 (keytool "}},
		{"JMXMP_TLS_KEYSTORE=/p12 JMXMP_TLS_KEYSTORE_PASSWORD_FILE=/break", []string{"JMXMP_TLS_KEYSTORE_PASSWORD_FILE /break: has but a line break in it ("}},
		{cert + key + "JMXMP_PASSWORD_FILE=/latin1", []string{"JMXMP_PASSWORD_FILE /latin1: is not text in UTF-8 ("}},
		{cert + key + "JMXMP_PASSWORD_FILE=/nul", []string{"JMXMP_PASSWORD_FILE /nul: is not text in UTF-8 ("}},
		{cert + key + "JMXMP_PASSWORD_FILE=/long", []string{"JMXMP_PASSWORD_FILE /long: too long to be meant ("}},
		{cert + key + "JMXMP_PASSWORD_FILE=hunter2", []string{"JMXMP_PASSWORD_FILE (set): file does not exist (name a readable file by a path that begins with /, "}},
		{cert + key + "JMXMP_PASSWORD_FILE=./hunter2", []string{"JMXMP_PASSWORD_FILE (set): file does not exist ("}},
		{cert + key + "JMXMP_PASSWORD_FILE=/secret JMXMP_USER_FILE=hunter2", []string{"JMXMP_USER_FILE (set): file does not exist ("}},
		{"JMXMP_TLS_KEYSTORE=/p12 JMXMP_TLS_KEYSTORE_PASSWORD_FILE=hunter2", []string{"JMXMP_TLS_KEYSTORE_PASSWORD_FILE (set): file does not exist ("}},
		{"JMXMP_TLS_KEYSTORE=hunter2 JMXMP_TLS_KEYSTORE_PASSWORD=x", []string{"JMXMP_TLS_KEYSTORE (set): file does not exist ("}},
		{cert + "JMXMP_TLS_KEY=-----BEGIN_hunter2", []string{"JMXMP_TLS_KEY (set): file does not exist ("}},
		{cert + key + "JMXMP_PASSWORD_FILE=../empty", []string{"JMXMP_PASSWORD_FILE (set): is empty ("}},
		{cert + key + "JMXMP_PASSWORD_FILE=/secret JMXMP_USER_FILE=/tab", []string{"JMXMP_USER_FILE /tab: has control characters in it ("}},
	} {
		_, err := ReadProtection(settings(t, strings.Fields(test.environ)...), reads(files))
		if err == nil || ExitCode(err) != ExitSetting {
			t.Errorf("%s: %v", test.environ, err)
			continue
		}
		lines := Lines(err)
		for _, want := range test.want {
			if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, want) }) {
				t.Errorf("%s: no %q among %q", test.environ, want, lines)
			}
		}
		if strings.Contains(err.Error(), "hunter2") || len(test.want) == 1 && len(lines) != 1 {
			t.Errorf("%s: %q", test.environ, lines)
		}
	}
}

func TestReadProtectionAccepts(t *testing.T) {
	files := protectionFiles(t)
	for _, test := range []struct{ environ, lack string }{
		{"JMXMP_TLS_CERT=/cert JMXMP_TLS_KEY=/key", ""},
		{"JMXMP_TLS_CERT=/chain JMXMP_TLS_KEY=/key JMXMP_TLS_CLIENT_CA=/chain JMXMP_USER=me JMXMP_PASSWORD_FILE=/windows", ""},
		{"JMXMP_TLS_CERT=relative.pem JMXMP_TLS_KEY=../key", ""},
		{"JMXMP_TLS_CERT=/cert JMXMP_TLS_KEY=/combined", ""},
		{"JMXMP_TLS_KEYSTORE=/p12 JMXMP_TLS_KEYSTORE_PASSWORD_FILE=/secret JMXMP_USER_FILE=/secret JMXMP_PASSWORD=x", ""},
		{"JMXMP_TLS_KEYSTORE=../p12 JMXMP_TLS_KEYSTORE_PASSWORD_FILE=../secret JMXMP_USER_FILE=./../secret JMXMP_PASSWORD_FILE=../secret", ""}, // of the working directory
		{"JMXMP=full JMXMP_BIND=any JMXMP_TLS_CERT=/cert JMXMP_TLS_KEY=/key JMXMP_PASSWORD=x", ""},
		{"JMXMP_TLS_CERT=/expired JMXMP_TLS_KEY=/key", "JMXMP_TLS_CERT /expired: expired on 2026-05-31"},
		{"JMXMP_TLS_CERT=/early JMXMP_TLS_KEY=/key", "JMXMP_TLS_CERT /early: is not valid before 2026-06-02"},
		{"JMXMP_TLS_CERT=/cert JMXMP_TLS_KEY=/key JMXMP_TLS_CLIENT_CA=/expired", ""}, // java takes it as an anchor
	} {
		environ := strings.Fields(test.environ)
		r := request(t, environ...)
		var err error
		if r.Protection, err = ReadProtection(r.Settings, reads(files)); err != nil {
			t.Errorf("%s: %v", test.environ, err)
			continue
		}
		p := plan(t, r, container())
		r.Settings.Strict = true
		_, err = NewPlan(r, container())
		switch {
		case test.lack == "":
			if len(p.Warnings) > 0 || err != nil {
				t.Errorf("%s: warnings %q, strict: %v", test.environ, p.Warnings, err)
			}
		case len(p.Warnings) != 1 || !strings.HasPrefix(p.Warnings[0], test.lack+" (") || ExitCode(err) != ExitSetting:
			t.Errorf("%s: warnings %q, strict: %v", test.environ, p.Warnings, err)
		}
	}
}

// untouched is a file system that nobody may look into.
type untouched struct{ t *testing.T }

func (u untouched) Open(name string) (fs.File, error) {
	u.t.Errorf("opens %s", name)
	return nil, syscall.EACCES
}

// Where there is no agent nothing is opened for it; what is wrong in a single
// setting is told all the same.
func TestNoProtectionWithoutAgent(t *testing.T) {
	const files = " JMXMP_TLS_CERT=/cert JMXMP_PASSWORD_FILE=/secret JMXMP_USER_FILE=/u"
	for _, environ := range []string{"JMXMP=off" + files, "JVM_DEFAULTS=-jmxmp" + files, "JVM_DEFAULTS=off"} {
		sys := System{Outside: host.Outside{Root: untouched{t}}}
		if p, err := ReadProtection(settings(t, strings.Fields(environ)...), sys); err != nil || len(p.lacks) > 0 {
			t.Errorf("%s: %+v, %v", environ, p, err)
		}
	}
	if _, err := ParseSettings([]string{"JMXMP=off", "JMXMP_TLS_CERT=/a,b", "JMXMP_ALLOW=*"}); len(Lines(err)) != 2 {
		t.Errorf("off: %v", err)
	}
	// A bare start has what is set, the agent too.
	if _, err := ReadProtection(settings(t, "JVM_DEFAULTS=off", "JMXMP_TLS_CERT=/cert"), reads(nil)); len(Lines(err)) != 2 {
		t.Errorf("bare: %v", err)
	}
}

// Every kind of key that java takes for TLS is told from any other one, in every
// form that it is written in.
func TestKeysOfCertificates(t *testing.T) {
	var keys []crypto.Signer
	for range 2 {
		rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		_, edKey, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, rsaKey, edKey)
		for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
			keys = append(keys, ecKey(t, curve))
		}
	}
	for i, key := range keys {
		for form, text := range forms(t, key) {
			der, err := parsePrivateKey(string(text))
			if err != nil {
				t.Errorf("%T %d in %s: %v", key, i, form, err)
				continue
			}
			for j, other := range keys {
				if got := isKeyOf(der, other.Public()); got != (i == j) {
					t.Errorf("%T %d in %s is that of %T %d: %t", key, i, form, other, j, got)
				}
			}
		}
	}
}

// Some write a scalar without its leading zeros.
func TestShortScalar(t *testing.T) {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), 77))
	if err != nil {
		t.Fatal(err)
	}
	for scalar, want := range map[string]bool{"\x4d": true, "\x00\x4d": true, "\x4e": false, "": false, strings.Repeat("\x00", 33) + "\x4d": false} {
		der, err := asn1.Marshal(struct {
			Version int
			Scalar  []byte
		}{1, []byte(scalar)})
		if err != nil {
			t.Fatal(err)
		}
		if got := isKeyOf(der, key.Public()); got != want {
			t.Errorf("%x: %t", scalar, got)
		}
	}
}

// forms are those in which openssl writes a key.
func forms(t *testing.T, key crypto.Signer) map[string][]byte {
	t.Helper()
	all := map[string][]byte{"PKCS8": pkcs8(t, key)}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		all["PKCS1"] = pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		all["SEC1"] = slices.Concat(
			pem.EncodeToMemory(&pem.Block{Type: "EC PARAMETERS", Bytes: []byte{5, 0}}),
			pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
	}
	return all
}

// Whatever a file holds, a start that is refused is one that did not crash.
func FuzzPEM(f *testing.F) {
	f.Add("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n")
	f.Add("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if certificates, err := parseCertificates(text); err == nil && len(certificates) == 0 {
			t.Errorf("no certificates and no error for %q", text)
		}
		if der, err := parsePrivateKey(text); err == nil && isKeyOf(der, key.Public()) {
			t.Errorf("%q is the key", text)
		}
	})
}
